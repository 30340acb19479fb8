/** What operators decide about badges, with a worker that records it. */
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { badgeRequest } from '../../api/badge-requests/schemas';
import { certificationChangedSignal, workflowIds } from '../../workflows/contract';
import { createGate } from '../setup/gate';
import { createWorld, type World } from '../setup/request-world';
import { someText, startApi, textOf, type Api, type Json } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

let world: World;
let api: Api;
let requests: RequestCalls;
/** What an order waits for before it is recorded. */
let holdUp = (): Promise<void> => Promise.resolve();
beforeAll(async () => {
  world = await createWorld({
    activities: (pool) => {
      const recordings = createRemedyRecordings({ pool, graceDays: 7, removeDays: 90 });
      const recordOperatorOrder: typeof recordings.recordOperatorOrder = async (ref, order) => {
        await holdUp();
        return recordings.recordOperatorOrder(ref, order);
      };
      return { recordOperatorOrder };
    },
  });
  api = await startApi({ world });
  requests = requestCalls(api);
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const reason = 'The device is recalled.';
/** A request whose badges are effective in the United States and in Japan. */
async function enabled(): Promise<string> {
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  return id;
}
const statuses = (body: Json) =>
  Object.fromEntries(
    (body['badges'] as unknown as { marketplace: string; status: string }[]).map(
      ({ marketplace, status }) => [marketplace, status],
    ),
  );
const shown = async (id: string, marketplace: string) => {
  const asin = textOf((await requests.read(id)).body['asin']);
  const { body, headers } = await api.as(null)('GET', `/v1/badges/${marketplace}/${asin}`);
  const maxAge = Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1]);
  return { there: (body['badges'] as unknown as unknown[]).length === 1, maxAge };
};
const historyOf = async (id: string) =>
  (await api.as('maker')('GET', pathOf(id, '/history'))).body['data'] as unknown as {
    action: string;
    from: string;
    to: string;
    actor: { role: string };
    details: Record<string, unknown>;
  }[];
const mailsOf = async (id: string) =>
  (
    await api.pool.query<{ template: string; due_at: Date; props: Record<string, unknown> }>(
      `select template, due_at, props from mail_outbox
        where request_id = $1 and template like 'badge-%' and recipient_id = 'person_maker' order by id`,
      [id],
    )
  ).rows;

test('a badge is suspended, reinstated and removed, in one marketplace and in all', async () => {
  const id = await enabled();
  expect((await api.as('operator')('GET', pathOf(id))).body['allowedActions']).toEqual(['suspend', 'remove']);

  const one = await requests.act('operator', id, 'suspend', { marketplaces: ['JP'], reason });
  expect([one.status, one.body]).toMatchObject([
    200,
    { status: 'ENABLED', allowedActions: ['suspend', 'reinstate', 'remove'] },
  ]);
  expect(badgeRequest.parse(one.body)).toEqual(one.body);
  expect(statuses(one.body)).toEqual({ US: 'ENABLED', JP: 'SUSPENDED' });
  expect([await shown(id, 'US'), await shown(id, 'JP')]).toMatchObject([{ there: true }, { there: false }]);

  const all = await requests.act('operator', id, 'suspend', { reason });
  expect(all.body).toMatchObject({
    status: 'SUSPENDED',
    statusLabel: 'Suspended',
    allowedActions: ['reinstate', 'remove'],
  });
  const back = await requests.act('operator', id, 'reinstate', { reason: 'Repaired.' });
  expect([back.body['status'], statuses(back.body)]).toEqual(['ENABLED', { US: 'ENABLED', JP: 'ENABLED' }]);
  expect((await shown(id, 'JP')).there).toBe(true);

  await requests.act('operator', id, 'remove', { marketplaces: ['US'], reason });
  const gone = await requests.act('operator', id, 'remove', { reason });
  expect(gone.body).toMatchObject({ status: 'REMOVED', waitingOn: null, allowedActions: [] });
  expect((await shown(id, 'US')).there).toBe(false);

  const history = (await historyOf(id)).slice(-5);
  expect(history.map(({ action, from, to }) => `${action} ${from} ${to}`)).toEqual([
    'suspend ENABLED ENABLED',
    'suspend ENABLED SUSPENDED',
    'reinstate SUSPENDED ENABLED',
    'remove ENABLED ENABLED',
    'remove ENABLED REMOVED',
  ]);
  expect(history[0]).toMatchObject({
    actor: { role: 'OPERATOR', name: 'Operator' },
    details: { marketplaces: ['JP'], cause: 'OPERATOR', reason },
  });
  expect((await mailsOf(id)).map(({ template, props }) => [template, props['marketplaces']])).toEqual([
    ['badge-suspended', ['JP']],
    ['badge-suspended', ['US']],
    ['badge-reinstated', ['JP', 'US']],
    ['badge-removed', ['US']],
    ['badge-removed', ['JP']],
  ]);
});

test('what is planned shows at its instant only, and is taken back by reinstating', async () => {
  const id = await enabled();
  const at = new Date(Date.now() + 40_000).toISOString();
  const inTokyo = new Date(Date.parse(at) + 9 * 3_600_000).toISOString().replace('Z', '+09:00');
  const order = { marketplaces: ['US'], reason, at: inTokyo };
  const planned = await requests.act('operator', id, 'suspend', order);
  expect(planned.body).toMatchObject({ status: 'ENABLED' });
  expect(planned.body['badges']).toMatchObject([
    { marketplace: 'JP', planned: null },
    { marketplace: 'US', status: 'ENABLED', planned: { action: 'suspend', at } },
  ]);
  const before = await shown(id, 'US');
  expect(before.there).toBe(true);
  expect(before.maxAge).toBeLessThanOrEqual(40);
  expect((await mailsOf(id)).map(({ template, due_at }) => [template, due_at.toISOString()])).toEqual([
    ['badge-suspended', at],
  ]);
  expect((await historyOf(id)).at(-1)).toMatchObject({ action: 'suspend', details: { effectiveAt: at } });

  const back = await requests.act('operator', id, 'reinstate', { reason: 'A mistake.' });
  expect([back.status, statuses(back.body)]).toEqual([200, { US: 'ENABLED', JP: 'ENABLED' }]);
  expect(await mailsOf(id)).toEqual([]);
  expect((await historyOf(id)).at(-1)).toMatchObject({ action: 'reinstate', to: 'ENABLED' });
});

test('works at once on a request that the clock has enabled and whose workflow has yet to end', async () => {
  // So that its workflow waits, and stages nothing by itself.
  await world.certify('cert_one', { status: 'UNDER_TEST' });
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  await api.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
      select id, unnest(marketplaces), program, asin, now() - interval '1 second' from badge_requests where id = $1`,
    [id],
  );
  await api.pool.query(
    `update badge_requests set stage = 'SCHEDULED', first_effective_at = now() - interval '1 second',
        enabled_at = now() - interval '1 second' where id = $1`,
    [id],
  );
  const reply = await requests.act('operator', id, 'suspend', { reason });
  expect([reply.status, reply.body]).toMatchObject([200, { status: 'SUSPENDED', stage: null }]);
});

test('a repeated key has one effect and the same answer', async () => {
  const id = await enabled();
  const press = () => requests.act('operator', id, 'suspend', { marketplaces: ['US'], reason }, `key-${id}`);
  const first = await press();
  expect((await press()).text).toBe(first.text);
  await api.pool.query(`update idempotency_keys set status = null, body = null where key = $1`, [
    `key-${id}`,
  ]);
  expect((await press()).status).toBe(200);
  expect((await historyOf(id)).filter(({ action }) => action === 'suspend')).toHaveLength(1);
  expect(await mailsOf(id)).toHaveLength(1);
});

test('of two who press at once, one suspends the badge', async () => {
  const id = await enabled();
  const press = () => requests.act('operator', id, 'suspend', { marketplaces: ['US'], reason });
  const replies = await Promise.all([press(), press()]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await historyOf(id)).filter(({ action }) => action === 'suspend')).toHaveLength(1);
});

test('an order is done and answered though there is news of the certification as its workflow ends', async () => {
  const id = await enabled();
  const recording = createGate();
  holdUp = recording.wait;
  const pressed = requests.act('operator', id, 'suspend', { marketplaces: ['US'], reason });
  await recording.reached;
  // What comes while the workflow's last task runs makes that task fail, with the order that is in it.
  await world.client.workflow
    .getHandle(workflowIds.badgeRemedy(id))
    .signal(certificationChangedSignal, { projectId: 'cert_one', version: 2, verdict: 'APPROVED' });
  recording.open();
  const reply = await pressed;
  expect([reply.status, reply.body]).toMatchObject([
    200,
    {
      badges: [
        { marketplace: 'JP', status: 'ENABLED' },
        { marketplace: 'US', status: 'SUSPENDED' },
      ],
    },
  ]);
  expect((await historyOf(id)).filter(({ action }) => action === 'suspend')).toHaveLength(1);
  expect(await mailsOf(id)).toHaveLength(1);
});

test.each<[string, object, string, string]>([
  ['another marketplace', { marketplaces: ['DE'], reason }, '/marketplaces/0', 'INVALID_VALUE'],
  [
    'an unknown marketplace',
    { marketplaces: ['US', 'XX'], reason },
    '/marketplaces/1',
    'UNKNOWN_MARKETPLACE',
  ],
  ['no marketplace', { marketplaces: [], reason }, '/marketplaces', 'REQUIRED'],
  ['no reason', {}, '/reason', 'REQUIRED'],
  ['an empty reason', { reason: ' ' }, '/reason', 'REQUIRED'],
  ['a reason that nobody sees', { reason: '\u200b\u3164' }, '/reason', 'REQUIRED'],
  ['a long reason', { reason: 'x'.repeat(2001) }, '/reason', 'TOO_LONG'],
  ['an instant that is over', { reason, at: '2020-01-01T00:00:00Z' }, '/at', 'DATE_IN_THE_PAST'],
  ['a far instant', { reason, at: '2999-01-01T00:00:00+09:00' }, '/at', 'DATE_TOO_FAR_AHEAD'],
  ['a date', { reason, at: '2027-01-01' }, '/at', 'INVALID_FORMAT'],
])('refuses %s, and says what is allowed', async (_, body, pointer, code) => {
  const id = await enabled();
  const reply = await requests.act('operator', id, 'suspend', body);
  expect([reply.status, reply.body['errors']]).toMatchObject([422, [{ pointer, code, detail: someText }]]);
  expect((await requests.read(id)).body['status']).toBe('ENABLED');
});

test('refuses what the badges do not allow, and whoever is no operator', async () => {
  const id = await enabled();
  const reinstated = await requests.act('operator', id, 'reinstate', { reason });
  expect([reinstated.status, reinstated.body]).toMatchObject([
    409,
    { code: 'ACTION_NOT_ALLOWED', requestStatus: 'ENABLED', allowedActions: ['suspend', 'remove'] },
  ]);
  await requests.act('operator', id, 'suspend', { marketplaces: ['JP'], reason });
  const again = await requests.act('operator', id, 'suspend', { marketplaces: ['JP'], reason });
  expect([again.status, again.body['code']]).toEqual([409, 'ACTION_NOT_ALLOWED']);
  const draft = await requests.act('operator', await requests.create(), 'suspend', { reason });
  expect([draft.status, draft.body['code']]).toEqual([409, 'ACTION_NOT_ALLOWED']);
  for (const person of ['maker', 'viewer', 'reviewer'] as const)
    expect((await requests.act(person, id, 'suspend', { reason })).status).toBe(403);
});
