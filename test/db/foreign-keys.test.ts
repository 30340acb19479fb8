import { createTestDatabase } from '../setup/database';

test('what refers to a request is found by an index when that is deleted', async () => {
  const database = await createTestDatabase();
  try {
    const { rows } = await database.pool.query<{ table: string; is_found: boolean }>(
      `select f.conrelid::regclass::text as table,
              exists (select from pg_index i where i.indrelid = f.conrelid and i.indpred is null
                         and i.indkey[0] = f.conkey[1]) as is_found
         from pg_constraint f
        where f.contype = 'f' and f.confrelid = 'badge_requests'::regclass order by 1`,
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter(({ is_found }) => !is_found)).toEqual([]);
  } finally {
    await database.drop();
  }
});
