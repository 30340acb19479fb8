import { claimKey, holdKey, releaseKey, storeAnswer, type Claim } from '../../db/idempotency';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const keys = [
  { scope: 'maker POST /v1/badge-requests', key: 'one' },
  { scope: 'maker POST /v1/badge-requests', key: 'two' },
  { scope: 'other POST /v1/badge-requests', key: 'one' },
] as const;
const [key, ...others] = keys;
const claim = (changes: Partial<Claim> = {}) =>
  claimKey(database.pool, {
    ...{ ...key, fingerprint: Buffer.from('body'), resourceId: 'br_first', lockMs: 60_000 },
    ...changes,
  });
const answer = {
  status: 201,
  headers: { location: '/v1/badge-requests/br_first' },
  text: '{"id":"br_first"}',
};

test('an answer is that of its caller and key alone, and the first one stays', async () => {
  for (const each of keys) expect(await claim(each)).toMatchObject({ outcome: 'CLAIMED' });
  await storeAnswer(database.pool, key, answer);
  await storeAnswer(database.pool, key, { ...answer, status: 503 });
  expect(await claim()).toEqual({ outcome: 'ANSWERED', answer });
  for (const each of others) expect(await claim(each)).toMatchObject({ outcome: 'RUNNING' });
});

test('what is held longer is that key alone', async () => {
  for (const each of keys) await claim({ ...each, lockMs: 0 });
  await holdKey(database.pool, { ...key, lockMs: 60_000 });
  expect(await claim()).toMatchObject({ outcome: 'RUNNING' });
  for (const each of others) expect(await claim(each)).toMatchObject({ outcome: 'CLAIMED' });
});

test('what is released is that key alone, and is held no more', async () => {
  for (const each of keys) await claim(each);
  await releaseKey(database.pool, key);
  await holdKey(database.pool, { ...key, lockMs: 60_000 });
  for (const each of others) expect(await claim(each)).toMatchObject({ outcome: 'RUNNING' });
  expect(await claim()).toMatchObject({ outcome: 'CLAIMED' });
});

test('a try that counts as ended is taken up with the same body and id only, and holds the key anew', async () => {
  await claim({ lockMs: 0 });
  expect(await claim({ fingerprint: Buffer.from('another') })).toEqual({ outcome: 'OTHER_BODY' });
  expect(await claim({ resourceId: 'br_second' })).toEqual({ outcome: 'CLAIMED', resourceId: 'br_first' });
  expect(await claim()).toMatchObject({ outcome: 'RUNNING' });
});
