/** What a pending request says of itself while its certification goes on, is put on hold, or is approved. */
import { readyForm, startApi, textOf, type Api } from './api-server';

let api: Api;
let id: string;
beforeAll(async () => {
  api = await startApi();
  const date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const form = { ...readyForm(), marketplaces: ['US', 'JP'], goLive: { kind: 'ON_DATE', date } };
  id = textOf((await api.as('maker')('POST', '/v1/badge-requests', { body: form })).body['id']);
});
afterAll(() => api.close());

const certify = (status: string, result: string | null = null) =>
  api.pool.query('update certification_projects set status = $1, result = $2', [status, result]);
const place = (columns: string) =>
  api.pool.query(`update badge_requests set status = 'PENDING', ${columns} where id = $1`, [id]);
const stageBadge = (marketplace: string, at: string) =>
  api.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
     select id, $2, program, asin, now() + $3::interval from badge_requests where id = $1`,
    [id, marketplace, at],
  );
const NOT_STAGED = 'first_effective_at = null, enabled_at = null';
const shown = async () => {
  const { body } = await api.as('maker')('GET', `/v1/badge-requests/${id}`);
  const { stage, waitingOn, nextStep } = body;
  return { stage, waitingOn, nextStep };
};
const isListed = async (query: string) => {
  const { body } = await api.as('maker')('GET', `/v1/badge-requests?${query}`);
  return (body['data'] as unknown as { id: string }[]).some((each) => each.id === id);
};

const AWAITED = { stage: 'AWAITING_CERTIFICATION', waitingOn: 'CERTIFICATION' };
const SCHEDULED = { stage: 'SCHEDULED', waitingOn: 'DATE' };
beforeEach(() => api.pool.query('delete from badges'));

describe.each(['SCHEDULED', 'AWAITING_CERTIFICATION'])('a request that is recorded as %s', (recorded) => {
  test.each([
    [
      'UNDER_TEST',
      null,
      AWAITED,
      /^The badge is approved and waits for the product’s certification\. It goes live on \S+ at the earliest\.$/,
    ],
    [
      'ON_HOLD',
      null,
      AWAITED,
      /certification is on hold; the badge waits until it goes on\. It goes live on \S+ at the earliest\.$/,
    ],
    ['COMPLETE', 'APPROVED', SCHEDULED, /^The badge goes live on \d{4}-\d\d-\d\d, /],
  ])('shows what its certification says: %s', async (status, result, standing, sentence) => {
    await place(`stage = '${recorded}', ${NOT_STAGED}`);
    await certify(status, result);
    expect(await shown()).toEqual({ ...standing, nextStep: expect.stringMatching(sentence) as string });
    for (const each of [AWAITED, SCHEDULED])
      for (const query of [`stage=${each.stage}`, `waitingOn=${each.waitingOn}`])
        expect([query, await isListed(query)]).toEqual([query, each === standing]);
  });
});

test('what is staged keeps its date while the certification is on hold', async () => {
  await certify('ON_HOLD');
  await stageBadge('US', '2 hours');
  await place(`stage = 'SCHEDULED', first_effective_at = now() + interval '2 hours', enabled_at = null`);
  expect(await shown()).toEqual({
    ...AWAITED,
    nextStep: expect.stringMatching(
      /^The badge goes live on \S+ in some marketplaces\. .* on hold; the others wait/,
    ) as string,
  });
  await stageBadge('JP', '1 hour');
  await place(`enabled_at = now() + interval '2 hours', first_effective_at = now() + interval '1 hour'`);
  expect(await shown()).toEqual({
    ...SCHEDULED,
    nextStep: expect.stringMatching(
      /^The badge goes live on .* is on hold, which changes nothing of that\.$/,
    ) as string,
  });
  await place(`first_effective_at = now() - interval '1 hour'`);
  expect(await shown()).toEqual({
    stage: 'GOING_LIVE',
    waitingOn: 'DATE',
    nextStep: expect.stringMatching(
      /follows in the others on [-\d]{10}\. .* on hold, which changes nothing/,
    ) as string,
  });
});

test('a date that is over is no longer named', async () => {
  await certify('COMPLETE', 'APPROVED');
  await place(`stage = 'SCHEDULED', ${NOT_STAGED}, go_live_date = current_date - 2`);
  expect(await shown()).toEqual({
    ...SCHEDULED,
    nextStep: 'The listing is checked once more, then the badge goes live.',
  });
});

describe('of a product with a project for each region', () => {
  beforeAll(() =>
    api.pool.query(
      `with japan as (
         insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
         select id || '_japan', organization_id, product_id, 1, 'ON_HOLD', '{JP}' from certification_projects
         returning product_id)
       update certification_projects c set status = 'COMPLETE', result = 'APPROVED', marketplaces = '{US}'
         from japan where c.product_id = japan.product_id`,
    ),
  );
  afterAll(() => api.pool.query(`delete from certification_projects where id like '%_japan'`));
  const NOW = '-1 hour';
  const live = (columns = '') =>
    place(
      `stage = 'SCHEDULED', go_live_date = current_date - 2, first_effective_at = now() - interval '1 hour'${columns}`,
    );

  test('a hold of what is live says nothing of what is to come elsewhere', async () => {
    await stageBadge('JP', NOW);
    await live();
    expect(await shown()).toEqual({
      stage: 'GOING_LIVE',
      waitingOn: 'DATE',
      nextStep: 'The badge is live in some marketplaces and follows in the others.',
    });
  });

  test('what is live in some marketplaces and waits for its certification in the others says so', async () => {
    await stageBadge('US', NOW);
    await live();
    expect(await shown()).toEqual({
      stage: 'GOING_LIVE',
      waitingOn: 'CERTIFICATION',
      nextStep:
        'The badge is live in some marketplaces. The product’s certification is on hold; the others wait until it goes on.',
    });
    expect(await isListed('waitingOn=CERTIFICATION')).toBe(true);
    expect(await isListed('waitingOn=DATE')).toBe(false);
    expect(await isListed('stage=GOING_LIVE')).toBe(true);
    await live(", enabled_at = now() + interval '1 hour'");
    expect(await shown()).toMatchObject({ stage: 'GOING_LIVE', waitingOn: 'DATE' });
    expect(await isListed('waitingOn=CERTIFICATION')).toBe(false);
    expect(await isListed('waitingOn=DATE')).toBe(true);
  });

  test('a badge that was removed before its marketplace was lost is none that goes live', async () => {
    await stageBadge('CA', NOW);
    await api.pool.query(`update badges set status = 'REMOVED'`);
    await place(
      `stage = 'SCHEDULED', go_live_date = null, go_live_kind = 'AS_SOON_AS_POSSIBLE', ${NOT_STAGED}`,
    );
    expect((await shown()).nextStep).toBe(
      'The listing is checked once more, then the badge goes live. In Japan it waits for the product’s certification, which is on hold. In Canada the badge was removed for good; the history says why.',
    );
  });

  test('an approval is not named for a marketplace that it does not cover', async () => {
    await api.pool.query(`update certification_projects set marketplaces = '{CA}' where status = 'ON_HOLD'`);
    const { body } = await api.as('maker')('GET', `/v1/badge-requests/${id}`);
    expect(body['certifications']).toMatchObject([{ result: 'APPROVED', marketplaces: ['US'] }]);
  });
});
