/** How often an organization may have drafts checked. */
import { createWorld, type World } from '../setup/request-world';
import { readyForm, startApi, type Api, textLike, textOf } from './api-server';
import { requestCalls, type RequestCalls } from './request-calls';

const LIMIT = 3;
let world: World;
let api: Api;
let requests: RequestCalls;
let id: string;
beforeAll(async () => {
  world = await createWorld();
  api = await startApi({ world, deps: { checksPerMinute: LIMIT } });
  requests = requestCalls(api);
  id = await requests.create();
});
afterAll(async () => {
  await api.close();
  await world.close();
});
beforeEach(() => api.pool.query('delete from draft_checks'));

const check = (key?: string, person: 'maker' | 'colleague' = 'maker') =>
  requests.act(person, id, 'check', {}, key);
const checks = async (times: number) =>
  (await Promise.all(Array.from({ length: times }, () => check()))).map(({ status }) => status).sort();
/** In place of waiting. */
const age = (seconds: number) =>
  api.pool.query(`update draft_checks set created_at = created_at - $1 * interval '1 second'`, [seconds]);

test('of checks pressed at once no more than the minute allows are made, whoever of the organization presses', async () => {
  expect(await checks(8)).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
  const reply = await check(undefined, 'colleague');
  expect([reply.status, reply.body]).toMatchObject([
    429,
    {
      code: 'RATE_LIMITED',
      detail: textLike(/^Your organization has had its 3 checks of this minute; .*\d+ s\.$/),
    },
  ]);
  const seconds = Number(reply.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(30);
  expect(seconds).toBeLessThanOrEqual(60);
});

test('what is a minute old counts no more, and Retry-After says when that is', async () => {
  await check();
  await age(40);
  await check();
  await check();
  const refused = await check();
  expect(refused.status).toBe(429);
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(5);
  expect(seconds).toBeLessThanOrEqual(20);
  await age(seconds);
  expect(await checks(2)).toEqual([200, 429]);
});

test('repeats with the same key cost nothing, also when their first answer was lost', async () => {
  const first = await check('repeated');
  for (let times = 0; times < LIMIT; times += 1) expect((await check('repeated')).text).toBe(first.text);
  await api.pool.query(`update idempotency_keys set status = null, body = null where key = 'repeated'`);
  expect((await check('repeated')).status).toBe(200);
  expect(await checks(3)).toEqual([200, 200, 429]);
  await api.pool.query(`update idempotency_keys set status = null, body = null where key = 'repeated'`);
  expect((await check('repeated')).status).toBe(200);
});

test('a key that was refused may be used again after the wait', async () => {
  await checks(3);
  expect((await check('later')).status).toBe(429);
  await age(60);
  const again = await check('later');
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
});

test('a form that leaves nothing to ask costs nothing', async () => {
  const empty = await requests.create({});
  for (let times = 0; times <= LIMIT; times += 1) {
    const { status, body } = await requests.act('maker', empty, 'check');
    expect([status, body['findings']]).toEqual([200, []]);
  }
  expect(await checks(3)).toEqual([200, 200, 200]);
});

test('one organization’s checks take nothing from another', async () => {
  await checks(4);
  const { body } = await api.as('stranger')('POST', '/v1/badge-requests', {
    body: { ...readyForm(), productId: 'prod_two' },
  });
  expect((await requests.act('stranger', textOf(body['id']), 'check')).status).toBe(200);
});
