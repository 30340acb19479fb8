/** A server of its own, since it is killed. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDatabaseAway } from '../../api/failures';
import { openPool, prepared, transact, type Pool } from '../../db/pool';
import { startPostgres, type Postgres } from '../../dev/postgres';
import { makeScratchFolder } from '../dev/scratch-folder';

let folder: string;
let remove: () => Promise<void>;
let postgres: Postgres;
let pool: Pool;
let broken: number;

beforeAll(async () => {
  ({ path: folder, remove } = await makeScratchFolder());
  await mkdir(join(folder, 'data'));
  postgres = await start();
});
afterAll(async () => {
  await postgres.stop();
  await remove();
});
beforeEach(() => {
  broken = 0;
  pool = openPool({ url: postgres.url, size: 2, name: 'pool-test', onError: () => void (broken += 1) });
});
afterEach(() => pool.end());

const start = (port?: number) =>
  startPostgres({
    folder: join(folder, 'data'),
    logFile: join(folder, 'log'),
    password: 'password-of-this-test',
    durable: false,
    port,
  });

async function kill(): Promise<void> {
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.exited;
}
const restart = async () => void (postgres = await start(postgres.port));
const one = async () => (await pool.query<{ one: number }>('select 1 as one')).rows;

describe('a pool whose server is lost', () => {
  it('reports idle connections that break, and opens new ones', async () => {
    await Promise.all([one(), one()]);
    await kill();
    // Its children notice by themselves that it is gone, a moment later.
    while (await one().then(Boolean, () => false));
    await restart();
    expect(await one()).toEqual([{ one: 1 }]);
    expect(broken).toBeGreaterThan(0);
  });

  it('fails the transactions in hand, whatever they are doing, and gives their connections back', async () => {
    let begun = 0;
    const reached = () => void (begun += 1);
    let goOn: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const asking = transact(pool, async (connection) => {
      reached();
      await connection.query('select pg_sleep(9)');
    });
    const elsewhere = transact(pool, async (connection) => {
      await connection.query('select 1');
      reached();
      await waiting;
    });
    const ended = Promise.allSettled([asking, elsewhere]);
    while (begun < 2) await new Promise((resolve) => setImmediate(resolve));
    await kill();
    goOn();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await restart();
    // As many at once as the pool has connections.
    const both = await Promise.all(
      [1, 2].map(() => transact(pool, async (connection) => (await connection.query('select 1')).rowCount)),
    );
    expect(both).toEqual([1, 1]);
  });
});

test('a pool gives up a server that stands still, with its connection', async () => {
  const impatient = openPool({
    url: postgres.url,
    size: 1,
    name: 'impatient',
    answerWithinMs: 300,
    onError: () => undefined,
  });
  const backend = async () =>
    (await impatient.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
  const stopped: number[] = [];
  const stop = (pid: number) => {
    process.kill(pid, 'SIGSTOP');
    stopped.push(pid);
  };
  try {
    const pid = await backend();
    stop(pid);
    const asked = impatient.query('select 1').catch((error: unknown) => error);
    expect(isDatabaseAway(await asked)).toBe(true);
    // In a transaction, too: on a new connection, since the postmaster goes on.
    expect(await backend()).not.toBe(pid);
    const next = await backend();
    const stuck = transact(impatient, async (connection) => {
      await connection.query('select 1');
      stop(next);
      await connection.query('select 2');
    }).catch((error: unknown) => error);
    expect(isDatabaseAway(await stuck)).toBe(true);
    expect(await backend()).not.toBe(next);
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    await impatient.end();
  }
});

test('a program that stood still in a transaction may ask again, as it could have before', async () => {
  const failure = await transact(pool, async (connection) => {
    await connection.query("set local idle_in_transaction_session_timeout = '100ms'");
    // Nothing is read meanwhile, as while a program is stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    await connection.query('select 1');
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: '25P03' });
  expect(isDatabaseAway(failure)).toBe(true);
  expect(await one()).toEqual([{ one: 1 }]);
});

test.each([
  ['a network that leads nowhere', (url: URL) => (url.hostname = '224.0.0.1')],
  ['a password that is another by now', (url: URL) => (url.password = 'another')],
  ['a database that is not there yet', (url: URL) => (url.pathname = '/not-there')],
])('behind %s it is away', async (_what, change) => {
  const url = new URL(postgres.url);
  change(url);
  const elsewhere = openPool({ url: url.href, size: 1, name: 'elsewhere', onError: () => undefined });
  const failure = await elsewhere.query('select 1').catch((error: unknown) => error);
  await elsewhere.end();
  expect(isDatabaseAway(failure)).toBe(true);
});

test('a connection that is not needed for minutes stays open for the next calls', async () => {
  // Timers only: the driver's sockets and the server go on by the real clock.
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
  });
  try {
    const backends = () =>
      Promise.all([1, 2].map(() => pool.query<{ pid: number }>('select pg_backend_pid() as pid')));
    const pidsOf = (results: Awaited<ReturnType<typeof backends>>) =>
      new Set(results.map(({ rows }) => rows[0]?.pid));
    const before = pidsOf(await backends());
    jest.advanceTimersByTime(5 * 60_000);
    expect(pidsOf(await backends())).toEqual(before);
  } finally {
    jest.useRealTimers();
  }
});

test('instants are read and rows locked alike, whatever the database is set to', async () => {
  const { pathname } = new URL(postgres.url);
  const set = (setting: string) => pool.query(`alter database ${pathname.slice(1)} ${setting}`);
  await set("set datestyle = 'SQL, DMY'");
  await set("set default_transaction_isolation = 'serializable'");
  const elsewhere = openPool({ url: postgres.url, size: 1, name: 'elsewhere', onError: () => undefined });
  try {
    const { rows } = await elsewhere.query(`select timestamptz '2026-11-22T10:00:00.123Z' as at,
      current_setting('transaction_isolation') as level`);
    expect(rows).toEqual([{ at: new Date('2026-11-22T10:00:00.123Z'), level: 'read committed' }]);
  } finally {
    await elsewhere.end();
    await set('reset all');
  }
});

test('the server gives up a program that no packet reaches, and frees what it has locked, within a minute', async () => {
  const { rows } = await pool.query<Record<string, number>>(
    `select split_part(current_setting('tcp_keepalives_idle'), 's', 1)::int as idle,
            split_part(current_setting('tcp_keepalives_interval'), 's', 1)::int as interval,
            current_setting('tcp_keepalives_count')::int as count,
            current_setting('tcp_user_timeout')::int / 1000 as unacknowledged`,
  );
  const { idle = 0, interval = 0, count = 0, unacknowledged } = rows[0] ?? {};
  expect({ silent: idle + interval * count, unacknowledged }).toEqual({ silent: 60, unacknowledged: 60 });
});

describe('a transaction', () => {
  it('is kept when its work returns and undone when it throws', async () => {
    await pool.query('create table kept (value text)');
    await transact(pool, async (connection) => connection.query("insert into kept values ('kept')"));
    const undone = transact(pool, async (connection) => {
      await connection.query("insert into kept values ('undone')");
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    expect((await pool.query('select value from kept')).rows).toEqual([{ value: 'kept' }]);
  });

  it('is undone with a last statement that fails, and its connection goes on', async () => {
    await pool.query('create table ended (value integer primary key)');
    const add = prepared('insert into ended values ($1) returning value', [1]);
    const ended = await transact(pool, async (connection, commitWith) => {
      await connection.query('select 1');
      return (await commitWith<{ value: number }>(add)).rows;
    });
    expect(ended).toEqual([{ value: 1 }]);
    const undone = transact(pool, async (connection, commitWith) => {
      await connection.query('insert into ended values (2)');
      return commitWith(add);
    });
    await expect(undone).rejects.toMatchObject({ code: '23505' });
    expect((await pool.query('select value from ended')).rows).toEqual([{ value: 1 }]);
  });
});
