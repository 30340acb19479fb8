/** What is taken next, however much waits at endpoints that nothing is to be sent to. */
import type { Pool, Queryable } from '../../db/pool';
import { queueTest, takeDelivery } from '../../db/webhook-deliveries';
import { changeEndpoint, saveEndpoint } from '../../db/webhook-endpoints';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { explain, rowsReadOf } from './plans';

const MANY = 5_000;
const endpoints = ['wep_1', 'wep_2', 'wep_3'];
const ref = { id: 'wep_1', organizationId: 'org_one' };

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
  await pool.query(`insert into organizations (id, name) values ('org_one', 'One')`);
  for (const id of endpoints)
    await saveEndpoint(pool, { ...ref, id, url: `https://${id}.example`, secret: 'whsec_c2VjcmV0' });
});
afterEach(() => database.drop());

/** What is due at one instant for the first endpoint, and later, one each, for the others. */
async function queue(many: number): Promise<void> {
  await pool.query(`delete from webhook_deliveries where endpoint_id <> 'wep_1'`);
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at, next_attempt_at)
     select id, endpoint, at, at from (
       select 'whe_' || n, 'wep_1', timestamptz '2026-01-15' from generate_series(1, $1) n
       union all values ('whe_c', 'wep_2', timestamptz '2026-01-17'), ('whe_b', 'wep_3', '2026-01-16')) d(id, endpoint, at)`,
    [many],
  );
  await pool.query('analyze webhook_deliveries, webhook_endpoints');
}
const take = (busy: string[] = [], last = '', db: Queryable = pool) =>
  takeDelivery(db, { withinSeconds: 60, busy, last });
const idOf = (taken: Awaited<ReturnType<typeof take>>) => taken?.delivery.id;

/** How many rows of deliveries it reads to take one. */
const rowsRead = async (busy: string[] = []) =>
  rowsReadOf('webhook_deliveries', await explain(pool, (db) => take(busy, '', db)));

test('what is due first is taken, without reading the thousands that are due with it', async () => {
  await queue(MANY);
  const read = await rowsRead();
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(200);
});

test.each([
  ['busy', ['wep_1'], true],
  ['disabled', [], false],
] as const)('what waits at a %s endpoint is left alone, and not read', async (_, busy, enabled) => {
  await queue(MANY);
  await changeEndpoint(pool, ref, { enabled });
  expect(await rowsRead([...busy])).toBeLessThan(200);
  await queue(0);
  const taken = [await take([...busy], 'wep_2'), await take([...busy], 'wep_3'), await take([...busy])];
  expect(taken.map(idOf)).toEqual(['whe_b', 'whe_c', undefined]);
});

test('as many as take at once get each another one', async () => {
  await queue(20);
  const taken = await Promise.all(Array.from({ length: 10 }, () => take()));
  expect(new Set(taken.map(idOf)).size).toBe(10);
  expect(taken.every((each) => each?.due === 2)).toBe(true);
});

test('what somebody asks for goes first, also to an endpoint that is disabled', async () => {
  await queue(200);
  await changeEndpoint(pool, ref, { enabled: false });
  await queueTest(pool, { id: 'whe_test', endpointId: 'wep_1' });
  expect(idOf(await take(['wep_1'], 'wep_2'))).toBe('whe_b');
  expect(idOf(await take())).toBe('whe_test');
  expect(idOf(await take())).toBe('whe_c');
});

test('to disable and to enable an endpoint changes none of what waits there', async () => {
  await queue(3);
  const versions = () => pool.query('select id, xmin, ctid from webhook_deliveries order by id');
  const { rows: before } = await versions();
  for (const enabled of [false, true]) await changeEndpoint(pool, ref, { enabled });
  expect((await versions()).rows).toEqual(before);
});
