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
      values ($1, $2, 'WWA', $3, $4, now() + $5 * interval '1 second')`,
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

test.each(['SUSPENDED', 'REMOVED'])('a badge that is %s is not there', async (status) => {
  const asin = newAsin();
  await stage(asin, 'US', -10, status);
  expect((await look(asin)).body['badges']).toEqual([]);
});

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
