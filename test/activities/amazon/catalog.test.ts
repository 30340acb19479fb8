import { CallLaterError, UnreadableAnswerError } from '../../../activities/amazon/call-later';
import { marketplaceByCode } from '../../../domain/marketplaces';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { callsTo, catalogOf, control, timeoutFor } from './stand-in-clients';

const ASIN = 'B0NLBULB01';
const ITEM = '/catalog/2022-04-01/items/:asin';
const us = marketplaceByCode('US');

let standIns: StandIns;
let url: string;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
  url = standIns.retail.url;
});
afterEach(() => standIns.close());

const fault = (body: object) => control(url, 'POST', '/_faults', { path: '/catalog/*', ...body });
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test('an item says brand, model, identifiers and classification, with Amazon’s request id', async () => {
  await expect(catalogOf(standIns).lookUp(ASIN, us)).resolves.toEqual({
    kind: 'item',
    source: 'getCatalogItem',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    listing: {
      asin: ASIN,
      title: 'Northlight Glow A19 Smart Bulb, 800 lm, warm white',
      brand: 'NORTHLIGHT',
      model: 'NLA19-2',
      classification: 'BASE_PRODUCT',
      retailIdentifiers: ['860001200102', '0860001200102', '00860001200102'],
      childAsins: [],
      packageAsins: [],
    },
  });
});

test('each region is asked with its own authorisation, and its token is asked for once', async () => {
  const catalog = catalogOf(standIns);
  const asked = [us, marketplaceByCode('CA'), marketplaceByCode('DE'), marketplaceByCode('JP')];
  const answers = await Promise.all(asked.map((marketplace) => catalog.lookUp(ASIN, marketplace)));
  expect(answers.map(({ kind }) => kind)).toEqual(['item', 'item', 'item', 'item']);
  expect(await callsTo(url, '/auth/o2/token')).toEqual({ 200: 3 });
});

test('an endpoint may be given with a slash at its end', async () => {
  const catalog = catalogOf(standIns, { endpoint: `${url}/` });
  await expect(catalog.lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'item' });
});

test('an ASIN of another marketplace is not found', async () => {
  await expect(catalogOf(standIns).lookUp('B0NLSTRP02', us)).resolves.toMatchObject({ kind: 'notFound' });
});

test('an ASIN that the interface calls invalid is refused, not “not found”', async () => {
  await expect(catalogOf(standIns).lookUp('B0', us)).resolves.toMatchObject({ kind: 'refused', status: 400 });
});

test.each([
  ['429 with a rate', { status: 429, headers: { 'x-amzn-RateLimit-Limit': '0.5' } }, 2000],
  [
    '429 with Retry-After',
    { status: 429, headers: { 'Retry-After': '7', 'x-amzn-RateLimit-Limit': '2.0' } },
    7000,
  ],
  ['429 without headers', { status: 429 }, 1000],
  ['408', { status: 408 }, 1000],
  ['425', { status: 425 }, 1000],
  ['429 for longer than a day', { status: 429, headers: { 'Retry-After': '999999' } }, 86_400_000],
  ['500', { status: 500 }, 1000],
  ['503 with Retry-After', { status: 503, headers: { 'Retry-After': '3' } }, 3000],
  ['a connection that is reset', { kind: 'reset' }, 1000],
  ['an answer that is cut', { kind: 'cut' }, 1000],
  ['an answer that does not come', { kind: 'slow' }, 1000],
  ['an answer that drips', { kind: 'drip' }, 1000],
])('%s is asked again later', async (_name, body, retryAfterMs) => {
  await fault(body);
  const catalog = catalogOf(standIns, { callTimeoutMs: timeoutFor(body) });
  const error = await failureOf(catalog.lookUp(ASIN, us));
  expect(error).toBeInstanceOf(CallLaterError);
  expect(error).toMatchObject({ retryAfterMs });
});

test.each([
  ['HTML', { kind: 'html' }],
  ['half an answer', { kind: 'malformed' }],
  ['an empty answer', { kind: 'empty' }],
  ['20 MB', { kind: 'huge' }],
  ['another ASIN', { kind: 'wrongAsin' }],
  ['no row for the marketplace', { kind: 'noRows' }],
  [
    'a row for another marketplace',
    { status: 200, body: { asin: ASIN, summaries: [{ marketplaceId: marketplaceByCode('CA').id }] } },
  ],
  ['an item in another form', { status: 200, body: { asin: ASIN, summaries: 'none' } }],
  ['404 by something on the way', { status: 404, kind: 'html' }],
  ['404 about something else', { status: 404, body: { errors: [{ code: 'InvalidPath', message: '' }] } }],
])('%s decides nothing', async (_name, body) => {
  await fault(body);
  expect(await failureOf(catalogOf(standIns).lookUp(ASIN, us))).toBeInstanceOf(UnreadableAnswerError);
});

test('20 MB are not read to their end', async () => {
  await fault({ kind: 'huge' });
  await expect(catalogOf(standIns).lookUp(ASIN, us)).rejects.toThrow('sent more than can be an answer');
});

test('a redirect is not followed', async () => {
  await fault({ kind: 'redirect', headers: { location: `${url}/dp/${ASIN}` } });
  expect(await failureOf(catalogOf(standIns).lookUp(ASIN, us))).toBeInstanceOf(UnreadableAnswerError);
  expect(await callsTo(url, '/dp/:asin')).toEqual({});
});

test.each([
  ['noBrand', { brand: null }],
  ['noModel', { model: null }],
  ['noIdentifiers', { retailIdentifiers: [] }],
  ['noClassification', { classification: null }],
  ['duplicateRows', { brand: 'NORTHLIGHT', model: 'NLA19-2', classification: 'BASE_PRODUCT' }],
  ['conflictingRows', { brand: null, model: null, classification: 'BASE_PRODUCT' }],
])('a listing with %s says only what it says', async (kind, listing) => {
  await fault({ kind });
  await expect(catalogOf(standIns).lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'item', listing });
});

test('the part number stands in for a missing model number; other numbers are no identifiers', async () => {
  const identifiers = [
    { type: 'SKU', code: '12345678' },
    { type: 'JAN', code: '4501234560019' },
  ];
  await control(url, 'PUT', '/_catalog/B0PARTONLY', { title: 'Part', partNumber: 'P-1', identifiers });
  await expect(catalogOf(standIns).lookUp('B0PARTONLY', us)).resolves.toMatchObject({
    listing: { brand: null, model: 'P-1', retailIdentifiers: ['4501234560019'] },
  });
});

test('what is said of another marketplace, and of another kind, is not said of this one', async () => {
  const said = ([marketplace, brand, digit]: readonly [typeof us, string, number]) => {
    const of = { marketplaceId: marketplace.id };
    return {
      summaries: { ...of, brand },
      identifiers: { ...of, identifiers: [{ identifierType: 'upc', identifier: `86000120010${digit}` }] },
      relationships: {
        ...of,
        relationships: [
          { type: 'VARIATION', childAsins: [`B0CHILD00${digit}`] },
          { type: 'PACKAGE_HIERARCHY', parentAsins: [`B0PACK000${digit}`] },
        ],
      },
    };
  };
  const both = [[us, 'Ours', 1] as const, [marketplaceByCode('CA'), 'Theirs', 2] as const].map(said);
  const all = (member: keyof ReturnType<typeof said>) => both.map((one) => one[member]);
  const body = {
    ...{ asin: ASIN, summaries: all('summaries') },
    ...{ identifiers: all('identifiers'), relationships: all('relationships') },
  };
  await fault({ status: 200, body });
  await expect(catalogOf(standIns).lookUp(ASIN, us)).resolves.toMatchObject({
    listing: {
      ...{ brand: 'Ours', retailIdentifiers: ['860001200101'] },
      ...{ childAsins: ['B0CHILD001'], packageAsins: ['B0PACK0001'] },
    },
  });
});

test('what is no UTF-8 says nothing, so that it contradicts nothing', async () => {
  const item = { title: 'Caf\uFFFD lamp', brand: 'Pok\uFFFDmon', modelNumber: 'Caf\uFFFD-1' };
  await control(url, 'PUT', '/_catalog/B0LATINONE', item);
  await expect(catalogOf(standIns).lookUp('B0LATINONE', us)).resolves.toMatchObject({
    listing: { title: 'Caf\uFFFD lamp', brand: null, model: null },
  });
});

describe('access tokens', () => {
  /** Date and the steady clock stand still until they are moved; timers run. */
  const holdClocks = () =>
    jest.useFakeTimers({
      doNotFake: [
        'nextTick',
        'setImmediate',
        'setTimeout',
        'setInterval',
        'clearTimeout',
        'clearInterval',
        'queueMicrotask',
      ],
    });
  afterEach(() => jest.useRealTimers());

  test('a revoked one is renewed once and the call repeated', async () => {
    const catalog = catalogOf(standIns);
    await catalog.lookUp(ASIN, us);
    await control(url, 'DELETE', '/_tokens');
    const asked = [us, marketplaceByCode('CA')].map((marketplace) => catalog.lookUp(ASIN, marketplace));
    await expect(Promise.all(asked)).resolves.toMatchObject([{ kind: 'item' }, { kind: 'item' }]);
    expect(await callsTo(url, '/auth/o2/token')).toEqual({ 200: 2 });
    expect(await callsTo(url, ITEM)).toEqual({ 200: 3, 403: 2 });
  });

  test.each([401, 403])('one that is refused with %d is renewed and the call repeated', async (status) => {
    await fault({ status });
    await expect(catalogOf(standIns).lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'item' });
    expect(await callsTo(url, '/auth/o2/token')).toEqual({ 200: 2 });
  });

  test('a refusal that another token does not mend is final, and asks for no more tokens', async () => {
    const catalog = catalogOf(standIns);
    await fault({ status: 403, times: null });
    await expect(catalog.lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'refused', status: 403 });
    await expect(catalog.lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'refused', status: 403 });
    expect(await callsTo(url, '/auth/o2/token')).toEqual({ 200: 2 });
    expect(await callsTo(url, ITEM)).toEqual({ 403: 3 });
  });

  test('a revoked one is renewed also when our clock was set back since the last renewal', async () => {
    holdClocks();
    const catalog = catalogOf(standIns);
    await catalog.lookUp(ASIN, us);
    await control(url, 'DELETE', '/_tokens');
    await catalog.lookUp(ASIN, us);
    jest.advanceTimersByTime(30_000);
    jest.setSystemTime(Date.now() - 3_600_000);
    await control(url, 'DELETE', '/_tokens');
    await expect(catalog.lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'item' });
  });

  test.each([
    [3_600, 3_540],
    [60, 30],
  ])('one that ends after %d s is replaced after %d s', async (expiresIn, lasts) => {
    await control(url, 'PUT', '/_tokens', { expiresIn });
    holdClocks();
    const catalog = catalogOf(standIns);
    await catalog.lookUp(ASIN, us);
    jest.setSystemTime(Date.now() + lasts * 1_000 - 1);
    await catalog.lookUp(ASIN, us);
    expect(await callsTo(url, '/auth/o2/token')).toEqual({ 200: 1 });
    jest.setSystemTime(Date.now() + 1);
    await catalog.lookUp(ASIN, us);
    expect(await callsTo(url, '/auth/o2/token')).toEqual({ 200: 2 });
    expect(await callsTo(url, ITEM)).toEqual({ 200: 3 });
  });

  test.each<[string, object, number]>([
    ['the endpoint is away', { kind: 'reset' }, 1_000],
    ['it answers 503', { status: 503 }, 1_000],
    ['it may be asked again at once', { status: 503, headers: { 'Retry-After': '0' } }, 1_000],
    ['it is asked too often', { status: 429, headers: { 'Retry-After': '60' } }, 60_000],
    ['it wants no calls for a day', { status: 429, headers: { 'Retry-After': '86400' } }, 900_000],
    ['it answers HTML', { kind: 'html' }, 30_000],
    ['it answers without a token', { status: 200, body: { token_type: 'bearer' } }, 30_000],
    [
      'it refuses the authorisation',
      { status: 400, body: { error: 'invalid_grant', error_description: 'x' } },
      30_000,
    ],
    ['it redirects', { kind: 'redirect' }, 30_000],
  ])('when %s, nobody asks again before its time', async (_name, body, restMs) => {
    holdClocks();
    const catalog = catalogOf(standIns);
    await control(url, 'POST', '/_faults', { path: '/auth/o2/token', ...body });
    const error = await failureOf(catalog.lookUp(ASIN, us));
    expect(error).toBeInstanceOf(CallLaterError);
    expect(String(error)).not.toContain('development-');

    jest.advanceTimersByTime(restMs - 500);
    const early = await failureOf(catalog.lookUp(ASIN, us));
    expect(early).toMatchObject({ message: (error as Error).message, retryAfterMs: 500 });
    expect(await callsTo(url, ITEM)).toEqual({});

    jest.advanceTimersByTime(500);
    await expect(catalog.lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'item' });
  });

  test('a server that is not there is asked again later', async () => {
    const catalog = catalogOf(standIns, { endpoint: 'http://127.0.0.1:1' });
    expect(await failureOf(catalog.lookUp(ASIN, us))).toBeInstanceOf(CallLaterError);
  });
});

test('whoever cancels a call gets their own reason', async () => {
  await fault({ kind: 'slow' });
  const cancelled = new AbortController();
  const call = catalogOf(standIns).lookUp(ASIN, us, cancelled.signal);
  const reason = new Error('withdrawn');
  cancelled.abort(reason);
  await expect(call).rejects.toBe(reason);
});
