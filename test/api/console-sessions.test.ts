/** Being signed in to the console: how long it lasts, what its cookie may do, how it ends. */
import { password, signInScene } from './sign-in-scene';

const scene = signInScene();

test('signing out ends the session here and leads to the provider', async () => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  const kept = new Map(visitor.cookies);
  const { status, text } = await visitor.ask(`${scene.api.url}/v1/session`, { method: 'DELETE' });
  const { next } = JSON.parse(text) as { next: string };
  expect([status, next.startsWith(`${scene.provider.issuer}/session/end?`)]).toEqual([200, true]);
  expect(visitor.cookies.has('badge-session')).toBe(false);
  for (const [name, value] of kept) visitor.cookies.set(name, value);
  expect(await visitor.whoAmI()).toBe(401);
  expect((await visitor.ask(next)).text).toContain('Sign out here, too');
});

test('who signs out of a session that is over still signs out at the provider', async () => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  await scene.api.pool.query(`update console_sessions set used_at = now() - interval '2 hours'`);
  const { status, text } = await visitor.ask(`${scene.api.url}/v1/session`, { method: 'DELETE' });
  expect([status, text]).toEqual([200, expect.stringContaining('/session/end?')]);
  const again = await visitor.ask(`${scene.api.url}/v1/session`, { method: 'DELETE' });
  expect([again.status, again.text]).toEqual([200, '{"next":"/badge-requests"}']);
});

test('signing in again ends the session before', async () => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  const before = visitor.cookies.get('badge-session') ?? '';
  const again = await visitor.follow(`${scene.api.url}/auth/sign-in`, (next) =>
    next.startsWith(`${scene.api.url}/auth`),
  );
  await visitor.ask(again.url);
  expect(visitor.cookies.get('badge-session')).not.toBe(before);
  const other = scene.newVisitor();
  other.cookies.set('badge-session', before);
  expect([await visitor.whoAmI(), await other.whoAmI()]).toEqual(['maker', 401]);
});

describe('a call with the cookie', () => {
  const call = async (method: string, path: string, headers: Record<string, string>) => {
    const visitor = scene.newVisitor();
    await visitor.signIn('maker@people.example', password);
    return scene.api.as(null)(method, path, {
      ...(method === 'POST' && { body: {} }),
      headers: { cookie: visitor.cookieHeader(), ...headers },
    });
  };
  const countFeeds = async () =>
    (await scene.api.pool.query<{ n: number }>('select count(*)::int as n from calendar_feeds')).rows[0]?.n;

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    ['another origin', { origin: 'https://elsewhere.example' }],
    ['nowhere', {}],
  ])('that changes something is refused from %s', async (_, headers) => {
    const before = await countFeeds();
    const reply = await call('POST', '/v1/calendar/feeds', headers);
    expect([reply.status, reply.body['code'], await countFeeds()]).toEqual([403, 'FOREIGN_ORIGIN', before]);
  });

  test('that changes something is taken from the console', async () => {
    expect((await call('POST', '/v1/calendar/feeds', { 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await call('POST', '/v1/calendar/feeds', { origin: scene.api.url })).status).toBe(201);
  });

  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('that reads, with Sec-Fetch-Site: %s, is answered %i', async (site, status) => {
    expect((await call('GET', '/v1/me', { 'sec-fetch-site': site })).status).toBe(status);
  });

  test('signs nobody out from another site', async () => {
    expect((await call('DELETE', '/v1/session', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('and a bearer token counts by the token', async () => {
    const visitor = scene.newVisitor();
    await visitor.signIn('reviewer@people.example', password);
    const reply = await scene.api.as('maker')('GET', '/v1/me', {
      headers: { cookie: visitor.cookieHeader() },
    });
    expect(reply.body['name']).toBe('maker');
  });
});

test.each([
  ['lasted its hours', `expires_at = now() - interval '1 second'`],
  ['was not used', `used_at = now() - interval '61 minutes'`],
])('a session that %s is over', async (_, change) => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  await scene.api.pool.query(`update console_sessions set ${change}`);
  expect(await visitor.whoAmI()).toBe(401);
});

test('who has left is signed out, and signs in no more', async () => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  const leave = (left: string) =>
    scene.api.pool.query(
      `update people set left_at = ${left} where id in ('person_maker', 'person_reviewer')`,
    );
  await leave('now()');
  expect(await visitor.whoAmI()).toBe(401);
  expect((await scene.newVisitor().signIn('maker@people.example', password)).status).toBe(403);
  await scene.api.pool.query(`delete from identities where person_id = 'person_reviewer'`);
  expect((await scene.newVisitor().signIn('reviewer@people.example', password)).status).toBe(403);
  await leave('null');
});

test('a session lasts while it is used', async () => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  await scene.api.pool.query(`update console_sessions set used_at = now() - interval '50 minutes'`);
  expect(await visitor.whoAmI()).toBe('maker');
  await scene.api.pool.query(`update console_sessions set used_at = used_at - interval '50 minutes'`);
  expect(await visitor.whoAmI()).toBe('maker');
});
