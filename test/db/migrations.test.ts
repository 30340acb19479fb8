import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { until } from '../setup/until';

const migrations = readdirSync(join(__dirname, '..', '..', 'db', 'migrations'))
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.replace(/\.sql$/, ''))
  .sort();
const name = `test_${randomBytes(6).toString('hex')}`;
const urlOf = (database: string) => {
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  url.pathname = `/${database}`;
  return url.href;
};

async function run(database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: urlOf(database) });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs the program, as every starter does; `npm run build` makes it. @returns what it says */
const migrate = (databaseUrl: string) =>
  new Promise<string>((resolve, reject) => {
    const program = join(__dirname, '..', '..', 'dist', 'db', 'migrate.js');
    execFile(process.execPath, [program], { env: { DATABASE_URL: databaseUrl } }, (error, stdout, stderr) =>
      error === null ? resolve(stdout.trim()) : reject(new Error(stderr)),
    );
  });
const applied = `Applied ${migrations.join(', ')}.`;
const upToDate = 'The schema is up to date.';

beforeEach(() => run('postgres', `create database ${name}`));
afterEach(() => run('postgres', `drop database ${name} with (force)`));

it('are applied once by however many start at the same time', async () => {
  const said = await Promise.all([1, 2, 3].map(() => migrate(urlOf(name))));
  expect(said.sort()).toEqual([applied, upToDate, upToDate]);
  expect(await run(name, 'select name from migrations order by name')).toEqual(
    migrations.map((migration) => ({ name: migration })),
  );
  expect(await run(name, 'select count(*)::int as requests from badge_requests')).toEqual([{ requests: 0 }]);
});

it('are not applied again', async () => {
  await migrate(urlOf(name));
  await run(name, "insert into organizations (id, name) values ('org_one', 'One')");
  expect(await migrate(urlOf(name))).toBe(upToDate);
  expect(await run(name, 'select id from organizations')).toEqual([{ id: 'org_one' }]);
});

// As a backup or a rehearsal does, for minutes.
it('wait for who reads a table, and let everybody else use it meanwhile', async () => {
  await migrate(urlOf(name));
  const last = migrations.at(-1);
  // As the version before has left it.
  await run(
    name,
    `alter table mail_outbox drop column asin, drop column product_id; delete from migrations where name = '${last}'`,
  );
  const reader = new Client({ connectionString: urlOf(name) });
  await reader.connect();
  await reader.query('begin; select from mail_outbox');
  const said = migrate(urlOf(name));
  await until(async () => {
    const waiting = `select from pg_locks where relation = 'mail_outbox'::regclass and not granted`;
    return (await run(name, waiting)).length > 0;
  });
  // Fails where it has to wait until the reader is done.
  await run(name, `set lock_timeout = '4s'; select from mail_outbox`).finally(() => reader.end());
  expect(await said).toBe(`Applied ${last}.`);
});
