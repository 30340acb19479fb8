import { describeError } from '../../api/described-error';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('what a database quotes is left out, however many lines it has', async () => {
  const asking = database.pool.query(`select 'somebody’s\nwords'::integer`);
  const error: unknown = await asking.catch((failure: unknown) => failure);
  expect((error as Error).message).toContain('words');
  const described = describeError(error);
  expect(described).toMatchObject({ code: '22P02' });
  expect(described['stack']).toContainEqual(expect.stringMatching(/^at .*described-error\.test\.ts/));
  expect(JSON.stringify(described)).not.toContain('words');
});
