/** Rows of a test's own, and a database that wakes. */
import { startDrain } from '../../db/drain';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { createGate } from '../setup/gate';
import { until } from '../setup/until';
import { createRows, failing, putOff, quick, type Rows } from './drain-rows';

const CHANNEL = 'drain_test';
/** Less than a drain sleeps when nobody wakes it. */
const AWAKE_WITHIN_MS = 3_000;

let database: TestDatabase;
let rows: Rows;
let reported: unknown[];
let running: { stop(): Promise<void> }[];

beforeEach(async () => {
  database = await createTestDatabase();
  rows = createRows(CHANNEL);
  reported = [];
  running = [];
});
afterEach(async () => {
  rows.letGo();
  await Promise.all(running.map((drain) => drain.stop()));
  await database.drop();
});

function start(concurrency = 2) {
  const drain = startDrain(rows, {
    databaseUrl: database.url,
    concurrency,
    onError: (error) => reported.push(error),
  });
  running.push(drain);
  return drain;
}
const notify = () => database.pool.query(`notify ${CHANNEL}`);
async function listeners(): Promise<number[]> {
  const { rows: found } = await database.pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and query = $1',
    [`listen ${CHANNEL}`],
  );
  return found.map(({ pid }) => pid);
}
const isListening = async () => (await listeners()).length === 1;

describe('a drain', () => {
  it('works off what is there when it starts, so many at a time', async () => {
    rows.due.push(...Array.from({ length: 50 }, () => quick));
    start(3);
    await until(() => rows.done === 50);
    expect(rows.most).toBe(3);
    expect(reported).toEqual([]);
  });

  it('tells of rows that are put off, and goes on with the others at once', async () => {
    rows.due.push(putOff, quick, putOff, quick);
    start(1);
    // Sooner than after a failure of its own.
    await until(() => rows.done === 4, 400);
    expect(reported).toEqual([new Error('this row is put off'), new Error('this row is put off')]);
  });

  it('is woken by a notification', async () => {
    start();
    await until(isListening);
    rows.due.push(quick);
    await notify();
    await until(() => rows.done === 1, AWAKE_WITHIN_MS);
  });

  it('looks once for one row', async () => {
    start();
    // It looks when it starts and once it listens.
    await until(() => rows.looks === 2);
    rows.due.push(quick);
    await notify();
    await until(() => rows.done === 1, AWAKE_WITHIN_MS);
    // Time enough for another look.
    for (let turn = 1; turn <= 20; turn += 1) await database.pool.query('select 1');
    expect(rows.looks).toBe(3);
  });

  it('takes no row where it is told that none is due, and every one that is', async () => {
    rows.countsDue = true;
    start();
    await until(isListening);
    await notify();
    await until(() => rows.wakings === 3);
    expect(rows.looks).toBe(0);
    rows.due.push(rows.held);
    await notify();
    await until(() => rows.inHand === 1);
    await notify();
    await until(() => rows.wakings === 5);
    expect(rows.looks).toBe(1);
    rows.due.push(...Array.from({ length: 10 }, () => quick));
    await notify();
    await until(() => rows.done === 10, AWAKE_WITHIN_MS);
  });

  it('does not look again and again while the only row that is due is in hand', async () => {
    rows.due.push(rows.held);
    rows.dueSince = new Date();
    start();
    await until(isListening);
    await until(() => rows.wakings >= 2);
    // Time enough for many more looks.
    for (let turn = 1; turn <= 50; turn += 1) await database.pool.query('select pg_sleep(0.005)');
    expect(rows.wakings).toBeLessThanOrEqual(4);
  });

  it('misses no row that comes while all hands are full', async () => {
    rows.due.push(rows.held);
    start(1);
    // It looks when it starts and once it listens.
    await until(() => rows.wakings === 2);
    rows.due.push(quick);
    await notify();
    await until(() => rows.wakings === 3);
    rows.letGo();
    await until(() => rows.done === 2, AWAKE_WITHIN_MS);
  });

  it('misses no notification that comes while it asks when the next row is due', async () => {
    start();
    // It looks when it starts and once it listens.
    await until(() => rows.wakings === 2);
    const asking = createGate();
    const nextDue = rows.nextDue.bind(rows);
    rows.nextDue = async (after) => {
      await asking.wait();
      return nextDue(after);
    };
    await notify();
    await asking.reached;
    await until(() => rows.looks === 3);
    rows.due.push(quick);
    await notify();
    // Time enough for it to be heard.
    for (let turn = 1; turn <= 20; turn += 1) await database.pool.query('select 1');
    asking.open();
    await until(() => rows.done === 1, AWAKE_WITHIN_MS);
  });

  it('lets notifications lie for a while where it is told to, and looks once for all of them', async () => {
    rows.restMs = 200;
    start();
    await until(isListening);
    await until(() => rows.looks === 2);
    const begin = performance.now();
    for (let count = 0; count < 5; count += 1) {
      rows.due.push(quick);
      await notify();
    }
    await until(() => rows.done === 5, AWAKE_WITHIN_MS);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(199);
    expect(rows.wakings).toBeLessThanOrEqual(4);
    rows.dueLater = new Date(Date.now() + 100);
    await notify();
    await until(() => rows.done === 6, AWAKE_WITHIN_MS);
  });

  it('ends at once while it lets a notification lie', async () => {
    rows.restMs = 60_000;
    const drain = start();
    await until(isListening);
    await notify();
    await drain.stop();
  });

  it('wakes by itself when the next row is due', async () => {
    rows.dueLater = new Date(Date.now() + 200);
    start();
    await until(() => rows.done === 1, AWAKE_WITHIN_MS);
  });

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])(
    'wakes when the next row is due, and not before, where its own clock is an hour %s',
    async (_how, error) => {
      const rightly = Date.now;
      const wrongly = jest.spyOn(Date, 'now').mockImplementation(() => rightly() + error);
      try {
        start();
        await until(isListening);
        const looks = jest.spyOn(rows, 'nextDue').mockClear();
        rows.dueLater = new Date(rightly() + 400);
        await notify();
        await until(() => rows.done === 1, AWAKE_WITHIN_MS);
        expect(looks.mock.calls.length).toBeLessThan(10);
      } finally {
        wrongly.mockRestore();
      }
    },
  );

  it('reports a row that fails, and goes on with the others', async () => {
    rows.due.push(failing, quick, failing, quick);
    start();
    await until(() => rows.done === 4);
    await until(() => reported.length === 2);
    expect(reported).toEqual([new Error('this row fails'), new Error('this row fails')]);
  });

  it('goes on while one row takes long', async () => {
    rows.due.push(quick, rows.held);
    start(2);
    await until(isListening);
    await until(() => rows.inHand === 1);
    rows.due.push(quick);
    await notify();
    await until(() => rows.done === 2, AWAKE_WITHIN_MS);
    expect(rows.inHand).toBe(1);
  });

  it('takes the next row at once where one that takes long says that there is another', async () => {
    const heldOf = (_report: unknown, another?: () => void) => {
      another?.();
      return rows.held();
    };
    rows.due.push(heldOf, heldOf, heldOf, heldOf, quick);
    start(8);
    await until(() => rows.done === 1, AWAKE_WITHIN_MS);
    expect(rows.inHand).toBe(4);
  });
});

describe('a drain that is stopped', () => {
  it('ends when the rows in hand are done, and takes no other', async () => {
    rows.due.push(quick, rows.held, rows.held, quick);
    const drain = start(2);
    await until(() => rows.done === 1 && rows.inHand === 2);
    let ended = false;
    const stopping = drain.stop().then(() => (ended = true));
    await notify();
    expect(ended).toBe(false);
    rows.letGo();
    await stopping;
    expect([rows.inHand, rows.due.length]).toEqual([0, 1]);
    expect(await listeners()).toEqual([]);
  });

  it('waits for the rows in hand also after another one has failed', async () => {
    rows.due.push(quick, rows.held, failing);
    const drain = start(2);
    await until(isListening);
    await until(() => rows.inHand === 1 && rows.done === 2);
    let ended = false;
    const stopping = drain.stop().then(() => (ended = true));
    // Time enough for one that does not wait.
    for (let turn = 1; turn <= 50; turn += 1) await notify();
    expect(ended).toBe(false);
    rows.letGo();
    await stopping;
    expect(rows.inHand).toBe(0);
  });

  it('leaves no connection behind, even when it has just begun', async () => {
    await start().stop();
    const others = async () =>
      (
        await database.pool.query(
          `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
              and backend_type = 'client backend'`,
        )
      ).rowCount;
    await until(async () => (await others()) === 0, AWAKE_WITHIN_MS);
  });
});

describe('a drain whose database goes away', () => {
  it('listens again, on one connection, and misses nothing', async () => {
    start();
    await until(isListening);
    const before = await listeners();
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = $1',
      [`listen ${CHANNEL}`],
    );
    // Its notification falls where nobody listens.
    rows.due.push(quick);
    await notify();
    await until(() => rows.done === 1, AWAKE_WITHIN_MS);
    await until(isListening);
    expect(await listeners()).not.toEqual(before);
    rows.due.push(quick);
    await notify();
    await until(() => rows.done === 2, AWAKE_WITHIN_MS);
  });
});
