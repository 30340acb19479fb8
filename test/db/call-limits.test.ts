/** Slots as the database gives them out. */
import { closeFor, readClosure, rememberRate, takeSlot, type SlotWish } from '../../db/call-limits';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const key = { account: 'na', family: 'catalog' };
const MINUTE_MS = 60_000;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** A call a minute: no slot comes by itself while a test runs. Waits are in minutes. */
const take = async (over: Partial<SlotWish> = {}) => {
  const wish = { perSecond: 1 / 60, marginMs: 0, longestWaitMs: 60 * MINUTE_MS, ...over };
  const { taken, waitMs } = await takeSlot(database.pool, key, wish);
  return { taken, minutes: Math.round((waitMs / MINUTE_MS) * 100) / 100 };
};
const takeNow = () => take({ longestWaitMs: 0 });

test('however many reserve at once, each has a slot of its own, one interval after another', async () => {
  await take();
  // Connections that are open already, so that the statements meet.
  const everybody = Array.from({ length: 20 });
  await Promise.all(everybody.map(() => database.pool.query('select pg_sleep(0.1)')));
  const slots = [...(await Promise.all(everybody.map(() => take())))];
  slots.push(...(await Promise.all(everybody.map(() => take()))));
  expect(slots.every(({ taken }) => taken)).toBe(true);
  const order = slots.map(({ minutes }) => Math.round(minutes)).sort((one, other) => one - other);
  expect(order).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test('who may not reserve has a slot that is free, or hears when to ask again, and takes up nothing', async () => {
  expect(await takeNow()).toEqual({ taken: true, minutes: 0 });
  expect(await takeNow()).toEqual({ taken: false, minutes: 1 });
  expect(await takeNow()).toEqual({ taken: false, minutes: 1 });
  expect(await take()).toEqual({ taken: true, minutes: 1 });
});

test('a slot that is too far away is not reserved', async () => {
  await take();
  expect(await take({ longestWaitMs: MINUTE_MS / 2 })).toEqual({ taken: false, minutes: 1 });
  expect(await take()).toEqual({ taken: true, minutes: 1 });
});

test('slots of the past are not saved up', async () => {
  await take();
  await database.pool.query("update call_limits set next_at = now() - interval '1 hour'");
  expect(await take()).toEqual({ taken: true, minutes: 0 });
  expect(await take()).toEqual({ taken: true, minutes: 1 });
});

test('the margin comes on top of the interval', async () => {
  await take({ marginMs: MINUTE_MS });
  expect(await take()).toEqual({ taken: true, minutes: 2 });
});

test('accounts and families do not wait for each other', async () => {
  await take();
  for (const other of [
    { account: 'eu', family: 'catalog' },
    { account: 'na', family: 'offers' },
  ])
    expect(
      await takeSlot(database.pool, other, { perSecond: 1 / 60, marginMs: 0, longestWaitMs: 0 }),
    ).toMatchObject({ taken: true });
});

test('while the other side wants no calls there is no slot, and what it asked last but shorter changes nothing', async () => {
  await closeFor(database.pool, key, 30 * MINUTE_MS);
  await closeFor(database.pool, key, MINUTE_MS);
  expect((await readClosure(database.pool, key)) / MINUTE_MS).toBeCloseTo(30, 1);
  expect(await take()).toEqual({ taken: true, minutes: 30 });
  expect(await take()).toEqual({ taken: true, minutes: 31 });
  expect(await readClosure(database.pool, { account: 'eu', family: 'catalog' })).toBe(0);
});

test.each([
  ['lowers the configured one', 1 / 120, 2],
  ['never raises it', 100, 1],
])('a rate that the other side tells %s', async (_name, told, minutes) => {
  await rememberRate(database.pool, key, told);
  await take();
  expect(await take()).toEqual({ taken: true, minutes });
  await rememberRate(database.pool, key, 1 / 60);
  await database.pool.query('update call_limits set next_at = now()');
  await take();
  expect(await take()).toEqual({ taken: true, minutes: 1 });
});
