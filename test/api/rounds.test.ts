/** Every round of a request stays to be read, with a worker that records them. */
import { round } from '../../api/badge-requests/round-schemas';
import { pageOf } from '../../api/values';
import { certificationChangedSignal } from '../../workflows/contract';
import { readyForm, seedProduct, someText, type PersonName, textOf } from './api-server';
import type { Json } from './api-server';
import { pathOf } from './request-calls';
import { workedApi } from './worked-api';

const worked = workedApi();

async function roundsOf(id: string, person: PersonName = 'maker', query = ''): Promise<Json[]> {
  const { status, body } = await worked.api.as(person)('GET', pathOf(id, `/rounds${query}`));
  expect(status).toBe(200);
  expect(pageOf(round).parse(body)).toEqual(body);
  return body['data'] as unknown as Json[];
}
const until = (id: string, stage: string) =>
  worked.requests.until(id, (request) => (request['stage'] as unknown) === stage);
async function submit(id: string): Promise<void> {
  expect((await worked.requests.act('maker', id, 'submit')).status).toBe(200);
}
const change = async (id: string, body: object) =>
  expect((await worked.api.as('maker')('PATCH', pathOf(id), { body })).status).toBe(200);

test('a draft has no rounds', async () => {
  expect(await roundsOf(await worked.requests.create())).toEqual([]);
});

test('three rounds: failed by the checks, rejected, approved; each as it was', async () => {
  worked.world.outside.check = (check, marketplace) =>
    check === 'ASIN_LIVE' && marketplace === 'JP' ? 'ASIN_NOT_FOUND' : 'YES';
  const form = readyForm();
  const id = await worked.requests.create(form);
  await submit(id);
  await worked.requests.until(id, ({ status }) => (status as unknown) === 'REJECTED');
  worked.world.outside.check = () => 'YES';
  await change(id, { marketplaces: ['US'], variant: 'Black' });
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  await worked.requests.act('reviewer', id, 'reject', {
    round: 2,
    reasons: [{ code: 'IMAGE_MISMATCH', marketplace: 'US', text: 'A lamp is shown.' }],
  });
  await change(id, { marketplaces: ['US', 'CA'], goLive: { kind: 'ON_DATE', date: '2027-06-01' } });
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  const [open] = await roundsOf(id);
  expect(open).toMatchObject({ round: 3, decision: null, decidedAt: null, decidedBy: null, reasons: [] });
  await worked.requests.act('reviewer', id, 'approve', { round: 3 });
  // What is chosen after submitting is not what was submitted.
  await worked.requests.act('maker', id, 'reschedule', { goLive: { kind: 'ON_DATE', date: '2027-07-01' } });

  const rounds = await roundsOf(id);
  expect(rounds).toMatchObject([
    {
      round: 3,
      form: { marketplaces: ['US', 'CA'], variant: 'Black', goLive: { kind: 'ON_DATE', date: '2027-06-01' } },
      submittedBy: { name: 'Maker', role: 'MAKER' },
      decision: 'APPROVED',
      decidedAt: someText,
      decidedBy: { name: 'Reviewer', role: 'REVIEWER' },
      reasons: [],
    },
    {
      round: 2,
      form: { ...form, marketplaces: ['US'], variant: 'Black' },
      decision: 'REJECTED',
      decidedBy: { name: 'Reviewer', role: 'REVIEWER' },
      reasons: [{ code: 'IMAGE_MISMATCH', marketplace: 'US', text: 'A lamp is shown.' }],
    },
    {
      round: 1,
      form,
      product: { id: 'prod_one', name: 'Lamp', brand: 'Brand', model: 'M-1' },
      decision: 'CHECKS_FAILED',
      decidedAt: someText,
      decidedBy: null,
      reasons: [{ code: 'ASIN_NOT_FOUND', marketplace: 'JP' }],
      changes: [],
    },
  ]);
  expect(rounds[0]?.['changes']).toEqual([
    { pointer: '/goLive/kind', from: 'AS_SOON_AS_POSSIBLE', to: 'ON_DATE' },
    { pointer: '/marketplaces', from: ['US'], to: ['US', 'CA'] },
    { pointer: '/goLive/date', from: null, to: '2027-06-01' },
  ]);
  expect(rounds[1]?.['changes']).toEqual([
    { pointer: '/variant', from: null, to: 'Black' },
    { pointer: '/marketplaces', from: ['US', 'JP'], to: ['US'] },
  ]);
  const found = rounds.map(({ findings }) =>
    (findings as unknown as { check: string; marketplace: string; answer: string }[]).map(
      ({ check, marketplace, answer }) => `${check} ${marketplace} ${answer}`,
    ),
  );
  expect(found.map(({ length }) => length)).toEqual([6, 3, 6]);
  expect(found[2]).toContain('ASIN_LIVE JP NO');

  for (const name of ['viewer', 'reviewer', 'insider', 'operator'] as const)
    expect(await roundsOf(id, name)).toEqual(rounds);
  const foreign = await worked.api.as('stranger')('GET', pathOf(id, '/rounds'));
  expect([foreign.status, foreign.body['code']]).toEqual([404, 'NOT_FOUND']);
});

test('another product, and one that is certified anew, show what differs', async () => {
  await seedProduct(worked.api.pool, { organization: 'org_one', suffix: 'plug' });
  await worked.api.pool.query(`update products set name = 'Plug', model = 'P-1' where id = 'prod_plug'`);
  const id = await worked.requests.create();
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  await worked.requests.act('maker', id, 'withdraw');
  await change(id, { productId: 'prod_plug' });
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  await worked.requests.act('maker', id, 'withdraw');
  await worked.api.pool.query(`update products set model = 'P-2' where id = 'prod_plug'`);
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  const [third, second, first] = await roundsOf(id, 'reviewer');
  expect(third?.['changes']).toEqual([{ pointer: '/product/model', from: 'P-1', to: 'P-2' }]);
  expect(second?.['changes']).toEqual([
    { pointer: '/productId', from: 'prod_one', to: 'prod_plug' },
    { pointer: '/product/name', from: 'Lamp', to: 'Plug' },
    { pointer: '/product/model', from: 'M-1', to: 'P-1' },
  ]);
  expect([third, second, first].map((each) => each?.['product'])).toEqual([
    { id: 'prod_plug', name: 'Plug', brand: 'Brand', model: 'P-2' },
    { id: 'prod_plug', name: 'Plug', brand: 'Brand', model: 'P-1' },
    { id: 'prod_one', name: 'Lamp', brand: 'Brand', model: 'M-1' },
  ]);
});

test('a withdrawal ends a round that nobody has decided, and leaves an approval as it is', async () => {
  const id = await worked.requests.underReview();
  await worked.requests.act('colleague', id, 'withdraw');
  const [withdrawn] = await roundsOf(id);
  expect(withdrawn).toMatchObject({
    decision: 'WITHDRAWN',
    decidedAt: someText,
    decidedBy: { name: 'colleague', role: 'MAKER' },
    reasons: [],
  });
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  await worked.requests.act('reviewer', id, 'approve', { round: 2 });
  const [approved] = await roundsOf(id);
  await worked.requests.act('maker', id, 'withdraw');
  expect(await roundsOf(id)).toEqual([approved, withdrawn]);
  expect(approved).toMatchObject({ decision: 'APPROVED', decidedBy: { name: 'Reviewer', role: 'REVIEWER' } });
});

test('what a certification refused after an approval stays with its round', async () => {
  await seedProduct(worked.api.pool, { organization: 'org_one', suffix: 'refused' });
  const id = await worked.requests.create({ ...readyForm(), productId: 'prod_refused' });
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  await worked.api.pool.query(
    `update certification_projects set version = 2, status = 'CANCELLED' where id = 'cert_refused'`,
  );
  const news = { projectId: 'cert_refused', version: 2, verdict: 'REFUSED' } as const;
  await worked.world.client.workflow
    .getHandle(`badge-request/${id}`)
    .signal(certificationChangedSignal, news);
  await worked.requests.until(id, ({ status }) => (status as unknown) === 'REJECTED');
  const refused = {
    round: 1,
    decision: 'APPROVED',
    decidedBy: { name: 'Reviewer' },
    reasons: [{ code: 'CERTIFICATION_CANCELLED' }],
  };
  expect(await roundsOf(id)).toMatchObject([refused]);
  await worked.api.pool.query(
    `update certification_projects set version = 3, status = 'UNDER_TEST' where id = 'cert_refused'`,
  );
  await submit(id);
  await until(id, 'AWAITING_REVIEWER');
  expect(await roundsOf(id)).toMatchObject([{ round: 2, reasons: [] }, refused]);
});

test('what a repetition of the checks replaced stays to be read beside it', async () => {
  worked.world.outside.check = () => 'UNKNOWN';
  const id = await worked.requests.underReview();
  worked.world.outside.check = () => 'YES';
  await worked.requests.act('reviewer', id, 'recheck', { round: 1 });
  await until(id, 'AWAITING_REVIEWER');
  const [only] = await roundsOf(id, 'reviewer');
  const { findings, earlierFindings } = only as unknown as Record<string, { answer: string }[]>;
  expect(findings?.map(({ answer }) => answer)).toEqual(Array(6).fill('YES'));
  expect(earlierFindings).toMatchObject(Array(6).fill({ answer: 'UNKNOWN', supersededAt: someText }));
});

test('rounds go page by page, and the last of a page still says what changed', async () => {
  const id = await worked.requests.create();
  for (const variant of ['one', 'two', 'three']) {
    await change(id, { variant });
    await submit(id);
    await until(id, 'AWAITING_REVIEWER');
    await worked.requests.act('maker', id, 'withdraw');
  }
  const { body } = await worked.api.as('reviewer')('GET', pathOf(id, '/rounds?limit=2'));
  const seen = [
    ...(body['data'] as unknown as Json[]),
    ...(await roundsOf(id, 'reviewer', `?limit=2&cursor=${textOf(body['next'])}`)),
  ];
  expect(seen.map((each) => each['round'])).toEqual([3, 2, 1]);
  expect(seen.map((each) => each['changes'])).toEqual([
    [{ pointer: '/variant', from: 'two', to: 'three' }],
    [{ pointer: '/variant', from: 'one', to: 'two' }],
    [],
  ]);
});
