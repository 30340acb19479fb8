/** Commands that meet a workflow behind what is recorded, or a first try of themselves. */
import { createCommandRelay } from '../../activities/command-relay';
import { createTransitionActivities } from '../../activities/transitions';
import { commandIdOf } from '../../api/idempotency';
import type { Pool } from '../../db/pool';
import { createGate } from '../setup/gate';
import { reviewTerm } from '../setup/review-term';
import { MAKER } from '../setup/request-world';
import { readyForm, startApi } from './api-server';
import { pathOf } from './request-calls';
import { workedApi } from './worked-api';

const worked = workedApi();
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('a command that met a workflow behind its rows is done by a repeat with its key once it is not', async () => {
  const { pool, client, taskQueue } = worked.world;
  const id = await worked.requests.underReview({
    ...readyForm(),
    goLive: { kind: 'ON_DATE', date: inDays(90) },
  });
  await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  const { rows } = await pool.query<{ seq: number }>(
    'select transition_seq as seq from badge_requests where id = $1',
    [id],
  );
  // Recorded, and the worker was killed before its workflow knew.
  const goLive = { kind: 'ON_DATE', date: inDays(120) } as const;
  const command = { commandId: 'unheard', actor: MAKER };
  await createTransitionActivities({ pool, reviewTerm, stagingRetryDays: 30 }).recordRescheduling(
    { requestId: id, seq: (rows[0]?.seq ?? 0) + 1, command },
    goLive,
  );
  const withdraw = () => worked.requests.act('maker', id, 'withdraw', {}, 'key');
  const behind = await withdraw();
  expect([behind.status, behind.body['code']]).toEqual([503, 'TRY_AGAIN']);

  await pool.query(
    `update unconfirmed_commands set next_attempt_at = now() - interval '1 s' where command_id = 'unheard'`,
  );
  await createCommandRelay({ pool, client, taskQueue }).drainOne();
  const again = await withdraw();
  expect([again.status, again.body['status']]).toEqual([200, 'NOT_SUBMITTED']);
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
