/** A database for each test file, copied from the migrated template and dropped with it. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openPool, type Pool } from '../../db/pool';

export interface TestDatabase {
  readonly url: string;
  readonly pool: Pool;
  drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  const admin = new URL(template);
  admin.pathname = '/postgres';
  const name = `test_${randomBytes(6).toString('hex')}`;
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: admin.href });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  // Of the strategies the cheaper one for the server: no block goes through its buffers and its log.
  await run(`create database ${name} template ${template.pathname.slice(1)} strategy file_copy`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const pool = openPool({
    url: url.href,
    size: 20,
    name,
    // A machine that starts a browser beside it may look away for that long.
    connectWithinMs: 30_000,
    onError: () => undefined,
  });
  return {
    url: url.href,
    pool,
    async drop() {
      await pool.end();
      await run(`drop database ${name} with (force)`);
    },
  };
}
