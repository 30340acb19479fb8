/** Limiters of several processes on one database. */
import { CallLaterError } from '../../../activities/amazon/call-later';
import {
  createCallLimiter,
  type CallFamily,
  type CallLimiter,
  type LimitedCall,
} from '../../../activities/amazon/call-limiter';
import type { CallPriority } from '../../../activities/amazon/call-line';
import { openPool } from '../../../db/pool';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { marketplaceByCode } from '../../../domain/marketplaces';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { callsTo, catalogOf } from './stand-in-clients';

let database: TestDatabase;
let reported: unknown[];
beforeEach(async () => {
  database = await createTestDatabase();
  reported = [];
});
afterEach(() => database.drop());

const at = (perSecond: number) => ({ na: perSecond, eu: perSecond, fe: perSecond });
const limiterOf = (catalog: number, offers = 0.5, pool = database.pool): CallLimiter =>
  createCallLimiter({
    pool,
    rates: { catalog: at(catalog), offers: at(offers) },
    onError: (error) => reported.push(error),
  });
const call = (over: Partial<LimitedCall> = {}): LimitedCall => ({
  account: 'na',
  family: 'catalog',
  priority: 'interactive',
  ...over,
});
const headers = (given: Record<string, string>) => (name: string) => given[name.toLowerCase()];
const nothing = async () => undefined;
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
/** When each call went, in milliseconds since they were asked for. */
async function timesOf(calls: readonly ((work: () => Promise<void>) => Promise<unknown>)[]) {
  const times: number[] = [];
  const begun = performance.now();
  await Promise.all(
    calls.map((go) =>
      go(async () => {
        times.push(performance.now() - begun);
      }),
    ),
  );
  return times.sort((one, other) => one - other);
}

/** The first instant that no call of a family has reserved, in milliseconds since the epoch. */
const nextSlot = async (family: CallFamily = 'catalog') => {
  const { rows } = await database.pool.query<{ at: number }>(
    'select extract(epoch from next_at)::float8 * 1000 as at from call_limits where family = $1',
    [family],
  );
  return Math.round(rows[0]?.at ?? 0);
};
/** Waits until somebody has reserved more than up to an instant. */
const untilReserved = async (instant: number, family?: CallFamily) => {
  while ((await nextSlot(family)) <= instant) await new Promise(setImmediate);
};

test('two processes together stay within the rate', async () => {
  const limiters = [limiterOf(10), limiterOf(10)];
  const times = await timesOf(
    Array.from(
      { length: 12 },
      (_, index) => (work) => (limiters[index % 2] as CallLimiter).run(call(), work),
    ),
  );
  // What a timer may be off does not add up: every slot stands by itself.
  times.forEach((time, index) => expect(time).toBeGreaterThan(index * 100 - 20));
  expect(reported).toEqual([]);
});

test('accounts and families do not wait for each other', async () => {
  const limiter = limiterOf(0.01, 0.01);
  await limiter.run(call(), nothing);
  await limiter.run(call({ account: 'eu' }), nothing);
  await limiter.run(call({ family: 'offers' }), nothing);
  expect(await failureOf(limiter.run(call(), nothing))).toBeInstanceOf(CallLaterError);
});

test('calls for offers are a little farther apart than the rate says, since none is to spare', async () => {
  const limiter = limiterOf(0.2, 0.2);
  await limiter.run(call({ family: 'offers' }), nothing);
  const over = new AbortController();
  const first = await nextSlot('offers');
  const second = failureOf(limiter.run(call({ family: 'offers', signal: over.signal }), nothing));
  await untilReserved(first, 'offers');
  expect((await nextSlot('offers')) - first).toBe(5_250);
  over.abort(new Error('over'));
  await second;
});

test('what is interactive goes before what is not, and each in the order of asking', async () => {
  const limiter = limiterOf(10);
  const order: string[] = [];
  const ask = (priority: CallPriority, name: string) =>
    limiter.run(call({ priority }), async () => void order.push(name));
  await ask('interactive', 'first');
  await Promise.all([
    ask('background', 'audit 1'),
    ask('timely', 'look 1'),
    ask('background', 'audit 2'),
    ask('interactive', 'submission 1'),
    ask('timely', 'look 2'),
    ask('interactive', 'submission 2'),
  ]);
  const expected = ['submission 1', 'submission 2', 'look 1', 'look 2', 'audit 1', 'audit 2'];
  expect(order).toEqual(['first', ...expected]);
});

test.each(['timely', 'background'] as const)(
  '%s work of one process gives way to interactive work of another',
  async (priority) => {
    const [audits, submissions] = [limiterOf(1), limiterOf(1)];
    const order: string[] = [];
    await submissions.run(call(), nothing);
    const first = await nextSlot();
    const waiting = [1, 2].map((number) =>
      submissions.run(call(), async () => void order.push(`submission ${number}`)),
    );
    await untilReserved(first);
    const audit = audits.run(call({ priority }), async () => void order.push('audit'));
    await Promise.all([...waiting, audit]);
    expect(order).toEqual(['submission 1', 'submission 2', 'audit']);
  },
);

test('interactive work reserves at once, even where background work of its own process waits', async () => {
  const limiter = limiterOf(0.2);
  await limiter.run(call(), nothing);
  const over = new AbortController();
  const { signal } = over;
  const first = await nextSlot();
  const audit = failureOf(limiter.run(call({ priority: 'background', signal }), nothing));
  const submission = failureOf(limiter.run(call({ signal }), nothing));
  await untilReserved(first);
  expect((await nextSlot()) - first).toBe(5_000);
  over.abort(new Error('over'));
  await Promise.all([audit, submission]);
});

describe('after a 429', () => {
  /** At a call in five seconds. */
  const slotsTaken = async () => {
    const { rows } = await database.pool.query<{ slots: number }>(
      'select ceil(extract(epoch from next_at - now()) / 5)::int as slots from call_limits',
    );
    return rows[0]?.slots ?? 0;
  };

  test('nobody calls for as long as it asks, not even for a slot that is reserved', async () => {
    const [one, other] = [limiterOf(0.2), limiterOf(0.2)];
    let called = false;
    let reserved: Promise<unknown> = Promise.resolve();
    await one.run(call(), async (heed) => {
      reserved = failureOf(
        other.run(call(), async () => {
          called = true;
        }),
      );
      // The other one has a slot in less than five seconds by then.
      while ((await slotsTaken()) < 2) await new Promise(setImmediate);
      await heed(429, headers({ 'retry-after': '60' }));
    });
    const told = await failureOf(one.run(call(), nothing));
    expect(told).toBeInstanceOf(CallLaterError);
    const late = await failureOf(limiterOf(0.2).run(call({ priority: 'background' }), nothing));
    for (const { retryAfterMs } of [told, late] as CallLaterError[]) {
      expect(retryAfterMs).toBeGreaterThan(50_000);
      expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    }
    expect(await reserved).toBeInstanceOf(CallLaterError);
    expect(called).toBe(false);
  });

  /** By the database's clock, in milliseconds. */
  const instantOf = async (text: string) => {
    const { rows } = await database.pool.query<{ at: number }>(
      `select (extract(epoch from ${text}) * 1000)::float8 as at`,
    );
    return rows[0]?.at ?? NaN;
  };

  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '1' }, 5_000],
    [{}, 5_000],
    [{ 'retry-after': '1', 'x-amzn-ratelimit-limit': '0.1' }, 10_000],
    [{ 'retry-after': '1', 'x-amzn-ratelimit-limit': '50' }, 5_000],
  ])('with %j nobody calls for %d ms: at least until the next call is due', async (given, ms) => {
    await limiterOf(0.2).run(call(), async (heed) => {
      const before = await instantOf('clock_timestamp()');
      await heed(429, headers(given));
      const closedUntil = await instantOf('(select closed_until from call_limits)');
      expect(closedUntil).toBeGreaterThanOrEqual(before + ms);
      expect(closedUntil).toBeLessThanOrEqual((await instantOf('clock_timestamp()')) + ms);
    });
  });

  test('calls go again once its row says so, also those of who was told to wait', async () => {
    const limiter = limiterOf(100);
    await limiter.run(call(), (heed) => heed(429, headers({ 'retry-after': '600' })));
    expect(await failureOf(limiter.run(call(), nothing))).toBeInstanceOf(CallLaterError);
    await database.pool.query("update call_limits set closed_until = '-infinity'");
    expect(await limiter.run(call(), async () => 'called')).toBe('called');
  });

  test('a short wait is sat out', async () => {
    const limiter = limiterOf(100);
    const times = await timesOf([
      (work) =>
        limiter.run(call(), async (heed) => {
          await work();
          await heed(429, headers({ 'retry-after': '1' }));
        }),
      (work) => failureOf(limiter.run(call(), nothing)).then(() => limiter.run(call(), work)),
    ]);
    expect(times[1]).toBeGreaterThan(950);
  });
});

test.each([200, 403, 404, 500, 503])('a %d holds up no calls, whatever it asks for', async (status) => {
  const limiter = limiterOf(100);
  await limiter.run(call(), (heed) => heed(status, headers({ 'retry-after': '600' })));
  expect(await limiter.run(call(), async () => 'called')).toBe('called');
});

test('the rate that an answer tells is heeded by all, whatever it says', async () => {
  const limiter = limiterOf(20);
  const tell = async (rate: string) => {
    await limiter.run(call(), (heed) => heed(200, headers({ 'x-amzn-ratelimit-limit': rate })));
    const { rows } = await database.pool.query<{ told_per_second: number }>(
      'select told_per_second from call_limits',
    );
    return rows[0]?.told_per_second;
  };
  expect(await tell('5')).toBe(5);
  for (const meaningless of ['0', '-1', 'fast', '']) expect(await tell(meaningless)).toBe(5);
  expect(await tell('0.000001')).toBe(0.01);
  // What is above the configured rate does not raise it: the slots see to that.
  for (let times = 0; times < 2; times += 1) {
    await database.pool.query('update call_limits set told_per_second = 20');
    expect(await tell('1000')).toBe(1000);
  }
});

test('who gives up leaves the line with their own reason', async () => {
  const limiter = limiterOf(3);
  await limiter.run(call(), nothing);
  const cancelled = new AbortController();
  const left = limiter.run(call({ signal: cancelled.signal }), () => Promise.reject(new Error('called')));
  const next = limiter.run(call(), async () => 'mine');
  cancelled.abort(new Error('withdrawn'));
  await expect(left).rejects.toThrow('withdrawn');
  await expect(next).resolves.toBe('mine');
  await expect(limiter.run(call({ signal: cancelled.signal }), nothing)).rejects.toThrow('withdrawn');
});

test('without the database no call goes, and nobody waits forever', async () => {
  const pool = openPool({
    url: 'postgresql://127.0.0.1:1/none',
    size: 2,
    name: 'x',
    onError: () => undefined,
  });
  const limiter = limiterOf(2, 0.5, pool);
  const calls = [call(), call(), call({ priority: 'background' })].map((each) =>
    failureOf(limiter.run(each, () => Promise.reject(new Error('called')))),
  );
  for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(CallLaterError);
  expect(reported.length).toBeGreaterThan(0);
  await pool.end();
});

test.each([200, 429])(
  'an answer of %d is had though nobody can be told what it says of the rate',
  async (status) => {
    const pool = openPool({ url: database.url, size: 2, name: 'lost', onError: () => undefined });
    const answer = limiterOf(2, 0.5, pool).run(call(), async (heed) => {
      await pool.end();
      await heed(status, headers({ 'x-amzn-ratelimit-limit': '1' }));
      return 'answer';
    });
    expect([await answer, reported]).toMatchObject(['answer', { length: 1 }]);
  },
);

describe('at the stand-in, which counts', () => {
  const ITEM = '/catalog/2022-04-01/items/:asin';
  const SEARCH = '/catalog/2022-04-01/items';
  let standIns: StandIns;
  beforeEach(async () => {
    standIns = await startStandIns({ retailPort: 0, skillsPort: 0 });
  });
  afterEach(() => standIns.close());
  const asins = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => `BX${String(from + index).padStart(8, '0')}`);

  test('two workers look up twenty times what their calls are, without one 429', async () => {
    const us = marketplaceByCode('US');
    const [one, other] = [
      catalogOf(standIns, { limiter: limiterOf(2) }),
      catalogOf(standIns, { limiter: limiterOf(2) }),
    ];
    const begun = Date.now();
    const lookups = asins(160).map((asin, index) => (index % 2 ? one : other).lookUp(asin, us));
    const kinds = new Set((await Promise.all(lookups)).map((lookup) => lookup.kind));
    const seconds = (Date.now() - begun) / 1000;
    expect([...kinds]).toEqual(['item']);
    const [searched, got] = [
      await callsTo(standIns.retail.url, SEARCH),
      await callsTo(standIns.retail.url, ITEM),
    ];
    const calls = (searched[200] ?? 0) + (got[200] ?? 0);
    expect({ ...searched, ...got }).not.toHaveProperty('429');
    expect(calls).toBeLessThanOrEqual(10);
    expect(calls).toBeLessThanOrEqual(1 + seconds * 2);
  });

  test('a worker that is killed in the middle costs its slot and nothing else', async () => {
    const us = marketplaceByCode('US');
    const pool = openPool({ url: database.url, size: 2, name: 'killed', onError: () => undefined });
    const killed = catalogOf(standIns, { limiter: limiterOf(0.4, 0.5, pool) });
    await killed.lookUp('BX00000000', us);
    const first = await nextSlot();
    // Its last sign of life: a slot is reserved, and nobody comes for it.
    const lost = failureOf(killed.lookUp('BX00000001', us));
    await untilReserved(first);
    await pool.end();
    const left = catalogOf(standIns, { limiter: limiterOf(0.4) });
    const after = await nextSlot();
    await expect(left.lookUp('BX00000001', us)).resolves.toMatchObject({ kind: 'item' });
    expect((await nextSlot()) - after).toBeGreaterThanOrEqual(2_500);
    expect(await callsTo(standIns.retail.url, ITEM)).not.toHaveProperty('429');
    expect(await lost).toBeInstanceOf(CallLaterError);
  });
});
