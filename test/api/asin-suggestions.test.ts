/** ASINs for a retail identifier: over HTTP, Temporal and the stand-in of Amazon's catalogue. */
import { createSuggestionActivities } from '../../activities/amazon/suggestions';
import { readSuggestionQuestion, saveSuggestions } from '../../db/asin-suggestions';
import { startStandIns, type StandIns } from '../../dev/stand-ins/start';
import { callsTo, control, searchOf } from '../activities/amazon/stand-in-clients';
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api, type Json, type PersonName, textLike } from './api-server';

const SEARCH = '/catalog/2022-04-01/items';
const PER_MINUTE = 3;
const strip = { marketplace: 'UK', identifierType: 'UPC', identifier: '860001200126' };
const thermostat = { marketplace: 'UK', identifierType: 'EAN', identifier: '4012345600100' };

let standIns: StandIns;
let world: World;
let api: Api;
beforeAll(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
  world = await createWorld({
    activities: (pool) =>
      createSuggestionActivities({
        search: searchOf(standIns),
        loadQuestion: (id) => readSuggestionQuestion(pool, id),
        saveAnswer: (id, answer, lasting) => saveSuggestions(pool, id, answer, lasting),
      }),
  });
  api = await startApi({ world, deps: { suggestionsPerMinute: PER_MINUTE } });
  const brand = (id: string, name: string) =>
    api.pool.query('update products set brand = $2 where id = $1', [id, name]);
  await brand('prod_one', 'NORTHLIGHT');
  await brand('prod_two', 'Harbor & Pine');
});
afterAll(async () => {
  await api.close();
  await world.close();
  await standIns.close();
});
beforeEach(async () => {
  await api.pool.query('delete from asin_suggestions');
  await control(standIns.retail.url, 'DELETE', '/_faults');
  await control(standIns.retail.url, 'DELETE', '/_calls');
});

const ask = (person: PersonName, query: Record<string, string>) =>
  api.as(person)('GET', `/v1/asin-suggestions?${new URLSearchParams(query).toString()}`);
const asinsOf = (body: Json) => (body['data'] as unknown as { asin: string }[]).map(({ asin }) => asin);

test('a maker sees the ASIN of their identifier, and its family with colour, size and name', async () => {
  const { status, body } = await ask('maker', strip);
  expect([status, body]).toMatchObject([
    200,
    {
      complete: true,
      why: null,
      data: [
        { asin: 'B0NLSTRP01', brand: 'Northlight', variationParent: 'B0NLSTRPVP', children: [] },
        {
          asin: 'B0NLSTRPVP',
          classification: 'VARIATION_PARENT',
          children: [
            { asin: 'B0NLSTRP01', color: 'Warm white', size: '2 m' },
            { asin: 'B0NLSTRP02', color: 'Warm white', size: '5 m' },
            { asin: 'B0NLSTRP04', color: 'Black', size: '2 m', title: textLike('outdoor') },
          ],
        },
      ],
    },
  ]);
});

test('another organization’s identifier gives nothing', async () => {
  expect(asinsOf((await ask('stranger', thermostat)).body)).toEqual(['B0HPTHRM01']);
  const foreign = await ask('maker', thermostat);
  expect([foreign.status, foreign.body]).toEqual([200, { data: [], complete: true, why: null }]);
  expect(foreign.text).not.toContain('B0HP');
});

test('the same question, typed otherwise, is answered again without asking Amazon', async () => {
  const first = await ask('maker', strip);
  await control(standIns.retail.url, 'DELETE', '/_calls');
  const padded = { ...strip, identifierType: 'GTIN_14', identifier: ' 00-860001200126 ' };
  const again = await ask('colleague', padded);
  expect([again.status, again.text]).toEqual([200, first.text]);
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({});
});

test('an old answer is not given again', async () => {
  await ask('maker', strip);
  await api.pool.query(`update asin_suggestions set valid_until = now() - interval '1 second'`);
  await control(standIns.retail.url, 'DELETE', '/_calls');
  await ask('maker', strip);
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({ 200: 3 });
});

test('two who ask the same at once are one question', async () => {
  const replies = await Promise.all([ask('maker', strip), ask('colleague', strip)]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(replies[0]?.text).toBe(replies[1]?.text);
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({ 200: 3 });
});

test('what Amazon does not tell is said, and asked again next time', async () => {
  await control(standIns.retail.url, 'POST', '/_faults', { path: `${SEARCH}*`, kind: 'html' });
  const { status, body } = await ask('maker', strip);
  expect([status, body]).toEqual([
    200,
    { data: [], complete: false, why: 'Amazon’s catalogue did not answer with JSON.' },
  ]);
  expect((await ask('maker', strip)).body['complete']).toBe(true);
});

test('an organization asks only so often, whoever of it asks; another one is not held up', async () => {
  const bulbs = ['860001200102', '860001200119', '860001200164', '860001200171'];
  const replies = await Promise.all(
    bulbs.map((identifier, index) => ask(index % 2 === 0 ? 'maker' : 'colleague', { ...strip, identifier })),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
  const refused = replies.find(({ status }) => status === 429);
  expect(refused?.body['code']).toBe('RATE_LIMITED');
  const wait = Number(refused?.headers.get('retry-after'));
  expect(wait).toBeGreaterThanOrEqual(50);
  expect(wait).toBeLessThanOrEqual(60);
  expect((await ask('stranger', thermostat)).status).toBe(200);
  // Known answers are free, and a minute later the limit is.
  const asked = bulbs[replies.findIndex(({ status }) => status === 200)] ?? '';
  expect((await ask('maker', { ...strip, identifier: asked })).status).toBe(200);
  await api.pool.query(`update asin_suggestions set asked_at = asked_at - interval '1 minute'`);
  expect((await ask('maker', strip)).status).toBe(200);
});

test('everything that is wrong is said at once, with what was found and is allowed', async () => {
  const wrong = await ask('maker', {
    marketplace: 'GB',
    identifierType: 'JAN',
    identifier: '4006381333932',
    x: '1',
  });
  expect(wrong.status).toBe(422);
  const errors = wrong.body['errors'] as unknown as { pointer: string }[];
  expect([...errors].sort((one, other) => (one.pointer < other.pointer ? -1 : 1))).toMatchObject([
    { pointer: '/identifier', code: 'INVALID_CHECK_DIGIT', found: '4006381333932', expected: '1' },
    { pointer: '/identifier', code: 'INVALID_PREFIX', found: '4006381333932', expected: '45 or 49' },
    { pointer: '/marketplace', code: 'UNKNOWN_MARKETPLACE', found: 'GB', expected: textLike('US, CA, MX') },
    { pointer: '/x', code: 'UNKNOWN_FIELD', found: '1' },
  ]);
  const type = await ask('maker', { ...strip, identifierType: 'ISBN' });
  expect(type.body['errors']).toMatchObject([
    {
      pointer: '/identifierType',
      code: 'UNKNOWN_IDENTIFIER_TYPE',
      found: 'ISBN',
      expected: 'UPC, EAN, JAN, GTIN_14',
    },
  ]);
  const nothing = await ask('maker', {});
  expect(nothing.body['errors']).toMatchObject([
    { pointer: '/marketplace', code: 'REQUIRED' },
    { pointer: '/identifierType', code: 'REQUIRED' },
    { pointer: '/identifier', code: 'REQUIRED' },
  ]);
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({});
});

test('where no worker answers it says so in time, and the question can be repeated', async () => {
  const { client, pool } = world;
  const lonely = await startApi({
    world: { client, pool, taskQueue: 'nobody_works_here' },
    deps: { answerDeadlineMs: 300, checkPatienceMs: 100 },
  });
  try {
    const { status, body } = await lonely.as('maker')(
      'GET',
      `/v1/asin-suggestions?${new URLSearchParams(strip).toString()}`,
    );
    expect([status, body['code']]).toEqual([503, 'TRY_AGAIN']);
  } finally {
    await lonely.close();
  }
  await api.pool.query('update asin_suggestions set valid_until = now()');
  expect((await ask('maker', strip)).status).toBe(200);
});

test('a title that PostgreSQL could not hold as text is offered all the same', async () => {
  const identifiers = [{ type: 'EAN', code: '4006381333931' }];
  const listing = { title: 'Lamp\u0000\ud800', brand: 'Northlight', identifiers };
  await control(standIns.retail.url, 'PUT', '/_catalog/B0NLODDONE', listing);
  const reply = await ask('maker', { marketplace: 'US', identifierType: 'EAN', identifier: '4006381333931' });
  expect([reply.status, asinsOf(reply.body)]).toEqual([200, ['B0NLODDONE']]);
});
