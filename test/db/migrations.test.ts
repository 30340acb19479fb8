import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { appendFile, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { makeScratchFolder } from '../dev/scratch-folder';
import { until } from '../setup/until';

const SOURCE = join(__dirname, '..', '..', 'db', 'migrations');
const migrations = readdirSync(SOURCE)
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
/** Runs migrations of a folder in a program of their own: Jest cannot load their library. @returns what it says */
const migrateFrom = (folder: string) =>
  new Promise<string[]>((resolve, reject) => {
    const script = `require(process.argv[1]).migrate(process.argv[2], process.argv[3], () => console.log('waits'))
      .then((applied) => console.log(applied.join()))`;
    const migrations = join(__dirname, '..', '..', 'dist', 'db', 'migrations.js');
    const args = ['-e', script, migrations, urlOf(name), folder];
    execFile(process.execPath, args, (error, stdout, stderr) =>
      error === null ? resolve(stdout.trim().split('\n')) : reject(new Error(stderr)),
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

it('refuses a start with one that was edited after it was applied, and says which', async () => {
  await migrate(urlOf(name));
  const { path: folder, remove } = await makeScratchFolder();
  for (const each of migrations) await copyFile(join(SOURCE, `${each}.sql`), join(folder, `${each}.sql`));
  expect(await migrateFrom(folder)).toEqual(['']);
  await appendFile(join(folder, `${migrations[1]}.sql`), '-- and more\n');
  await writeFile(join(folder, '9999_newer.sql'), '-- Up Migration\ncreate table newer ();\n');
  await expect(migrateFrom(folder)).rejects.toThrow(
    `${migrations[1]}.sql was edited after this database took it`,
  );
  expect(await run(name, "select to_regclass('newer') as newer")).toEqual([{ newer: null }]);
  await copyFile(join(SOURCE, `${migrations[1]}.sql`), join(folder, `${migrations[1]}.sql`));
  expect(await migrateFrom(folder)).toEqual(['9999_newer']);
  await remove();
});

// As a backup or a rehearsal does, for minutes.
it('wait for who reads a table, and let everybody else use it meanwhile', async () => {
  const { path: folder, remove } = await makeScratchFolder();
  const write = (file: string, sql: string) => writeFile(join(folder, file), `-- Up Migration\n${sql};\n`);
  await write('0001_documents.sql', 'create table documents ()');
  await migrateFrom(folder);
  await write('0002_texts.sql', 'alter table documents add column text text');
  const reader = new Client({ connectionString: urlOf(name) });
  await reader.connect();
  await reader.query('begin; select from documents');
  const said = migrateFrom(folder);
  await until(async () => {
    const waiting = `select from pg_locks where relation = 'documents'::regclass and not granted`;
    return (await run(name, waiting)).length > 0;
  });
  // Fails where it has to wait until the reader is done.
  await run(name, `set lock_timeout = '4s'; select from documents`).finally(() => reader.end());
  expect(await said).toEqual(['waits', '0002_texts']);
  await remove();
});

it('are tried again where they and a program wait for each other', async () => {
  const { path: folder, remove } = await makeScratchFolder();
  const write = (file: string, sql: string) => writeFile(join(folder, file), `-- Up Migration\n${sql};\n`);
  await write('0001_documents.sql', 'create table documents (); create table texts ()');
  await migrateFrom(folder);
  await write(
    '0002_titles.sql',
    'alter table documents add column title text; alter table texts add column title text',
  );
  const program = new Client({ connectionString: urlOf(name) });
  await program.connect();
  await program.query('begin; select from texts');
  const said = migrateFrom(folder);
  await until(async () => {
    const waiting = `select from pg_locks where relation = 'texts'::regclass and not granted`;
    return (await run(name, waiting)).length > 0;
  });
  // PostgreSQL ends whoever has waited longer once both do: the migration.
  await program.query('select from documents').finally(() => program.end());
  expect(await said).toEqual(['waits', '0002_titles']);
  await remove();
});

/** Applies what there was before a migration, to begin with data of then. */
async function migrateUntil(first: string): Promise<void> {
  const { path: folder, remove } = await makeScratchFolder();
  const before = migrations.slice(0, migrations.indexOf(first));
  for (const each of before) await copyFile(join(SOURCE, `${each}.sql`), join(folder, `${each}.sql`));
  await migrateFrom(folder);
  await remove();
}

describe('where a product has a project for each region', () => {
  const heard = () => run(name, 'select id, heard_revision is null as anew from badge_requests order by id');
  const unsettled = () =>
    run(
      name,
      `select id from certification_projects
        where badges_settled_revision is distinct from revision order by id`,
    );

  it('have told once more what versions before have told of the newest alone', async () => {
    await migrateUntil('0044_certified-by-region');
    await run(
      name,
      `insert into organizations (id, name) values ('org', 'Org');
       insert into people (id, name, email, role, organization_id) values ('maker', 'M', 'm@x.example', 'MAKER', 'org');
       insert into certification_projects
           (id, organization_id, product_id, version, status, result, marketplaces, badges_settled_version)
         values ('cert_1', 'org', 'one', 1, 'COMPLETE', 'APPROVED', '{US}', 1),
                ('cert_2', 'org', 'two', 1, 'COMPLETE', 'APPROVED', '{US}', 1),
                ('cert_3', 'org', 'two', 1, 'UNDER_TEST', null, '{JP}', 1);
       insert into products
           (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
         values ('one', 'org', '', '', '', '', '{"kind": "NONE"}', 'cert_1', 1),
                ('two', 'org', '', '', '', '', '{"kind": "NONE"}', 'cert_3', 1);
       insert into badge_requests
           (id, organization_id, created_by, program, asin, product_id, status, stage, heard_project, heard_version)
         values ('br_1', 'org', 'maker', 'WWA', 'B1', 'one', 'PENDING', 'SCHEDULED', 'cert_1', 1),
                ('br_2', 'org', 'maker', 'WWA', 'B2', 'two', 'PENDING', 'AWAITING_CERTIFICATION', 'cert_3', 1)`,
    );
    await migrate(urlOf(name));
    expect(await heard()).toEqual([
      { id: 'br_1', anew: false },
      { id: 'br_2', anew: true },
    ]);
    expect(await unsettled()).toEqual([{ id: 'cert_2' }, { id: 'cert_3' }]);
    // Beside them such a version goes on for a while.
    await run(
      name,
      "update badge_requests set heard_project = 'cert_1', heard_version = 2 where id = 'br_1'",
    );
    await run(name, 'update certification_projects set badges_settled_version = version');
    expect(await heard()).toContainEqual({ id: 'br_1', anew: true });
    expect(await unsettled()).toHaveLength(2);
  });
});
