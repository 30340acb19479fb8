/** Commands that meet a workflow behind what is recorded or ahead of it, or a first try of themselves. */
import { createCommandRelay } from '../../activities/command-relay';
import { createTransitionActivities } from '../../activities/transitions';
import { commandIdOf } from '../../api/idempotency';
import type { Pool } from '../../db/pool';
import { createGate } from '../setup/gate';
import { reviewTerm } from '../setup/review-term';
import { MAKER } from '../setup/request-world';
import { readyForm, startApi } from './api-server';
import { pathOf } from './request-calls';
import { startBeside, workedApi } from './worked-api';

const worked = workedApi();
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const transitions = () =>
  createTransitionActivities({ pool: worked.world.pool, reviewTerm, stagingRetryDays: 30 });
/** One that waits for its certification, and the number of the transition that its workflow would record next. */
async function waiting(): Promise<{ id: string; next: number }> {
  const goLive = { kind: 'ON_DATE', date: inDays(90) };
  const id = await worked.requests.underReview({ ...readyForm(), goLive });
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  const { rows } = await worked.world.pool.query<{ seq: number }>(
    'select transition_seq as seq from badge_requests where id = $1',
    [id],
  );
  return { id, next: (rows[0]?.seq ?? 0) + 1 };
}

test('a command that meets a workflow behind another command has it catch up, and is done', async () => {
  const { pool, client, taskQueue } = worked.world;
  const { id, next } = await waiting();
  // Recorded, and the worker was killed before its workflow knew.
  const goLive = { kind: 'ON_DATE', date: inDays(120) } as const;
  const command = { commandId: 'unheard', actor: MAKER };
  await transitions().recordRescheduling({ requestId: id, seq: next, command }, goLive);
  const withdrawn = await worked.requests.act('maker', id, 'withdraw', {}, 'key');
  expect([withdrawn.status, withdrawn.body['status']]).toEqual([200, 'NOT_SUBMITTED']);
  await pool.query(
    `update unconfirmed_commands set next_attempt_at = now() - interval '1 s' where command_id = 'unheard'`,
  );
  await createCommandRelay({ pool, client, taskQueue }).drainOne();
  const { rowCount } = await pool.query('select from unconfirmed_commands where request_id = $1', [id]);
  expect(rowCount).toBe(0);
  expect((await worked.requests.read(id)).body).toMatchObject({ status: 'NOT_SUBMITTED' });
});

test('a request is submitted again whose workflow was killed as it was sent back, and has heard of nothing since', async () => {
  const { pool } = worked.world;
  const { id, next } = await waiting();
  const say = (status: string) =>
    pool.query('update certification_projects set status = $1, version = version + 1', [status]);
  await say('CANCELLED');
  await transitions().recordCertificationRefusal({ requestId: id, seq: next, command: null });
  // News of this one was told together with that of the other: it leads nowhere.
  await say('UNDER_TEST');
  const submitted = await worked.requests.act('maker', id, 'submit');
  expect([submitted.status, submitted.body]).toMatchObject([200, { status: 'UNDER_REVIEW', round: 2 }]);
  await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
});

test('a repeat between whose looks the first try is recorded is answered so', async () => {
  const id = await worked.requests.create();
  const reading = createGate();
  const pool = new Proxy(worked.world.pool, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== 'query' || typeof member !== 'function') return member;
      return async (...query: [{ name?: string }]) => {
        if (query[0].name === 'find-request') await reading.wait();
        return (member as Pool['query']).apply(target, query as never) as unknown;
      };
    },
  });
  // Another API process, to which the key is new: the first one was killed while it waited.
  const other = await startApi({ world: { ...worked.world, pool } });
  const repeated = other.as('maker')('POST', pathOf(id, '/submit'), { body: {}, key: 'twice' });
  await reading.reached;
  const commandId = commandIdOf(`person_maker post ${pathOf(id, '/submit')}`, 'twice');
  await worked.world.client.workflow
    .getHandle(`badge-request/${id}`)
    .executeUpdate('submit', { args: [{ commandId, actor: MAKER }], updateId: commandId });
  reading.open();
  const reply = await repeated;
  await other.close();
  expect([reply.status, reply.body['round']]).toEqual([200, 1]);
});

/** Has somebody else's call recorded between what a command was judged by and its workflow. */
function overtake(first: () => Promise<{ status: number }>) {
  let isFirst = true;
  return startBeside(worked, async (input, next) => {
    if (isFirst) {
      isFirst = false;
      expect((await first()).status).toBe(200);
    }
    return next(input);
  });
}

test('a decision that a new submission overtakes is answered that the round is outdated', async () => {
  const id = await worked.requests.underReview();
  const api = await overtake(async () => {
    await worked.requests.act('maker', id, 'withdraw');
    const submitted = await worked.requests.act('maker', id, 'submit');
    await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
    return submitted;
  });
  const reply = await api.as('reviewer')('POST', pathOf(id, '/approve'), { body: { round: 1 } });
  await api.close();
  expect([reply.status, reply.body]).toMatchObject([409, { code: 'ROUND_OUTDATED', currentRound: 2 }]);
});

test('a command that another one makes impossible is answered what is possible now', async () => {
  const id = await worked.requests.underReview();
  const api = await overtake(() => worked.requests.act('colleague', id, 'withdraw'));
  const reply = await api.as('maker')('POST', pathOf(id, '/withdraw'), { body: {} });
  await api.close();
  expect([reply.status, reply.body]).toMatchObject([
    409,
    {
      code: 'ACTION_NOT_ALLOWED',
      requestStatus: 'NOT_SUBMITTED',
      allowedActions: ['save', 'submit', 'discard'],
    },
  ]);
});

test('a submission that a colleague’s giving up overtakes begins nothing anew', async () => {
  const id = await worked.requests.create();
  const workflow = worked.world.client.workflow.getHandle(`badge-request/${id}`);
  const api = await overtake(async () => {
    const discarded = await worked.requests.act('colleague', id, 'discard');
    await workflow.result();
    return discarded;
  });
  const reply = await api.as('maker')('POST', pathOf(id, '/submit'), { body: {} });
  await api.close();
  expect([reply.status, reply.body]).toMatchObject([409, { requestStatus: 'DISCARDED' }]);
  expect((await workflow.describe()).status.name).toBe('COMPLETED');
});

test('a submission whose form a colleague empties meanwhile is answered what it lacks', async () => {
  const id = await worked.requests.create();
  const body = { marketplaces: null };
  const api = await overtake(() => worked.api.as('colleague')('PATCH', pathOf(id), { body }));
  const reply = await api.as('maker')('POST', pathOf(id, '/submit'), { body: {} });
  await api.close();
  expect([reply.status, reply.body]).toMatchObject([422, { errors: [{ pointer: '/marketplaces' }] }]);
});
