/** What operators decide about a badge that is live while its request waits for others. */
import { createTransitionActivities } from '../../activities/transitions';
import { saveReason } from '../../db/operator-decisions';
import { createGate } from '../setup/gate';
import { createWorld, OPERATOR, type World } from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { someText, startApi, textOf, type Api } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

let world: World;
let api: Api;
let requests: RequestCalls;
/** What an order waits for before it is recorded. */
let holdUp = (): Promise<void> => Promise.resolve();
beforeAll(async () => {
  world = await createWorld({
    activities: (pool) => {
      const { recordPendingOrder: write } = createTransitionActivities({ pool, reviewTerm, asksHere: true });
      const recordPendingOrder: typeof write = async (ref, order) => {
        await holdUp();
        return write(ref, order);
      };
      return { recordPendingOrder };
    },
  });
  world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  api = await startApi({ world });
  requests = requestCalls(api);
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const reason = 'The device is recalled.';
/** Live in the United States; the listing in Japan is awaited. */
async function goingLive(): Promise<string> {
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await requests.until(id, ({ stage }) => (stage as unknown) === 'GOING_LIVE');
  return id;
}
const isShown = async (id: string) => {
  const asin = textOf((await requests.read(id)).body['asin']);
  const { body } = await api.as(null)('GET', `/v1/badges/US/${asin}`);
  return (body['badges'] as unknown as unknown[]).length === 1;
};
const offered = async (id: string) =>
  (await api.as('operator')('GET', pathOf(id))).body['allowedActions'] as unknown;

test('a badge is suspended, reinstated and removed, and the request goes on', async () => {
  const id = await goingLive();
  expect(await offered(id)).toEqual(['suspend', 'remove']);
  const gone = await requests.act('operator', id, 'suspend', { marketplaces: ['US'], reason });
  expect([gone.status, gone.body]).toMatchObject([
    200,
    {
      ...{ status: 'PENDING', stage: 'GOING_LIVE', allowedActions: ['reinstate', 'remove'] },
      badges: [
        {
          ...{ marketplace: 'US', status: 'SUSPENDED', causes: ['OPERATOR'] },
          allowedActions: ['reinstate', 'remove'],
        },
      ],
    },
  ]);
  expect(gone.body['nextStep']).toMatch(
    /^The badge is approved\. In Japan the listing .* In United States the badge is suspended; the history says why\.$/,
  );
  expect(await isShown(id)).toBe(false);
  const back = await requests.act('operator', id, 'reinstate', { reason: 'Repaired.' });
  expect([back.status, await isShown(id)]).toEqual([200, true]);
  const removed = await requests.act('operator', id, 'remove', { reason });
  expect(removed.body).toMatchObject({
    status: 'PENDING',
    badges: [{ status: 'REMOVED' }],
    allowedActions: [],
  });
  expect(removed.body['nextStep']).toMatch(
    / In United States the badge was removed for good; the history says why\.$/,
  );
  expect((await requests.act('operator', id, 'reinstate', { reason })).status).toBe(409);
});

test('a badge is suspended also where the database was restored to before the request’s workflow ended', async () => {
  const id = await goingLive();
  const { rows } = await api.pool.query<{ row: { transition_seq: number } }>(
    'select to_jsonb(r) as row from badge_requests r where id = $1',
    [id],
  );
  const row = rows[0]?.row;
  // It ends with what it has.
  expect((await requests.act('maker', id, 'withdraw')).body['status']).toBe('ENABLED');
  await world.client.workflow.getHandle(`badge-request/${id}`).result();
  await api.pool.query('delete from badge_request_history where request_id = $1 and transition_seq > $2', [
    id,
    row?.transition_seq,
  ]);
  await api.pool.query(
    `update badge_requests r set (status, stage, transition_seq, marketplaces, enabled_at) =
       (select status, stage, transition_seq, marketplaces, enabled_at
          from jsonb_populate_record(null::badge_requests, $2))
      where id = $1`,
    [id, row],
  );
  const gone = await requests.act('operator', id, 'suspend', { marketplaces: ['US'], reason });
  expect([gone.status, gone.body['status']]).toEqual([200, 'PENDING']);
  expect(await isShown(id)).toBe(false);
});

test('the date of what is still to come is told beside what is suspended, long before it is staged', async () => {
  const id = await goingLive();
  await requests.act('operator', id, 'suspend', { reason });
  const date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const { body } = await requests.act('maker', id, 'reschedule', { goLive: { kind: 'ON_DATE', date } });
  expect(body['nextStep']).toBe(
    `The badge is approved and goes live in Japan on ${date}. In United States the badge is suspended; the history says why.`,
  );
});

test('a repeated key has one effect and the same answer', async () => {
  const id = await goingLive();
  const press = () => requests.act('operator', id, 'suspend', { reason }, `key-${id}`);
  const first = await press();
  await api.pool.query('update idempotency_keys set status = null, body = null where key = $1', [
    `key-${id}`,
  ]);
  expect([first.status, (await press()).status]).toEqual([200, 200]);
  const { rows } = await api.pool.query(
    `select from badge_request_history where request_id = $1 and action = 'suspend'`,
    [id],
  );
  expect(rows).toHaveLength(1);
});

test('nothing is planned, and nobody but an operator decides', async () => {
  const id = await goingLive();
  const at = new Date(Date.now() + 86_400_000).toISOString();
  const planned = await requests.act('operator', id, 'suspend', { reason, at });
  expect([planned.status, planned.body['errors']]).toMatchObject([
    422,
    [{ pointer: '/at', code: 'INVALID_VALUE', detail: someText }],
  ]);
  for (const person of ['maker', 'viewer', 'reviewer'] as const)
    expect((await requests.act(person, id, 'suspend', { reason })).status).toBe(403);
  expect(await isShown(id)).toBe(true);
});

test('an order that meets the last instant is done by the workflow of badges', async () => {
  const id = await goingLive();
  const recording = createGate();
  holdUp = recording.wait;
  const pressed = requests.act('operator', id, 'suspend', { marketplaces: ['US'], reason });
  await recording.reached;
  holdUp = () => Promise.resolve();
  // As if Japan had been staged for this moment.
  await api.pool.query(
    `with japan as (
       insert into badges (request_id, marketplace, program, asin, effective_at)
       select id, 'JP', program, asin, now() from badge_requests where id = $1)
     update badge_requests set enabled_at = now() where id = $1`,
    [id],
  );
  recording.open();
  const reply = await pressed;
  expect([reply.status, reply.body]).toMatchObject([200, { status: 'ENABLED' }]);
  expect(await isShown(id)).toBe(false);
});

test('an order that meets a workflow behind another order has it catch up, and is done', async () => {
  const id = await goingLive();
  const { rows } = await api.pool.query<{ seq: number }>(
    'select transition_seq as seq from badge_requests where id = $1',
    [id],
  );
  // Recorded, and the worker was killed before its workflow knew.
  const { recordPendingOrder } = createTransitionActivities({ pool: api.pool, reviewTerm, asksHere: true });
  const command = { commandId: 'unheard', actor: OPERATOR };
  await saveReason(api.pool, { commandId: 'unheard', requestId: id, operatorId: OPERATOR.id, reason });
  const ref = { requestId: id, seq: (rows[0]?.seq ?? 0) + 1, command };
  await recordPendingOrder(ref, { action: 'suspend', marketplaces: ['US'] });
  expect(await isShown(id)).toBe(false);
  expect((await requests.act('operator', id, 'reinstate', { reason: 'Repaired.' })).status).toBe(200);
  expect(await isShown(id)).toBe(true);
});

test('an order that finds no workflow begins one, which is told once more what the certification says', async () => {
  const id = await goingLive();
  const heard = async () => {
    const text = 'select heard_revision as heard from badge_requests where id = $1';
    return (await api.pool.query<{ heard: string | null }>(text, [id])).rows[0]?.heard;
  };
  expect(await heard()).not.toBeNull();
  await world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  expect((await requests.act('operator', id, 'suspend', { reason })).status).toBe(200);
  expect([await isShown(id), await heard()]).toEqual([false, null]);
});

test('each badge says what may be done to it, to whoever may do it', async () => {
  const id = await goingLive();
  await api.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
     select id, 'JP', program, asin, now() + interval '1 day' from badge_requests where id = $1`,
    [id],
  );
  const seenBy = async (person: 'operator' | 'maker') =>
    (await api.as(person)('GET', pathOf(id))).body['badges'] as unknown;
  expect(await seenBy('operator')).toMatchObject([
    { marketplace: 'US', allowedActions: ['suspend', 'remove'] },
    { marketplace: 'JP', status: 'STAGED', allowedActions: [] },
  ]);
  expect(await seenBy('maker')).toMatchObject([{ allowedActions: [] }, { allowedActions: [] }]);
});

test('where a badge was removed and then lost its certification, nothing says that it comes back', async () => {
  const id = await goingLive();
  const other = await goingLive();
  await requests.act('operator', id, 'remove', { reason });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP'] });
  const actionsOf = async (request: string) => {
    const { reasons } = await requests.until(
      request,
      (read) => (read['reasons'] as unknown as []).length > 0,
    );
    return (reasons as unknown as { action: string }[]).map(({ action }) => action);
  };
  expect(await actionsOf(id)).toEqual([expect.stringContaining('no certification brings it back')]);
  expect(await actionsOf(other)).toEqual([expect.stringContaining('brings the marketplace back by itself')]);
});
