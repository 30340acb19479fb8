import { mkdir, readdir, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type Postgres } from '../../dev/postgres';
import { identify, runsStill } from '../../dev/process-identity';
import { makeScratchFolder } from './scratch-folder';

let folder: string;
let remove: () => Promise<void>;
let running: Postgres[] = [];

beforeEach(async () => {
  ({ path: folder, remove } = await makeScratchFolder());
  await mkdir(join(folder, 'data'));
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
  await remove();
});

async function start(password = 'development-password'): Promise<Postgres> {
  const options = { folder: join(folder, 'data'), logFile: join(folder, 'log'), password };
  const postgres = await startPostgres(options);
  running.push(postgres);
  return postgres;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  // A killed server breaks the connection outside any query.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('takes queries durably, in UTF-8 and UTC, and from loopback alone', async () => {
    const { url } = await start();
    expect(await query(url, 'show fsync')).toEqual(['on']);
    expect(await query(url, 'show server_encoding')).toEqual(['UTF8']);
    expect(await query(url, 'show timezone')).toEqual(['UTC']);
    expect(await query(url, 'show listen_addresses')).toEqual(['127.0.0.1']);
    expect(await query(url, 'show unix_socket_directories')).toEqual(['']);
  });

  it('lets nobody in without the password', async () => {
    const { url } = await start();
    const other = new URL(url);
    other.password = 'guessed';
    await expect(query(other.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps what was committed when it is killed', async () => {
    const first = await start();
    await query(first.url, "create table kept as select 'here' as value");
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toBe('ended by SIGKILL');
    const second = await start();
    expect(await query(second.url, 'select value from kept')).toEqual(['here']);
  });

  it('ends the server that a killed run has left on the same data', async () => {
    const left = await start();
    await query(left.url, "create table kept as select 'here' as value");
    const before = identify(left.pid);
    const next = await start();
    expect(before && runsStill(before)).toBe(false);
    expect(await query(next.url, 'select value from kept')).toEqual(['here']);
  });

  it('removes what runs have left that were killed while they made a cluster', async () => {
    await mkdir(join(folder, 'data', 'new-killed', 'base'), { recursive: true });
    await writeFile(join(folder, 'data', 'password-1'), 'x');
    await start();
    expect(await readdir(join(folder, 'data'))).toEqual(['data']);
  });

  it('takes no lock file of another process for its own', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(folder, 'data', 'data', 'postmaster.pid'), `${process.pid}\n`);
    const second = await start();
    expect(await query(second.url, 'select 1')).toEqual([1]);
  });

  it('leaves neither password nor half a cluster beside the data', async () => {
    await start();
    expect(await readdir(join(folder, 'data'))).toEqual(['data']);
    expect((await stat(join(folder, 'data', 'data'))).mode & 0o077).toBe(0);
  });

  it('is not begun anew where a link leads to data that are not there', async () => {
    // As of a data folder that was brought from another machine, or back from a backup.
    const elsewhere = join(folder, 'elsewhere');
    await rmdir(join(folder, 'data'));
    await symlink(elsewhere, join(folder, 'data'));
    await expect(start()).rejects.toThrow(`leads to ${elsewhere}, which is not there`);
    await expect(stat(elsewhere)).rejects.toThrow('ENOENT');
  });

  it('says so when the password belongs to other data', async () => {
    await (await start()).stop();
    await expect(start('another')).rejects.toThrow(/refuses the password/);
  });
});
