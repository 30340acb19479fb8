import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { ApiDependencies } from '../../api/dependencies';
import { createShortcut } from '../../api/router';
import { createRoutes } from '../../api/routes';
import { newAsin, readyForm, startApi, type Api, textOf, textLike } from './api-server';

let api: Api;
let requestId: string;
beforeAll(async () => {
  api = await startApi();
  requestId = textOf((await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() })).body['id']);
});
afterAll(() => api.close());
beforeEach(() => api.pool.query('delete from badges'));

const look = (asin: string, marketplace = 'US') => api.as(null)('GET', `/v1/badges/${marketplace}/${asin}`);
const stage = (asin: string, marketplace: string, seconds: number, status = 'STAGED') =>
  api.pool.query(
    `insert into badges (request_id, marketplace, program, asin, status, effective_at)
      values ($1, $2, 'WWA', $3, $4, date_trunc('milliseconds', now() + $5 * interval '1 second'))`,
    [requestId, marketplace, asin, status, seconds],
  );
const maxAge = (header: string | null) => Number(/^public, max-age=(\d+)$/.exec(header ?? '')?.[1]);

test('a badge that is effective is there, since its instant', async () => {
  const asin = newAsin();
  await stage(asin, 'US', -10);
  const { status, body, headers } = await look(asin.toLowerCase());
  expect(status).toBe(200);
  expect(body).toEqual({
    marketplace: 'US',
    asin,
    badges: [{ program: 'WWA', since: textLike(/Z$/) }],
    asOf: textLike(/Z$/),
  });
  expect(Date.parse(textOf(body['asOf']))).toBeGreaterThan(Date.now() - 5_000);
  expect(maxAge(headers.get('cache-control'))).toBe(60);
  expect((await look(asin, 'CA')).body['badges']).toEqual([]);
});

test('a badge that is not effective yet is not there, and the answer holds until it is', async () => {
  const asin = newAsin();
  await stage(asin, 'US', 30);
  const { body, headers } = await look(asin);
  expect(body['badges']).toEqual([]);
  expect(maxAge(headers.get('cache-control'))).toBeGreaterThanOrEqual(25);
  expect(maxAge(headers.get('cache-control'))).toBeLessThan(30);
});

test.each([
  [0.9, 'no-store'],
  [1.9, 'public, max-age=1'],
  [0.3, 'no-store'],
  [3600, 'public, max-age=60'],
])('%d seconds before a badge becomes effective the answer is %s', async (seconds, cacheControl) => {
  // The instants are given, so that a slow machine does not turn 1.9 seconds into less than one.
  const asOf = new Date();
  const nextChangeAt = new Date(asOf.getTime() + seconds * 1000).toISOString();
  const lookUpBadge = async () => ({ badges: [], asOf: asOf.toISOString(), nextChangeAt });
  const world = { pool: api.pool, client: {} as never, taskQueue: 'nobody' };
  const held = await startApi({ world, deps: { lookUpBadge } });
  const { headers } = await held.as(null)('GET', `/v1/badges/US/${newAsin()}`);
  await held.close();
  expect(headers.get('cache-control')).toBe(cacheControl);
});

test('the time that the lookup itself took is not cached again', async () => {
  const slow = await startApi({
    world: { pool: api.pool, client: {} as never, taskQueue: 'nobody' },
    deps: {
      lookUpBadge: async () => {
        const asOf = Date.now();
        while (Date.now() < asOf + 150);
        return {
          badges: [],
          asOf: new Date(asOf).toISOString(),
          nextChangeAt: new Date(asOf + 10_100).toISOString(),
        };
      },
    },
  });
  const { headers } = await slow.as(null)('GET', `/v1/badges/US/${newAsin()}`);
  await slow.close();
  expect(headers.get('cache-control')).toBe('public, max-age=9');
});

test('a badge appears at its instant, to the answer, while nobody works', async () => {
  const asin = newAsin();
  await stage(asin, 'US', 0.4);
  for (;;) {
    const { body, headers } = await look(asin);
    const { rows } = await api.pool.query<{ since: Date }>(
      'select effective_at as since from badges where asin = $1',
      [asin],
    );
    const since = rows[0]?.since.getTime() ?? 0;
    const isThere = (body['badges'] as unknown as object[]).length > 0;
    expect([isThere, Date.parse(textOf(body['asOf'])) >= since]).toEqual([isThere, isThere]);
    if (isThere) break;
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

test.each(['SUSPENDED', 'REMOVED'])('a badge that is %s is not there', async (status) => {
  const asin = newAsin();
  await stage(asin, 'US', -10, status);
  expect((await look(asin)).body['badges']).toEqual([]);
});

test.each([
  ['suspend', 'STAGED', true],
  ['remove', 'STAGED', true],
  ['reinstate', 'SUSPENDED', false],
])(
  'a planned %s is there at its instant, and the answer holds until then',
  async (action, status, before) => {
    const asin = newAsin();
    for (const [marketplace, seconds] of [
      ['US', -1],
      ['JP', 30],
    ] as const) {
      await stage(asin, marketplace, -10, status);
      await api.pool.query(
        `update badges set planned_action = $3, planned_at = now() + $4 * interval '1 second'
        where asin = $1 and marketplace = $2`,
        [asin, marketplace, action, seconds],
      );
    }
    const shows = async (marketplace: string) => {
      const { body, headers } = await look(asin, marketplace);
      return [(body['badges'] as unknown as unknown[]).length === 1, maxAge(headers.get('cache-control'))];
    };
    expect(await shows('US')).toEqual([!before, 60]);
    const [shown, age] = await shows('JP');
    expect(shown).toBe(before);
    expect(age).toBeGreaterThanOrEqual(25);
    expect(age).toBeLessThan(30);
  },
);

test('the request shows each badge as the clock has it', async () => {
  const asin = newAsin();
  await stage(asin, 'US', -10);
  await stage(asin, 'JP', 3600);
  const { body } = await api.as('maker')('GET', `/v1/badge-requests/${requestId}`);
  expect(body['badges']).toMatchObject([
    { marketplace: 'US', status: 'ENABLED' },
    { marketplace: 'JP', status: 'STAGED' },
  ]);
});

test('an unknown marketplace is no address, a wrong ASIN is named', async () => {
  expect((await look(newAsin(), 'XX')).status).toBe(404);
  expect((await look(newAsin(), 'us')).status).toBe(404);
  const wrong = await look('12345');
  expect(wrong.status).toBe(422);
  expect(wrong.body['errors']).toMatchObject([{ pointer: '/asin', code: 'INVALID_ASIN' }]);
});

const HEADERS = [
  'cache-control',
  'content-type',
  'content-security-policy',
  'x-content-type-options',
  'x-powered-by',
];

describe('a plain address is answered ahead of Express', () => {
  test.each([
    ['GET', '/v1/badges/US/B07N4M94X4?x=1'],
    ['GET', '/v1/badges/US/%420N4M94X4'],
    ['GET', '/v1/badges/US/B07N4M94X4/'],
    ['GET', '/v1/badges/US'],
    ['GET', '/v1/badge-requests/B07N4M94X4'],
    ['HEAD', '/v1/badges/US/B07N4M94X4'],
    ['POST', '/v1/badges/US/B07N4M94X4'],
  ])('%s %s is left to it', (method, url) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
    const shortcut = createShortcut(createRoutes(), {} as ApiDependencies);
    expect(shortcut(request, new ServerResponse(request))).toBe(false);
  });

  test.each([
    ['effective', () => newAsin(), 200],
    ['wrong', () => 'B12', 422],
  ])('what is %s is answered and logged as by Express', async (_what, asinOf, status) => {
    const asin = asinOf();
    const encoded = `%42${asin.slice(1)}`;
    if (status === 200) await stage(asin, 'US', -10);
    const replies = [await look(asin), await look(encoded)];
    const seen = replies.map(({ status, headers, body }) => ({
      status,
      headers: HEADERS.map((name) => headers.get(name)),
      body: { ...body, asOf: null, requestId: null },
    }));
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.status).toBe(status);
    for (const { headers } of replies) {
      const requestId = headers.get('request-id');
      expect(requestId).toMatch(/^req_/);
      const findLine = () => api.logged.find((line) => line['requestId'] === requestId);
      while (findLine() === undefined) await new Promise(setImmediate);
      expect(findLine()).toMatchObject({ method: 'GET', route: '/v1/badges/{marketplace}/{asin}', status });
    }
  });
});

describe('many at once', () => {
  const lookUp = (body: unknown) => api.as(null)('POST', '/v1/badges/lookup', { body });

  test('are answered in the order asked, as of one instant, without a token', async () => {
    const [one, other] = [newAsin(), newAsin()];
    await stage(one, 'US', -10);
    await stage(other, 'CA', 3600);
    await stage(other, 'JP', -5);
    const { status, body, headers } = await lookUp({
      badges: [
        { marketplace: 'JP', asin: other },
        { marketplace: 'US', asin: ` ${one.toLowerCase()} ` },
        { marketplace: 'CA', asin: other },
        { marketplace: 'US', asin: one },
      ],
    });
    expect(status).toBe(200);
    const carried = [{ program: 'WWA', since: textLike(/Z$/) }];
    expect(body).toEqual({
      data: [
        { marketplace: 'JP', asin: other, badges: carried },
        { marketplace: 'US', asin: one, badges: carried },
        { marketplace: 'CA', asin: other, badges: [] },
        { marketplace: 'US', asin: one, badges: carried },
      ],
      asOf: textLike(/Z$/),
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('may be five hundred, and no more', async () => {
    const badges = Array.from({ length: 501 }, () => ({ marketplace: 'US', asin: newAsin() }));
    const { status, body } = await lookUp({ badges: badges.slice(1) });
    expect([status, (body['data'] as unknown as object[]).length]).toEqual([200, 500]);
    const refused = await lookUp({ badges });
    expect([refused.status, refused.body['errors']]).toMatchObject([
      422,
      [{ pointer: '/badges', code: 'TOO_MANY', expected: 'at most 500 entries' }],
    ]);
    expect((await lookUp({ badges: [] })).body['errors']).toMatchObject([
      { pointer: '/badges', code: 'REQUIRED' },
    ]);
  });

  test('each that is wrong is named, all together, with what is expected', async () => {
    const { status, body } = await lookUp({
      badges: [
        { marketplace: 'US', asin: newAsin() },
        { marketplace: 'XX', asin: '0306406152' },
        { marketplace: 'US' },
        { marketplace: 'US', asin: 'B0' },
      ],
    });
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([
      {
        pointer: '/badges/1/marketplace',
        code: 'UNKNOWN_MARKETPLACE',
        found: 'XX',
        expected: textLike(/^US, CA/),
      },
      { pointer: '/badges/1/asin', code: 'ASIN_OF_A_BOOK', found: '0306406152' },
      { pointer: '/badges/2/asin', code: 'REQUIRED' },
      {
        pointer: '/badges/3/asin',
        code: 'INVALID_ASIN',
        detail: 'An ASIN has 10 characters, this has 2.',
        found: 'B0',
        expected: 'B and 9 more letters or digits, for example B07N4M94X4',
      },
    ]);
  });
});
