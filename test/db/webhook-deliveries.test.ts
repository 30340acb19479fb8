/** What makers' programs are to be told follows what is recorded, in the same transaction. */
import { transact, type Queryable } from '../../db/pool';
import { changeEndpoint, deleteEndpoint, saveEndpoint } from '../../db/webhook-endpoints';
import { until } from '../setup/until';
import { forgetDeliveries, takeDelivery } from '../../db/webhook-deliveries';
import { AMERICA, createStagingScene, EVE, type StagingScene } from './staging-scene';
import { people, type Scene, type SceneRequest } from './transition-scene';

let at: StagingScene;
let scene: Scene;
beforeAll(async () => {
  at = await createStagingScene();
  scene = at.scene;
  await saveEndpoint(scene.pool, {
    ...{ id: 'wep_1', organizationId: 'org_one', url: 'https://one.example', secret: 'whsec_c2VjcmV0' },
  });
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.now = EVE;
});

/** To be told, and when: by the history that it tells. */
async function toBeTold({ id }: SceneRequest): Promise<string[]> {
  const { rows } = await scene.pool.query<{ action: string; at: Date; due_at: Date; next_attempt_at: Date }>(
    `select h.action, h.at, d.due_at, d.next_attempt_at
       from badge_request_history h left join webhook_deliveries d using (request_id, seq)
      where h.request_id = $1 order by h.seq`,
    [id],
  );
  for (const row of rows) expect([row.due_at, row.next_attempt_at]).toEqual([row.at, row.at]);
  return rows.map((row) => `${row.action} ${row.at.toISOString()}`);
}

test('each entry is told at its instant, once however often it is recorded', async () => {
  const request = await at.staged();
  const told = await toBeTold(request);
  expect(told.slice(3)).toEqual([`stage ${EVE}`, `enable ${AMERICA}`]);
  for (const step of request.steps) await step.repeat();
  expect(await toBeTold(request)).toEqual(told);
});

test('what lies ahead is taken back with its entry', async () => {
  const request = await at.staged();
  await request.record(scene.activities.recordWithdrawal, people.maker);
  expect((await toBeTold(request)).slice(3)).toEqual([`stage ${EVE}`, `withdraw ${EVE}`]);
});

test('another organization’s is told nobody', async () => {
  const request = await at.certified({ organization: 'org_two' });
  const { rows } = await scene.pool.query('select from webhook_deliveries where request_id = $1', [
    request.id,
  ]);
  expect(rows).toHaveLength(0);
});

describe('an entry that is being recorded', () => {
  const ref = { id: 'wep_2', organizationId: 'org_one' };
  beforeEach(async () => {
    await saveEndpoint(scene.pool, { ...ref, url: 'https://two.example', secret: 'whsec_c2VjcmV0' });
  });
  afterEach(() => deleteEndpoint(scene.pool, ref));
  const enter = (connection: Queryable, requestId: string) =>
    connection.query(
      `insert into badge_request_history (request_id, seq, at, actor_role, action, from_status, to_status)
       values ($1, 100, now(), 'SERVICE', 'stage', 'PENDING', 'PENDING')`,
      [requestId],
    );
  const waitsForLock = () =>
    until(async () => {
      const { rowCount } = await scene.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
  const waiting = async (requestId: string) =>
    (
      await scene.pool.query<{ waits: boolean }>(
        `select next_attempt_at is not null as waits from webhook_deliveries
          where endpoint_id = 'wep_2' and request_id = $1 and seq = 100`,
        [requestId],
      )
    ).rows;

  test.each([
    ['enabled', true],
    ['disabled', false],
  ])('while its endpoint is %s is told as of then', async (_, enabled) => {
    const { id } = await at.certified();
    await changeEndpoint(scene.pool, ref, { enabled: !enabled });
    const { changing } = await transact(scene.pool, async (connection) => {
      await enter(connection, id);
      const change = changeEndpoint(scene.pool, ref, { enabled });
      await waitsForLock();
      return { changing: change };
    });
    await changing;
    expect(await waiting(id)).toEqual([{ waits: enabled }]);
  });

  test('while its endpoint is deleted is recorded, and told nobody', async () => {
    const { id } = await at.certified();
    const { entering } = await transact(scene.pool, async (connection) => {
      await deleteEndpoint(connection, ref);
      const entry = enter(scene.pool, id);
      await waitsForLock();
      return { entering: entry };
    });
    await entering;
    expect(await waiting(id)).toEqual([]);
  });
});

test('what was due a month ago is forgotten', async () => {
  const request = await at.certified();
  await scene.pool.query(
    `update webhook_deliveries set due_at = now() - interval '31 days' where request_id = $1 and seq = 1`,
    [request.id],
  );
  expect(await forgetDeliveries(scene.pool, { olderThanDays: 30, limit: 100 })).toBe(1);
  expect(await forgetDeliveries(scene.pool, { olderThanDays: 30, limit: 100 })).toBe(0);
});

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}
/** Rows of deliveries that are read, also those that are then left out. */
const rowsRead = (plan: Plan): number =>
  (plan['Relation Name'] === 'webhook_deliveries'
    ? plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)
    : 0) + (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), 0);

test('one of thousands that are due at one instant is taken without reading the others', async () => {
  await scene.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at, next_attempt_at)
     select 'whe_' || n, 'wep_1', '2027-01-15', '2026-01-15' from generate_series(1, 5000) n`,
  );
  await scene.pool.query('analyze webhook_deliveries');
  let read = 0;
  const explaining = {
    query: async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await scene.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${text}`,
        values,
      );
      for (const row of rows) read += rowsRead(row['QUERY PLAN'][0].Plan);
      return { rows: [] };
    },
  } as unknown as Queryable;
  await takeDelivery(explaining, { withinSeconds: 60, busy: [] });
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(10);
});
