import { Client, Connection, ServiceError } from '@temporalio/client';
import { createCommandRelay } from '../../activities/command-relay';
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { createTransitionActivities } from '../../activities/transitions';
import { saveReason } from '../../db/operator-decisions';
import { composed } from '../../db/pool';
import { findCommand, insertUnconfirmed, nextCommandDue } from '../../db/unconfirmed-commands';
import { freePort } from '../../dev/free-port';
import { reviewTerm } from '../setup/review-term';
import {
  createWorld,
  MAKER,
  OPERATOR,
  PROJECT,
  type RequestInWorld,
  type World,
} from '../setup/request-world';
import { recordedSeqQuery } from '../../workflows/contract';
import { approved, pending } from '../workflows/request-steps';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.pool.query('delete from unconfirmed_commands'));
afterAll(() => world.close());

/** A submission that is recorded, and whose workflow was killed before it knew. */
async function submittedUnheard(commandId: string): Promise<RequestInWorld> {
  const request = await world.create();
  const { recordSubmission } = createTransitionActivities({
    pool: world.pool,
    reviewTerm,
    stagingRetryDays: 30,
  });
  await recordSubmission({ requestId: request.id, seq: 1, command: { commandId, actor: MAKER } });
  return request;
}
const makeDue = () =>
  world.pool.query("update unconfirmed_commands set next_attempt_at = now() - interval '1 s'");
const relayOf = (client: Client = world.client) =>
  createCommandRelay({ pool: world.pool, client, taskQueue: world.taskQueue });
const kept = async () =>
  (
    await world.pool.query<{ command_id: string; attempts: number; due: boolean }>(
      'select command_id, attempts, next_attempt_at <= now() as due from unconfirmed_commands',
    )
  ).rows;

it('gives a command again that nobody has confirmed in time, and forgets it once it is answered', async () => {
  const request = await submittedUnheard('unheard');
  const relay = relayOf();
  expect(await relay.drainOne()).toBe(0);
  expect((await relay.nextDue(null))?.at?.getTime()).toBeGreaterThan(Date.now());
  expect(await findCommand(world.pool, request.id, 'unheard')).toBe('RECORDED');
  await makeDue();
  expect(await relay.drainOne()).toBe(1);
  expect(await kept()).toEqual([]);
  expect(await findCommand(world.pool, request.id, 'unheard')).toBe('CONFIRMED');
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  expect(await request.row()).toMatchObject({ round: 1 });
  expect((await request.history()).map(({ action }) => action)).toEqual(['submit', 'passChecks']);
});

it('forgets a command that its workflow had answered already', async () => {
  const request = await world.create();
  await request.submit('answered');
  expect(await kept()).toMatchObject([{ command_id: 'answered' }]);
  await makeDue();
  await relayOf().drainOne();
  expect(await kept()).toEqual([]);
  expect(await request.row()).toMatchObject({ round: 1 });
});

it('forgets a command that its workflow is past', async () => {
  const request = await world.create();
  await request.submit('first');
  await request.withdraw();
  // Its update is of a run that Temporal knows no more: the workflow judges it as a new one.
  await world.pool.query(`delete from unconfirmed_commands where command_id <> 'first'`);
  await world.pool.query(
    `update unconfirmed_commands set command_id = 'past', update_name = 'withdraw',
            command = jsonb_set(command, '{commandId}', '"past"')`,
  );
  await makeDue();
  await relayOf().drainOne();
  expect(await kept()).toEqual([]);
  expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED' });
});

it('gives two commands of one request in the order in which they were recorded, whichever is due first', async () => {
  const request = await submittedUnheard('first');
  const activities = createTransitionActivities({ pool: world.pool, reviewTerm, stagingRetryDays: 30 });
  await activities.recordWithdrawal({
    requestId: request.id,
    seq: 2,
    command: { commandId: 'second', actor: MAKER },
  });
  const giveInTurn = async (commandId: string) => {
    await world.pool.query(
      `update unconfirmed_commands set next_attempt_at = now() + case when command_id = $1 then -1 else 1 end * interval '1 h'`,
      [commandId],
    );
    await relayOf().drainOne();
  };
  await giveInTurn('second');
  expect((await kept()).map(({ command_id }) => command_id).sort()).toEqual(['first', 'second']);
  await giveInTurn('first');
  expect(await kept()).toMatchObject([{ command_id: 'second' }]);
  await giveInTurn('second');
  expect(await kept()).toEqual([]);
  expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED', transition_seq: 2 });
  // The workflow knows both.
  await request.submit();
  expect(await request.row()).toMatchObject({ status: 'UNDER_REVIEW', round: 2 });
});

it('forgets a command whose workflow has ended', async () => {
  const request = await submittedUnheard('ended');
  await request.handle.terminate();
  await makeDue();
  expect(await relayOf().drainOne()).toBe(1);
  expect(await kept()).toEqual([]);
});

it('keeps a command whose workflow is not there yet', async () => {
  await world.pool.query(
    "insert into badge_requests (id, organization_id, created_by) values ('br_nowhere', 'org_one', $1)",
    [MAKER.id],
  );
  await world.pool.query(
    composed((bind) => insertUnconfirmed(bind, 'br_nowhere', 'submit', { commandId: 'early' })),
  );
  await makeDue();
  expect(await relayOf().drainOne()).toBe(1);
  expect(await kept()).toEqual([{ command_id: 'early', attempts: 1, due: false }]);
});

it('gives an order about badges to their workflow, which it starts, and forgets it', async () => {
  const request = await world.create();
  await world.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
      select id, 'US', program, asin, now() from badge_requests where id = $1`,
    [request.id],
  );
  await world.pool.query("update badge_requests set status = 'ENABLED' where id = $1", [request.id]);
  const words = { commandId: 'order', requestId: request.id, operatorId: OPERATOR.id, reason: 'Recalled.' };
  await saveReason(world.pool, words);
  // Recorded, and its workflow was killed before it knew.
  const order = { marketplaces: null, effectiveAt: null };
  const command = { ...order, commandId: 'order', actor: OPERATOR };
  await createRemedyRecordings({ pool: world.pool, graceDays: 7, removeDays: 90 }).recordOperatorOrder(
    { requestId: request.id, seq: 1, command },
    { ...order, action: 'suspend' },
  );
  await makeDue();
  expect(await relayOf().drainOne()).toBe(1);
  expect(await kept()).toEqual([]);
  await world.client.workflow.getHandle(`badge-remedy/${request.id}`).result();
  expect(await request.row()).toMatchObject({ status: 'SUSPENDED', transition_seq: 1 });
  expect((await request.history()).map(({ action }) => action)).toEqual(['suspend']);
});

it('gives an order to the workflow of its request, while that waits for other badges', async () => {
  world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const request = await pending(world, { marketplaces: ['US', 'JP'] });
  await world.certify(PROJECT, approved);
  const { transition_seq: seq } = await request.until((row) => row.transition_seq === 4);
  await world.pool.query('delete from unconfirmed_commands');
  const words = { commandId: 'lost', requestId: request.id, operatorId: OPERATOR.id, reason: 'Recalled.' };
  await saveReason(world.pool, words);
  const command = { commandId: 'lost', actor: OPERATOR, marketplaces: null, effectiveAt: null };
  // Recorded, and its workflow was killed before it knew.
  await createTransitionActivities({ pool: world.pool, reviewTerm }).recordPendingOrder(
    { requestId: request.id, seq: seq + 1, command },
    { action: 'suspend', marketplaces: null },
  );
  await makeDue();
  expect(await relayOf().drainOne()).toBe(1);
  expect(await kept()).toEqual([]);
  expect(await request.handle.query(recordedSeqQuery)).toBe(seq + 1);
  expect(await request.row()).toMatchObject({ status: 'PENDING', transition_seq: seq + 1 });
});

it('keeps a command for later while Temporal is away, and gives it then', async () => {
  const request = await submittedUnheard('away');
  await makeDue();
  // Without the client's own repeats, which last until the deadline.
  const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}`, interceptors: [] });
  const away = relayOf(new Client({ connection, namespace: 'badge-requests' }));
  const reported: unknown[] = [];
  expect(await away.drainOne((error) => reported.push(error))).toBe(1);
  expect(reported).toEqual([expect.any(ServiceError)]);
  expect(await kept()).toEqual([{ command_id: 'away', attempts: 1, due: false }]);
  expect(await away.drainOne()).toBe(0);
  await connection.close();
  await makeDue();
  await relayOf().drainOne();
  expect(await nextCommandDue(world.pool, null)).toMatchObject({ at: null });
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
});
