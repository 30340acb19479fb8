/** How often whoever calls may do so, over real HTTP. */
import { Webhook } from 'standardwebhooks';
import { hashSecret } from '../../api/authentication';
import { createCallLimit, networkOf } from '../../api/call-limit';
import { openPool } from '../../db/pool';
import { people, SECRET, startApi, type Api, type CallOptions, type PersonName } from './api-server';

const LIMIT = 3;
let now = 0;
let api: Api;
let uncounted: Api;
beforeAll(async () => {
  const callLimit = createCallLimit(LIMIT, () => now);
  api = await startApi({ deps: { callLimit, proxiesInFront: 1 } });
  uncounted = await startApi({ deps: { callLimit, proxiesInFront: undefined } });
});
afterAll(async () => {
  await api.close();
  await uncounted.close();
});
// In place of waiting for another minute.
beforeEach(() => (now += 60_000));

const me = (person: PersonName | null, options: CallOptions = {}) => api.as(person)('GET', '/v1/me', options);
const from = (address: string, headers = {}) => ({ headers: { 'x-forwarded-for': address, ...headers } });
const statuses = async (times: number, call: () => Promise<{ status: number }>) => {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push((await call()).status);
  return found;
};

test('a person has as many calls as a minute allows, with whatever tokens, and takes none from another', async () => {
  await api.pool.query(
    `insert into access_tokens (token_hash, person_id, expires_at) values ($1, $2, now() + interval '1 day')`,
    [hashSecret('second'), people.maker.id],
  );
  const second = () => me(null, { headers: { authorization: 'Bearer second' } });
  const first = await me('maker');
  expect([first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
    '"person";q=3;w=60',
    '"person";r=2;t=60',
  ]);
  now += 18_500;
  expect((await second()).headers.get('ratelimit')).toBe('"person";r=1;t=42');
  expect((await me('maker')).headers.get('ratelimit')).toBe('"person";r=0;t=42');
  const refused = await second();
  expect([refused.status, refused.body]).toMatchObject([429, { code: 'TOO_MANY_CALLS', status: 429 }]);
  expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect([refused.headers.get('retry-after'), refused.headers.get('ratelimit')]).toEqual([
    '42',
    '"person";r=0;t=42',
  ]);
  expect((await me('colleague')).status).toBe(200);
  now += 41_500;
  expect(await statuses(4, second)).toEqual([200, 200, 200, 429]);
});

test('a call that is refused has done nothing, and its key may be used again', async () => {
  const create = () => api.as('stranger')('POST', '/v1/badge-requests', { body: {}, key: 'limited' });
  const count = async () =>
    (await api.pool.query(`select from badge_requests where organization_id = 'org_two'`)).rowCount;
  await statuses(LIMIT, () => me('stranger'));
  expect((await create()).status).toBe(429);
  expect(await count()).toBe(0);
  now += 60_000;
  const created = await create();
  expect([created.status, created.headers.get('idempotent-replayed')]).toEqual([201, null]);
  expect(await count()).toBe(1);
});

test('a call that its role may not make counts', async () => {
  const call = () => api.as('viewer')('GET', '/metrics');
  expect(await statuses(4, call)).toEqual([403, 403, 403, 429]);
});

test('what is nobody’s counts by its address, and holds up nobody who is known there', async () => {
  const wrong = () => me(null, from('192.0.2.1', { authorization: 'Bearer wrong' }));
  expect(await statuses(1, () => me(null, from('192.0.2.1')))).toEqual([401]);
  expect(await statuses(1, () => api.as(null)('GET', '/docs', from('192.0.2.1')))).toEqual([200]);
  expect(await statuses(2, wrong)).toEqual([401, 429]);
  const page = await api.as(null)('GET', '/docs', from('192.0.2.1'));
  expect([page.status, page.headers.get('ratelimit')]).toEqual([429, '"address";r=0;t=60']);
  expect((await me(null, from('192.0.2.2'))).status).toBe(401);
  expect((await me('maker', from('192.0.2.1'))).status).toBe(200);
});

test('an address is what our own proxy says, whatever is said before it', async () => {
  const call = (said: string) => () => me(null, from(`${said}, 192.0.2.3`));
  expect(await statuses(2, call('198.51.100.1'))).toEqual([401, 401]);
  expect(await statuses(2, call('198.51.100.2'))).toEqual([401, 429]);
  expect((await me(null, from('198.51.100.1'))).status).toBe(401);
});

test.each(['/console/main.js', '/docs/assets/page.css'])(
  'a page’s own files, of which each has dozens, count for nobody: %s',
  async (file) => {
    const call = () => api.as(null)('GET', file, from('192.0.2.6'));
    expect(await statuses(5, call)).toEqual(Array(5).fill(200));
  },
);

test('lookups of a badge, and whether the service is well, count for nobody', async () => {
  for (const path of ['/v1/badges/US/B000000000', '/v1/badges/US/b00000000%30', '/livez', '/readyz']) {
    const call = () => api.as(null)('GET', path, from('192.0.2.4'));
    expect([path, await statuses(5, call)]).toEqual([path, Array(5).fill(200)]);
    expect((await call()).headers.get('ratelimit')).toBeNull();
  }
  const many = { body: { badges: [{ marketplace: 'US', asin: 'B000000000' }] }, ...from('192.0.2.4') };
  expect(await statuses(4, () => api.as(null)('POST', '/v1/badges/lookup', many))).toEqual([
    ...Array<number>(3).fill(200),
    429,
  ]);
});

test('events that are signed are taken, however many, and others count by their address', async () => {
  const body = '{"type":"certification_lab.moved"}';
  let events = 0;
  const send = (secret: string) => () => {
    const id = `whe_limited_${(events += 1)}`;
    const at = new Date();
    const signed = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    };
    return api.as(null)('POST', '/v1/certification-events', { raw: body, ...from('192.0.2.5', signed) });
  };
  const strangers = `whsec_${Buffer.from('somebody else’s secret, 32 bytes').toString('base64')}`;
  expect(await statuses(4, send(strangers))).toEqual([401, 401, 401, 429]);
  expect(await statuses(5, send(SECRET))).toEqual(Array(5).fill(202));
});

test('a call that fails because the database is away counts for nobody', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none';
  const pool = openPool({ url, size: 1, name: 'away', onError: () => undefined });
  const callLimit = createCallLimit(LIMIT, () => now);
  const away = await startApi({ deps: { callLimit, proxiesInFront: 1, pool } });
  const call = () => away.as('maker')('GET', '/v1/me', from('192.0.2.7'));
  expect(await statuses(LIMIT + 1, call)).toEqual(Array(LIMIT + 1).fill(503));
  await away.close();
  await pool.end();
});

test('where it is not known whose an address is, people alone have a limit', async () => {
  const call = (person: PersonName | null) => () => uncounted.as(person)('GET', '/v1/me');
  expect(await statuses(5, call(null))).toEqual(Array(5).fill(401));
  expect(await statuses(4, call('maker'))).toEqual([200, 200, 200, 429]);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['2001:db8::2:3:4:5:6', '2001:db8:0:2'],
  ['::1', '0:0:0:0'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['unknown', ''],
  ['x'.repeat(9_000), ''],
  [undefined, ''],
])('of %s calls are counted as of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
