/** What stands in the way of approved badges, as the request tells it. */
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { readyForm, textOf, type Json } from './api-server';
import { pathOf } from './request-calls';
import { workedApi } from './worked-api';

const worked = workedApi();

async function approved(): Promise<string> {
  const id = await worked.requests.underReview();
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  await worked.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  return id;
}
const says = (id: string, part: string) =>
  worked.requests.until(id, ({ nextStep }: Json) => textOf(nextStep).includes(part));
const nothingLeft = 'Nothing is left to do';

test('a listing that is not live is told until it is', async () => {
  worked.world.outside.live = (marketplace) => (marketplace === 'JP' ? 'NO' : 'YES');
  const id = await approved();
  await says(id, 'In Japan the listing was not found live');
  // The list says so, too.
  const { body } = await worked.api.as('maker')('GET', '/v1/badge-requests?stage=GOING_LIVE');
  const listed = (body['data'] as unknown as { id: string; nextStep: string; version: number }[]).find(
    (each) => each.id === id,
  );
  expect(listed?.nextStep).toContain('In Japan the listing was not found live');
  // As it is to be looked at again, the choice that there is is asked for once more.
  const again = await worked.requests.act('maker', id, 'reschedule', {
    goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
  });
  expect(Number(again.body['version'])).toBeGreaterThan(Number(listed?.version));
  await says(id, 'In Japan the listing was not found live');
  worked.world.outside.live = () => 'YES';
  expect((await worked.requests.act('maker', id, 'withdraw')).body['nextStep']).toContain(nothingLeft);
});

test('a listing that is not live is told beside a certification that is awaited elsewhere, and not where it is', async () => {
  const { pool, outside } = worked.world;
  outside.live = () => 'NO';
  const id = await approved();
  await says(id, 'In Japan, United States the listing was not found live');
  const next = async () => textOf((await worked.requests.read(id)).body['nextStep']);
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
     select id || '_japan', organization_id, product_id, 1, 'UNDER_TEST', '{JP}' from certification_projects`,
  );
  expect(await next()).toMatch(
    /^The badge is approved\. In Japan it waits for the product’s certification\. In United States the listing was not found live/,
  );
  await pool.query(`update certification_projects set status = 'ON_HOLD', result = null`);
  expect(await next()).toBe(
    'The badge is approved. The product’s certification is on hold; the badge waits until it goes on.',
  );
  await pool.query(`delete from certification_projects where id like '%_japan'`);
  outside.live = () => 'YES';
  await worked.requests.act('maker', id, 'withdraw');
});

test('a warning is told with its day until the listing is right again', async () => {
  const id = await approved();
  await says(id, nothingLeft);
  worked.world.outside.check = () => 'BRAND_MISMATCH';
  const checkedAt = new Date().toISOString();
  await reportTrouble(worked.world, {
    requestId: id,
    marketplace: 'JP',
    findings: [
      {
        ...{ check: 'LISTING_MATCHES', marketplace: 'JP', answer: 'NO', code: 'BRAND_MISMATCH' },
        ...{ codes: ['BRAND_MISMATCH'], undecided: [], found: {}, expected: {}, checkedAt },
      },
    ],
  });
  const warned = await says(id, 'Correct the listing in Japan by ');
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  expect(textOf(warned['nextStep'])).toContain(`by ${day}, or the badge is suspended there`);
  const change = (days: number) =>
    worked.world.pool.query(
      `update badge_request_history set details = jsonb_set(details, '{suspendAt}', to_jsonb(now() + $2 * interval '1 day'))
        where request_id = $1 and action = 'warn'`,
      [id, days],
    );
  // Amazon has not said since whether it is wrong still.
  await change(-1);
  await says(id, 'Correct the listing in Japan at once, or');
  await change(7);
  // What is planned for a later day takes nothing of that away.
  const plan = { marketplaces: ['JP'], reason: 'Recalled.', at: new Date(Date.now() + 9e9).toISOString() };
  const said = textOf((await worked.requests.act('operator', id, 'suspend', plan)).body['nextStep']);
  expect(said).toContain('Correct the listing in Japan by ');
  expect(said).toContain(`the badge is suspended on ${plan.at.slice(0, 10)} in Japan`);
  await worked.requests.act('operator', id, 'suspend', { marketplaces: ['JP'], reason: 'Recalled.' });
  const suspended = await says(id, 'The badge is not shown for now in Japan');
  expect(textOf(suspended['nextStep'])).not.toContain('Correct the listing');
});

test('what is planned for a suspended badge is told, but no return that a later cause forbids', async () => {
  const id = await approved();
  await says(id, nothingLeft);
  const operator = (action: string, order: object) =>
    worked.requests.act('operator', id, action, { reason: 'Recalled.', ...order });
  await operator('suspend', {});
  const at = new Date(Date.now() + 9e9).toISOString();
  await operator('remove', { marketplaces: ['JP'], at });
  const { body } = await operator('reinstate', { marketplaces: ['US'], at });
  const returns = `the badge is shown again on ${at.slice(0, 10)} in United States`;
  expect(textOf(body['status'])).toBe('SUSPENDED');
  expect(textOf(body['nextStep'])).toContain(returns);
  expect(textOf(body['nextStep'])).toContain(`the badge is removed for good on ${at.slice(0, 10)} in Japan`);
  await worked.world.pool.query(
    `update badges set causes = causes || '{LISTING}' where request_id = $1 and marketplace = 'US'`,
    [id],
  );
  const held = textOf((await worked.requests.read(id)).body['nextStep']);
  expect(held).not.toContain(returns);
  expect(held).toContain('removed for good');
});

test('an order that fits none of the badges is refused for what they are', async () => {
  const id = await approved();
  await says(id, nothingLeft);
  const order = { marketplaces: ['US'], reason: 'Recalled.' };
  expect((await worked.requests.act('operator', id, 'suspend', order)).status).toBe(200);
  const { status, body } = await worked.requests.act('operator', id, 'suspend', order);
  expect([status, body]).toMatchObject([
    409,
    {
      code: 'ACTION_NOT_ALLOWED',
      detail: 'None of these badges can be suspended: US is SUSPENDED (OPERATOR).',
    },
  ]);
  const history = await worked.api.as('maker')('GET', pathOf(id, '/history'));
  expect((history.body['data'] as unknown as unknown[]).length).toBe(6);
});

test('a suspension of the programme is told before anything is staged, too', async () => {
  const body = { program: 'WWA', organizationId: 'org_one', region: 'FE', reason: 'Outages.' };
  const operator = worked.api.as('operator');
  const suspension = await operator('POST', '/v1/program-suspensions', { body });
  const id = await worked.requests.underReview({
    ...readyForm(),
    goLive: { kind: 'ON_DATE', date: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) },
  });
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  await worked.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  const held = 'In Japan the badge is held back as long as the programme is suspended there.';
  await says(id, `at the start of the day in each marketplace. ${held}`);
  const ended = { body: { reason: 'Well again.' } };
  await operator('POST', `/v1/program-suspensions/${textOf(suspension.body['id'])}/end`, ended);
  const { body: request } = await worked.api.as('maker')('GET', pathOf(id));
  expect(textOf(request['nextStep'])).toMatch(/in each marketplace\.$/);
});

test('where a badge goes live later is told beside where it is held back', async () => {
  const id = await approved();
  await says(id, nothingLeft);
  const { pool } = worked.world;
  const change = (text: string) => pool.query(text, [id]);
  await change(
    `update badges set effective_at = now() + interval '3 hours' where request_id = $1 and marketplace = 'US'`,
  );
  await change(
    `update badges set causes = '{PROGRAM_SUSPENSION}' where request_id = $1 and marketplace = 'JP'`,
  );
  await change(
    `update badge_requests set status = 'PENDING', stage = 'GOING_LIVE', enabled_at = now() + interval '3 hours' where id = $1`,
  );
  const { body } = await worked.requests.read(id);
  expect(textOf(body['nextStep'])).toBe(
    'The badge is approved and goes live in United States. In Japan the badge is held back as long as the programme is suspended there.',
  );
  // Its workflow has ended: nobody hears of a certification for it.
  await change(`update badge_requests set status = 'ENABLED', stage = null where id = $1`);
});

test('what a marketplace was dropped for asks for nothing that cannot be done, before and after a withdrawal', async () => {
  const actionsOf = ({ reasons }: Json) =>
    (reasons as unknown as { action: string }[]).map(({ action }) => action);
  worked.world.outside.live = () => 'NO';
  const id = await worked.requests.underReview();
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  const marketplaces = ['US'];
  await worked.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED', marketplaces });
  const dropped = await worked.requests.until(id, ({ reasons }) => (reasons as unknown as []).length > 0);
  expect(textOf(dropped['status'])).toBe('PENDING');
  expect(actionsOf(dropped)).toEqual([
    expect.stringMatching(/brings the marketplace back by itself; .+ with a new one\.$/),
  ]);
  const { body } = await worked.requests.act('maker', id, 'withdraw');
  expect(actionsOf(body)).toEqual([expect.stringMatching(/, then submit again\.$/)]);
});
