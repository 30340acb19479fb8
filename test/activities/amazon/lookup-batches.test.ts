/** How lookups that wait together share calls. */
import { CallLaterError } from '../../../activities/amazon/call-later';
import type { CallPriority } from '../../../activities/amazon/call-line';
import { marketplaceByCode, type MarketplaceCode } from '../../../domain/marketplaces';
import {
  asinOf,
  asins,
  createBatchScene,
  ITEM,
  outcomeOf,
  SEARCH,
  summaryOf,
  type BatchScene,
} from './batch-scene';
import { AMPLE_MS, callsTo, catalogOf, control, noLimit, pathsCalled } from './stand-in-clients';

const MISSING = 'B0MISSING1';

let scene: BatchScene;
beforeEach(async () => {
  scene = await createBatchScene();
});
afterEach(() => scene.close());

const cancelled = () => new AbortController();
/** The next search takes a moment. */
const beSlowOnce = () => scene.failSearches({ kind: 'slow', delayMs: 100, times: 1 });
/** Waits until the stand-in has a call in hand that is to go wrong. */
const callUnderWay = async () => {
  for (;;) {
    const faults = (await (await fetch(`${scene.url}/_faults`)).json()) as { used: number }[];
    if (faults.some(({ used }) => used > 0)) return;
  }
};

test('lookups that wait together go out twenty at a time, each with its own answer', async () => {
  const lookups = asins(45).map((asin) => scene.lookUp(asin));
  expect(await scene.turns.untilDone(Promise.all(lookups))).toBe(3);
  const found = await Promise.all(lookups);
  expect(found.map((lookup) => lookup.kind === 'item' && lookup.listing.asin)).toEqual(asins(45));
  expect(found[0]).toMatchObject({
    source: 'searchCatalogItems',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    listing: {
      brand: 'Benchmark',
      retailIdentifiers: expect.arrayContaining([expect.any(String)]) as string[],
    },
  });
  expect(await callsTo(scene.url, SEARCH)).toEqual({ 200: 3 });
  expect(await callsTo(scene.url, ITEM)).toEqual({});
  expect(scene.turns.heard).toEqual([200, 200, 200]);
});

test('a batch says of an item what the item says by itself', async () => {
  const wanted = ['B0NLBULB01', 'B0NLSTRPVP'];
  const batched = Promise.all(wanted.map((asin) => scene.lookUp(asin)));
  await scene.turns.next();
  const single = catalogOf(scene.standIns, { limiter: noLimit });
  const us = marketplaceByCode('US');
  for (const lookup of await batched) {
    if (lookup.kind !== 'item') throw new Error(lookup.kind);
    const { listing } = lookup;
    await expect(single.lookUp(listing.asin, us)).resolves.toMatchObject({
      source: 'getCatalogItem',
      listing,
    });
  }
});

test('one that waits alone is asked for by itself', async () => {
  expect(await scene.outcomesOf([scene.lookUp(asinOf(1))])).toEqual({ outcomes: ['item'], turns: 1 });
  expect(await callsTo(scene.url, ITEM)).toEqual({ 200: 1 });
  expect(await callsTo(scene.url, SEARCH)).toEqual({});
});

test('marketplaces do not share a call', async () => {
  const lookups = [
    ...asins(3).map((asin) => scene.lookUp(asin)),
    ...asins(3).map((asin) => scene.lookUp(asin, { code: 'CA' })),
    scene.lookUp(asinOf(9), { code: 'MX' }),
  ];
  expect((await scene.outcomesOf(lookups)).turns).toBe(3);
  expect(await callsTo(scene.url, SEARCH)).toEqual({ 200: 2 });
  expect(await callsTo(scene.url, ITEM)).toEqual({ 200: 1 });
});

test('the same ASIN is asked for once', async () => {
  const lookups = [1, 1, 2, 1, 2].map((number) => scene.lookUp(asinOf(number)));
  expect((await scene.outcomesOf(lookups)).turns).toBe(1);
  expect((await scene.outcomesOf([3, 3].map((number) => scene.lookUp(asinOf(number))))).turns).toBe(1);
  expect(await callsTo(scene.url, SEARCH)).toEqual({ 200: 1 });
  expect(await callsTo(scene.url, ITEM)).toEqual({ 200: 1 });
});

test('many looks before staging leave the first turn to who waits, and go along in it', async () => {
  const looks = asins(400, 100).map((asin) =>
    scene.lookUp(asin, { priority: 'timely' }).catch(() => undefined),
  );
  for (const asin of asins(40, 5_000))
    void scene.lookUp(asin, { priority: 'background' }).catch(() => undefined);
  const answered: string[] = [];
  void Promise.race(looks).then(() => answered.push('look'));
  void scene.lookUp(asinOf(1)).then(() => answered.push('submission'));
  await scene.turns.next();
  expect(answered).toContain('submission');
  expect(answered).toContain('look');
  expect(scene.turns.waiting()).toEqual(expect.arrayContaining(['timely', 'background']));
});

test('interactive ones go first, by age, and background ones fill up what is left', async () => {
  const order: string[] = [];
  const ask = (asin: string, code: MarketplaceCode, priority: CallPriority) =>
    void scene.lookUp(asin, { code, priority }).then(() => order.push(`${priority} ${code}`));
  for (const asin of asins(25)) ask(asin, 'CA', 'background');
  for (const asin of asins(3, 50)) ask(asin, 'US', 'interactive');
  for (const asin of asins(2, 60)) ask(asin, 'CA', 'interactive');
  for (const asin of asins(2, 70)) ask(asin, 'US', 'background');
  await scene.turns.next();
  await scene.turns.next();
  const times = (count: number, what: string) => Array.from({ length: count }, () => what);
  expect(order).toEqual([
    ...times(3, 'interactive US'),
    ...times(2, 'background US'),
    ...times(2, 'interactive CA'),
    ...times(18, 'background CA'),
  ]);
  expect(scene.turns.waiting()).toEqual(['background']);
});

test('what waits for another call has its turn while one is under way', async () => {
  await scene.failSearches({ kind: 'slow' });
  const over = cancelled();
  const lookups = asins(21).map((asin) => outcomeOf(scene.lookUp(asin, { signal: over.signal })));
  let isAnswered = false;
  const turn = scene.turns.next().finally(() => (isAnswered = true));
  await callUnderWay();
  while (scene.turns.waiting().length === 0) await new Promise(setImmediate);
  expect([scene.turns.waiting(), isAnswered]).toEqual([['interactive'], false]);
  over.abort(new Error('withdrawn'));
  await Promise.all([...lookups, turn]);
});

describe('an ASIN that a batch leaves out', () => {
  test('is confirmed by itself before it is “not found”', async () => {
    const lookups = [MISSING, asinOf(1), asinOf(2)].map((asin) => scene.lookUp(asin));
    expect(await scene.outcomesOf(lookups)).toEqual({ outcomes: ['notFound', 'item', 'item'], turns: 2 });
    expect(await callsTo(scene.url, ITEM)).toEqual({ 404: 1 });
  });

  test('is there after all, when that is what it says by itself', async () => {
    await scene.failSearches({ status: 200, body: { numberOfResults: 0, items: [] } });
    expect((await scene.outcomesOf(asins(2).map((asin) => scene.lookUp(asin)))).outcomes).toEqual([
      'item',
      'item',
    ]);
  });

  test('keeps its place before those who came later', async () => {
    await beSlowOnce();
    const first = [MISSING, asinOf(1)].map((asin) => outcomeOf(scene.lookUp(asin)));
    const turn = scene.turns.next();
    await callUnderWay();
    const later = outcomeOf(scene.lookUp(asinOf(2)));
    await turn;
    await scene.turns.next();
    expect(await callsTo(scene.url, ITEM)).toEqual({ 404: 1 });
    await scene.turns.untilDone(Promise.all([...first, later]));
  });

  test('is asked for by itself once, for all who want it', async () => {
    const lookups = [MISSING, MISSING, asinOf(1)].map((asin) => scene.lookUp(asin));
    const outcomes = ['notFound', 'notFound', 'item'];
    expect(await scene.outcomesOf(lookups)).toEqual({ outcomes, turns: 2 });
  });

  test.each([
    ['another answer than 404', { status: 500 }, 'CallLaterError'],
    ['a 404 of something on the way', { status: 404, kind: 'html' }, 'UnreadableAnswerError'],
  ])('is not “not found” by %s', async (_name, fault, outcome) => {
    await control(scene.url, 'POST', '/_faults', { path: `/catalog/2022-04-01/items/${MISSING}`, ...fault });
    const { outcomes } = await scene.outcomesOf([MISSING, asinOf(1)].map((asin) => scene.lookUp(asin)));
    expect(outcomes).toEqual([outcome, 'item']);
  });

  test('is not looked for on a second page', async () => {
    const items = asins(2).map((asin) => summaryOf(asin));
    await scene.failSearches({ status: 200, body: { items, pagination: { nextToken: 'more' } } });
    expect((await scene.outcomesOf(asins(3).map((asin) => scene.lookUp(asin)))).turns).toBe(2);
    expect(await callsTo(scene.url, SEARCH)).toEqual({ 200: 1 });
  });
});

test('a batch that one ASIN spoils is split: each by itself', async () => {
  await scene.failSearches({ status: 400, body: { errors: [{ code: 'InvalidInput', message: '' }] } });
  const { outcomes, turns: used } = await scene.outcomesOf(
    ['B0', asinOf(1), asinOf(2)].map((asin) => scene.lookUp(asin)),
  );
  expect(outcomes).toEqual(['refused', 'item', 'item']);
  expect(used).toBe(4);
  expect(await callsTo(scene.url, SEARCH)).toEqual({ 400: 1 });
});

describe('who gives up', () => {
  test('gets their own reason, and is not asked for', async () => {
    const one = cancelled();
    const left = scene.lookUp(asinOf(1), { signal: one.signal });
    const stays = scene.lookUp(asinOf(2));
    one.abort(new Error('withdrawn'));
    await expect(left).rejects.toThrow('withdrawn');
    await expect(Promise.all([stays, scene.turns.next()])).resolves.toMatchObject([
      { kind: 'item' },
      undefined,
    ]);
    expect(await pathsCalled(scene.url)).not.toContain(SEARCH);
  });

  test('leaves no turn behind when nobody else waits', async () => {
    const one = cancelled();
    const left = outcomeOf(scene.lookUp(asinOf(1), { signal: one.signal }));
    while (scene.turns.waiting().length === 0) await new Promise(setImmediate);
    one.abort(new Error('withdrawn'));
    await left;
    expect(scene.turns.waiting()).toEqual([]);
    expect((await scene.outcomesOf([scene.lookUp(asinOf(2))])).outcomes).toEqual(['item']);
  });

  test('takes no turn from who asks at that moment', async () => {
    const one = cancelled();
    const left = outcomeOf(scene.lookUp(asinOf(1), { signal: one.signal }));
    while (scene.turns.waiting().length === 0) await new Promise(setImmediate);
    one.abort(new Error('withdrawn'));
    const comes = scene.lookUp(asinOf(2));
    await left;
    expect((await scene.outcomesOf([comes])).outcomes).toEqual(['item']);
  });

  test('while a batch is under way that leaves them out is not asked for by themselves', async () => {
    await beSlowOnce();
    const one = cancelled();
    const left = outcomeOf(scene.lookUp(MISSING, { signal: one.signal }));
    const stays = outcomeOf(scene.lookUp(asinOf(1)));
    const turn = scene.turns.next();
    await callUnderWay();
    one.abort(new Error('withdrawn'));
    await Promise.all([left, stays, turn]);
    await scene.outcomesOf([scene.lookUp(asinOf(2))]);
    expect(await callsTo(scene.url, ITEM)).toEqual({ 200: 1 });
  });

  test('does not take the answer from the others of the batch', async () => {
    await beSlowOnce();
    const one = cancelled();
    const left = scene.lookUp(asinOf(1), { signal: one.signal }).catch((error: Error) => error.message);
    const stays = scene.lookUp(asinOf(2), { signal: cancelled().signal });
    const turn = scene.turns.next();
    await callUnderWay();
    one.abort(new Error('withdrawn'));
    expect(await left).toBe('withdrawn');
    await expect(stays).resolves.toMatchObject({ kind: 'item' });
    await turn;
  });

  test('ends the call when they are the last of the batch', async () => {
    await scene.failSearches({ kind: 'slow' });
    const { limiter } = scene.turns;
    const patient = catalogOf(scene.standIns, { limiter, callTimeoutMs: 10 * AMPLE_MS });
    const us = marketplaceByCode('US');
    const last = cancelled();
    const both = asins(2).map((asin) => patient.lookUp(asin, us, last.signal));
    const ended = Promise.all(both.map((lookup) => lookup.catch((error: Error) => error.message)));
    const turn = scene.turns.next();
    await callUnderWay();
    last.abort(new Error('too late'));
    expect(await ended).toEqual(['too late', 'too late']);
    await turn;
    // The stand-in notices a moment later.
    while ((await callsTo(scene.url, SEARCH))['CUT'] !== 1) await new Promise(setImmediate);
  });
});

test('without a token everybody is told to call later, and no turn is taken', async () => {
  await control(scene.url, 'POST', '/_faults', { path: '/auth/o2/token', status: 503, times: null });
  const { outcomes, turns: used } = await scene.outcomesOf(asins(3).map((asin) => scene.lookUp(asin)));
  expect(outcomes).toEqual(['CallLaterError', 'CallLaterError', 'CallLaterError']);
  expect(used).toBe(0);
});

test('when turns cannot be had, everybody is told', async () => {
  const away = catalogOf(scene.standIns, {
    limiter: { run: () => Promise.reject(new CallLaterError('No turn.', 5_000)) },
  });
  const us = marketplaceByCode('US');
  const failures = asins(3).map((asin) => away.lookUp(asin, us).catch((error: unknown) => error));
  for (const failure of await Promise.all(failures)) expect(failure).toMatchObject({ retryAfterMs: 5_000 });
});
