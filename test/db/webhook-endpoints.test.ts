/** What is done to one endpoint is done to no other, and what is told is listed whole. */
import {
  changeEndpoint,
  deleteEndpoint,
  findEndpoint,
  forgetDeletedEndpoints,
  listEndpoints,
  replaceSecret,
  saveEndpoint,
} from '../../db/webhook-endpoints';
import { listDeliveries, type DeliveryPosition } from '../../db/webhook-listing';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into organizations (id, name) values ('org_one', 'One'), ('org_two', 'Two')`,
  );
  for (const ref of [one, sibling, foreign])
    await saveEndpoint(database.pool, { ...ref, url: `https://${ref.id}.example`, secret: `of ${ref.id}` });
});
afterEach(() => database.drop());

const one = { id: 'wep_1', organizationId: 'org_one' };
const sibling = { id: 'wep_2', organizationId: 'org_one' };
const foreign = { id: 'wep_3', organizationId: 'org_two' };
const rows = async () =>
  (await database.pool.query<{ id: string }>('select * from webhook_endpoints order by id')).rows;

test.each<[string, (ref: typeof one) => Promise<unknown>, nothing: unknown]>([
  [
    'changed',
    (ref) => changeEndpoint(database.pool, ref, { url: 'https://new.example', enabled: false }),
    null,
  ],
  ['given another secret', (ref) => replaceSecret(database.pool, ref, { secret: 's', commandId: 'c' }), null],
  ['deleted', (ref) => deleteEndpoint(database.pool, ref), false],
])('an endpoint is %s alone, by its own organization', async (_name, act, nothing) => {
  const before = await rows();
  expect(await act({ ...one, organizationId: 'org_two' })).toBe(nothing);
  expect(await act({ ...one, id: 'wep_unknown' })).toBe(nothing);
  expect(await rows()).toEqual(before);
  expect(await act(one)).not.toBe(nothing);
  const after = await rows();
  expect(after.slice(1)).toEqual(before.slice(1));
  expect(after[0]).not.toEqual(before[0]);
});

test('an organization finds its own, newest first', async () => {
  const list = await listEndpoints(database.pool, 'org_one');
  expect(list.map(({ id }) => id)).toEqual(['wep_2', 'wep_1']);
  expect(await findEndpoint(database.pool, one)).toMatchObject({ id: 'wep_1' });
  expect(await findEndpoint(database.pool, { ...one, organizationId: 'org_two' })).toBeNull();
});

test('the secret before counts from each replacement anew, not from a repeat of one', async () => {
  const replace = async (commandId: string) =>
    (await replaceSecret(database.pool, one, { secret: `of ${commandId}`, commandId }))?.earlierSecretUntil;
  const age = (interval: string) =>
    database.pool.query(
      `update webhook_endpoints set earlier_secret_until = earlier_secret_until - interval '${interval}'`,
    );
  const first = Date.parse((await replace('first')) ?? '');
  await age('1 hour');
  expect(Date.parse((await replace('first')) ?? '')).toBe(first - 3_600_000);
  await age('1 year');
  expect(await replace('first')).toBeNull();
  expect(Date.parse((await replace('second')) ?? '')).toBeGreaterThanOrEqual(first);
});

test('what is forgotten are endpoints that were deleted long ago, and no others', async () => {
  await database.pool.query(
    `update webhook_endpoints set disabled_at = now() - interval '1 year', disabled_because = 'GONE' where id = 'wep_1'`,
  );
  await deleteEndpoint(database.pool, sibling);
  await database.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at)
     values ('whe_1', 'wep_1', now()), ('whe_2', 'wep_2', now()), ('whe_3', 'wep_2', now())`,
  );
  const forget = () => forgetDeletedEndpoints(database.pool, 1);
  const left = async () => {
    const { rows: told } = await database.pool.query<{ id: string }>(
      `select id from webhook_deliveries where endpoint_id = 'wep_1'`,
    );
    return [...(await rows()), ...told].map(({ id }) => id);
  };
  const all = ['wep_1', 'wep_2', 'wep_3', 'whe_1'];
  await database.pool.query(
    `update webhook_endpoints set disabled_at = now() - interval '49 hours' where id = 'wep_2'`,
  );
  expect([await forget(), await left()]).toEqual([1, all]);
  await database.pool.query(
    `update webhook_endpoints set disabled_at = now() - interval '47 hours' where id = 'wep_2'`,
  );
  expect([await forget(), await left()]).toEqual([1, all]);
  await database.pool.query(
    `update webhook_endpoints set disabled_at = now() - interval '49 hours' where id = 'wep_2'`,
  );
  expect([await forget(), await left()]).toEqual([0, ['wep_1', 'wep_3', 'whe_1']]);
});

test('pages hold all that was told at one instant once, and the last one says so', async () => {
  await database.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at)
     select 'whe_' || n, 'wep_1', '2026-11-22T10:00:00Z' from generate_series(1, 4) as n`,
  );
  const pages: string[][] = [];
  let after: DeliveryPosition | null = null;
  do {
    const page = await listDeliveries(database.pool, 'wep_1', { limit: 2, after });
    pages.push(page.deliveries.map(({ id }) => id));
    after = page.next;
  } while (after !== null && pages.length < 9);
  expect(pages).toEqual([
    ['whe_4', 'whe_3'],
    ['whe_2', 'whe_1'],
  ]);
});
