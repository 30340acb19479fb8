/** How fast requests that have lost their workflow get another one; that they do is test/workflows/lost-workflows.test.ts. */
import type { Client } from '@temporalio/client';
import { reviveLost } from '../../activities/lost-requests';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `with organization as (insert into organizations (id, name) values ('org_one', 'One')),
          maker as (insert into people (id, name, email, role, organization_id)
                      values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one'))
     insert into badge_requests (id, organization_id, created_by, program, asin, status, stage, round, updated_at)
       select 'br_' || n, 'org_one', 'person_maker', 'WWA', 'B0' || n, 'UNDER_REVIEW', 'AWAITING_REVIEWER', 1,
              now() - interval '1 hour'
         from generate_series(1001, 1045) n`,
  );
});
afterAll(() => database.drop());

test('a few are started side by side, with a pause after each few', async () => {
  const started: string[] = [];
  const client = {
    workflow: {
      // None of them runs.
      async *list() {},
      start: async (_type: string, { workflowId }: { workflowId: string }) => void started.push(workflowId),
    },
  } as unknown as Client;
  const pauses: number[][] = [];
  const pause = async (moved: number) => void pauses.push([moved, started.length]);
  expect(await reviveLost({ pool: database.pool, client }, '', pause)).toBe('');
  expect(pauses).toEqual([
    [20, 20],
    [20, 40],
    [5, 45],
  ]);
  expect(new Set(started).size).toBe(45);
});
