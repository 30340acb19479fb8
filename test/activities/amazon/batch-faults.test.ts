/** What is wrong with the answer to a batch, and what each of its lookups hears of it. */
import { CallLaterError } from '../../../activities/amazon/call-later';
import { marketplaceByCode } from '../../../domain/marketplaces';
import { createGate } from '../../setup/gate';
import { asinOf, createBatchScene, ITEM, outcomeOf, SEARCH, summaryOf, type BatchScene } from './batch-scene';
import { callsTo, catalogOf, control, pathsCalled, timeoutFor } from './stand-in-clients';

let scene: BatchScene;
beforeEach(async () => {
  scene = await createBatchScene();
});
afterEach(() => scene.close());

const two = () => [scene.lookUp(asinOf(1)), scene.lookUp(asinOf(2))];
const later = ['CallLaterError', 'CallLaterError'];
const unreadable = ['UnreadableAnswerError', 'UnreadableAnswerError'];

test.each([
  ['429 with Retry-After', { status: 429, headers: { 'Retry-After': '7' } }, later],
  ['429 without headers', { status: 429 }, later],
  ['500', { status: 500 }, later],
  ['503', { status: 503 }, later],
  ['a reset', { kind: 'reset' }, later],
  ['a cut', { kind: 'cut' }, later],
  ['HTML', { kind: 'html' }, unreadable],
  ['half an answer', { kind: 'malformed' }, unreadable],
  ['an empty answer', { kind: 'empty' }, unreadable],
  ['20 MB', { kind: 'huge' }, unreadable],
  ['another form', { status: 200, body: { items: 'none' } }, unreadable],
])('%s goes to each of its lookups', async (_name, fault, expected) => {
  await scene.failSearches(fault);
  expect(await scene.outcomesOf(two())).toEqual({ outcomes: expected, turns: 1 });
  expect(await callsTo(scene.url, ITEM)).toEqual({});
});

test.each([404, 413, 414, 415])(
  '%d for all is no answer about any: each is asked by itself',
  async (status) => {
    await scene.failSearches({ status, body: { errors: [{ code: 'NOT_FOUND', message: '' }] } });
    expect(await scene.outcomesOf(two())).toEqual({ outcomes: ['item', 'item'], turns: 3 });
    expect(await callsTo(scene.url, ITEM)).toEqual({ 200: 2 });
  },
);

test.each(['slow', 'drip'])('an answer that is %s is not waited for without an end', async (kind) => {
  const impatient = await createBatchScene(timeoutFor({ kind }));
  await impatient.failSearches({ kind });
  const { outcomes } = await impatient.outcomesOf([1, 2].map((number) => impatient.lookUp(asinOf(number))));
  expect(outcomes).toEqual(later);
  await impatient.close();
});

test('the wait that a 429 asks for is each one’s', async () => {
  await scene.failSearches({ status: 429, headers: { 'Retry-After': '7' } });
  const failures = two().map((lookup) => lookup.catch((error: unknown) => error));
  await scene.turns.next();
  for (const failure of await Promise.all(failures)) expect(failure).toMatchObject({ retryAfterMs: 7000 });
  expect(scene.turns.heard).toEqual([429]);
});

test('20 MB are not read to their end', async () => {
  await scene.failSearches({ kind: 'huge' });
  const failures = two().map((lookup) => lookup.catch((error: Error) => error.message));
  await scene.turns.next();
  for (const failure of await Promise.all(failures))
    expect(failure).toBe('Amazon’s catalogue sent more than can be an answer.');
});

test('a redirect is not followed', async () => {
  await scene.failSearches({ kind: 'redirect', headers: { location: `${scene.url}/dp/${asinOf(1)}` } });
  expect((await scene.outcomesOf(two())).outcomes).toEqual(unreadable);
  expect(await callsTo(scene.url, '/dp/:asin')).toEqual({});
});

test.each([
  ['wrongAsin', 3],
  ['noRows', 3],
])('%s is no answer about what was asked for: each is asked by itself', async (kind, used) => {
  await scene.failSearches({ kind });
  expect(await scene.outcomesOf(two())).toEqual({ outcomes: ['item', 'item'], turns: used });
});

test.each([
  ['noBrand', { brand: null }],
  ['noModel', { model: null }],
  ['noIdentifiers', { retailIdentifiers: [] }],
  ['noClassification', { classification: null }],
  ['duplicateRows', { brand: 'Benchmark', classification: 'BASE_PRODUCT' }],
  ['conflictingRows', { brand: null, model: null }],
])('an item with %s says only what it says', async (kind, listing) => {
  await scene.failSearches({ kind });
  const lookups = Promise.all(two());
  await scene.turns.next();
  for (const lookup of await lookups) expect(lookup).toMatchObject({ kind: 'item', listing });
});

test('an item in another form spoils nothing but itself', async () => {
  await scene.failSearches({
    status: 200,
    body: { items: [{ asin: asinOf(1), summaries: 7 }, summaryOf(asinOf(2))] },
  });
  expect(await scene.outcomesOf(two())).toEqual({ outcomes: ['item', 'item'], turns: 2 });
  expect(await pathsCalled(scene.url)).toContain(`${SEARCH}/${asinOf(1)}`);
});

test('an item twice is one; twice with a contradiction, it decides nothing', async () => {
  const items = [summaryOf(asinOf(1)), summaryOf(asinOf(1), 'B'), summaryOf(asinOf(2)), summaryOf(asinOf(2))];
  await scene.failSearches({ status: 200, body: { items } });
  // Whoever comes behind it in the batch has their own answer all the same.
  expect((await scene.outcomesOf(two())).outcomes).toEqual(['UnreadableAnswerError', 'item']);
});

test('a revoked token is renewed, and the second call has a turn of its own', async () => {
  await scene.outcomesOf([scene.lookUp(asinOf(1))]);
  await control(scene.url, 'DELETE', '/_tokens');
  expect(await scene.outcomesOf(two())).toEqual({ outcomes: ['item', 'item'], turns: 2 });
  expect(await callsTo(scene.url, SEARCH)).toEqual({ 200: 1, 403: 1 });
  expect(scene.turns.heard).toEqual([200, 403, 200]);
});

test('a refusal that another token does not mend is each one’s', async () => {
  await scene.failSearches({ status: 403 });
  expect((await scene.outcomesOf(two())).outcomes).toEqual(['refused', 'refused']);
});

test('when those who give way have no turn, who waits for an answer has theirs', async () => {
  const refused = createGate();
  const busy = catalogOf(scene.standIns, {
    limiter: {
      async run({ priority }, work) {
        if (priority === 'background') {
          refused.open();
          throw new CallLaterError('No turn.', 5_000);
        }
        await refused.wait();
        // Until whoever was refused has been told.
        await new Promise(setImmediate);
        return work(async () => undefined);
      },
    },
  });
  const us = marketplaceByCode('US');
  const asked = (['interactive', 'background'] as const).map((priority, index) =>
    outcomeOf(busy.lookUp(asinOf(index), us, undefined, priority)),
  );
  expect(await Promise.all(asked)).toEqual(['item', 'CallLaterError']);
});
