/** Signing in to the console, with the embedded identity provider and the real client of its protocol. */
import { tryAgain } from '../../api/problem';
import type { Account } from '../../dev/identity-provider/provider';
import { startIdentityProvider, type RunningProvider } from '../setup/identity-provider';
import { Visitor } from '../setup/visitor';
import { startApi, type Api } from './api-server';

const password = 'a password of the tests';
const account = (subject: string, email: string, rest: Partial<Account> = {}): Account => ({
  subject,
  name: subject,
  email,
  isConfirmed: true,
  password,
  ...rest,
});
const accounts = [
  account('one', 'Maker@people.example'),
  account('two', 'reviewer@people.example'),
  account('nobody', 'nobody@people.example'),
  account('unconfirmed', 'viewer@people.example', { isConfirmed: false }),
];

let api: Api;
let provider: RunningProvider;
beforeAll(async () => {
  api = await startApi({
    deps: async (url) => {
      provider = await startIdentityProvider(url, accounts);
      return { identityProvider: provider.clientFor(url) };
    },
  });
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const newVisitor = () => new Visitor(api.url);

test('with mail address and password one comes to the page that was asked for', async () => {
  const visitor = newVisitor();
  const { status, url, cookies } = await visitor.signIn(
    'maker@PEOPLE.example',
    password,
    '/badge-requests?stage=CHECKING',
  );
  expect([status, url]).toEqual([303, '/badge-requests?stage=CHECKING']);
  expect(cookies).toEqual([
    expect.stringMatching(/^badge-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^badge-sign-in=; Max-Age=0;/),
  ]);
  expect(await visitor.whoAmI()).toBe('maker');
});

test.each([
  'https://elsewhere.example/',
  '//elsewhere.example',
  '/\\elsewhere.example',
  'javascript:alert(1)',
  'http://[',
])('nobody is led to %s', async (to) => {
  const { url } = await newVisitor().signIn('reviewer@people.example', password, to);
  expect(url).toBe('/badge-requests');
});

test('a wrong password lets nobody in', async () => {
  const visitor = newVisitor();
  await expect(visitor.callback('maker@people.example', 'guessed')).rejects.toThrow(
    'Nobody has this mail address and this password.',
  );
  expect(await visitor.whoAmI()).toBe(401);
});

test('signing out ends the session here and leads to the provider', async () => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  const kept = new Map(visitor.cookies);
  const { status, text } = await visitor.ask(`${api.url}/v1/session`, { method: 'DELETE' });
  const { next } = JSON.parse(text) as { next: string };
  expect([status, next.startsWith(`${provider.issuer}/session/end?`)]).toEqual([200, true]);
  expect(visitor.cookies.has('badge-session')).toBe(false);
  for (const [name, value] of kept) visitor.cookies.set(name, value);
  expect(await visitor.whoAmI()).toBe(401);
  expect((await visitor.ask(next)).text).toContain('Sign out here, too');
});

test('who signs out of a session that is over still signs out at the provider', async () => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  await api.pool.query(`update console_sessions set used_at = now() - interval '2 hours'`);
  const { status, text } = await visitor.ask(`${api.url}/v1/session`, { method: 'DELETE' });
  expect([status, text]).toEqual([200, expect.stringContaining('/session/end?')]);
  const again = await visitor.ask(`${api.url}/v1/session`, { method: 'DELETE' });
  expect([again.status, again.text]).toEqual([200, '{"next":"/badge-requests"}']);
});

test('what the provider has signed is recognised after its restart', async () => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  const { text } = await visitor.ask(`${api.url}/v1/session`, { method: 'DELETE' });
  await provider.close();
  provider = await startIdentityProvider(api.url, accounts, Number(new URL(provider.issuer).port));
  const { next } = JSON.parse(text) as { next: string };
  expect((await visitor.ask(next)).text).toContain('/session/end/confirm');
});

test('signing in again ends the session before', async () => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  const before = visitor.cookies.get('badge-session') ?? '';
  const again = await visitor.follow(`${api.url}/auth/sign-in`, (next) => next.startsWith(`${api.url}/auth`));
  await visitor.ask(again.url);
  expect(visitor.cookies.get('badge-session')).not.toBe(before);
  const other = newVisitor();
  other.cookies.set('badge-session', before);
  expect([await visitor.whoAmI(), await other.whoAmI()]).toEqual(['maker', 401]);
});

describe('a call with the cookie', () => {
  const call = async (method: string, path: string, headers: Record<string, string>) => {
    const visitor = newVisitor();
    await visitor.signIn('maker@people.example', password);
    return api.as(null)(method, path, {
      ...(method === 'POST' && { body: {} }),
      headers: { cookie: visitor.cookieHeader(), ...headers },
    });
  };
  const countFeeds = async () =>
    (await api.pool.query<{ n: number }>('select count(*)::int as n from calendar_feeds')).rows[0]?.n;

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
    expect((await call('POST', '/v1/calendar/feeds', { origin: api.url })).status).toBe(201);
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
    const visitor = newVisitor();
    await visitor.signIn('reviewer@people.example', password);
    const reply = await api.as('maker')('GET', '/v1/me', { headers: { cookie: visitor.cookieHeader() } });
    expect(reply.body['name']).toBe('maker');
  });
});

describe('nobody is signed in', () => {
  test('whose browser kept nothing of the start', async () => {
    const callback = await newVisitor().callback('maker@people.example', password);
    const other = newVisitor();
    const seen = await other.ask(callback);
    expect([seen.status, seen.cookies]).toEqual([400, []]);
    expect(seen.text).toContain('<a href="/auth/sign-in?to=%2Fbadge-requests">Sign in again</a>');
  });

  test('with the answer that another browser got', async () => {
    const victim = newVisitor();
    await victim.follow(`${api.url}/auth/sign-in`);
    const attackers = await newVisitor().callback('reviewer@people.example', password);
    expect((await victim.ask(attackers)).status).toBe(400);
    expect(await victim.whoAmI()).toBe(401);
  });

  test('twice with one answer', async () => {
    const visitor = newVisitor();
    const callback = await visitor.callback('maker@people.example', password);
    const kept = visitor.cookies.get('badge-sign-in') ?? '';
    expect((await visitor.ask(callback)).status).toBe(303);
    visitor.cookies.set('badge-sign-in', kept);
    expect((await visitor.ask(callback)).status).toBe(400);
  });

  test('who turned back at the provider', async () => {
    const visitor = newVisitor();
    const begun = await visitor.ask(`${api.url}/auth/sign-in`);
    const state = new URL(begun.url).searchParams.get('state') ?? '';
    const seen = await visitor.ask(
      `${api.url}/auth/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(provider.issuer)}`,
    );
    expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('You were not signed in')]);
  });

  test.each([
    ['whom the service does not know', 'nobody@people.example'],
    ['whose address is not confirmed', 'viewer@people.example'],
  ])('%s', async (_, email) => {
    const visitor = newVisitor();
    const seen = await visitor.signIn(email, password);
    expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('You have no account here')]);
    expect(await visitor.whoAmI()).toBe(401);
    // Not the same account again without being asked.
    const again = /href="(\/auth\/sign-in[^"]*)"/.exec(seen.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await visitor.follow(`${api.url}${again}`)).text).toContain('Mail address');
  });

  test('because of something else than they did, and is told so', async () => {
    const away = async () => {
      throw tryAgain(new Error('The database is away'));
    };
    const faulty = await startApi({
      deps: async () => ({
        publicUrl: api.url,
        identityProvider: { ...provider.clientFor(api.url), complete: away },
      }),
    });
    const visitor = newVisitor();
    const callback = new URL(await visitor.callback('maker@people.example', password));
    const seen = await visitor.ask(`${faulty.url}${callback.pathname}${callback.search}`);
    expect([seen.status, seen.text]).toEqual([503, expect.stringContaining('no fault of yours')]);
    expect(JSON.stringify(faulty.logged)).toContain('signing in failed');
    await faulty.close();
  });

  test('while our client has another secret than the provider knows, and the log says why', async () => {
    const wrong = await startApi({
      deps: async () => ({
        publicUrl: api.url,
        identityProvider: provider.clientFor(api.url, 'another secret'),
      }),
    });
    const visitor = newVisitor();
    const callback = new URL(await visitor.callback('maker@people.example', password));
    const seen = await visitor.ask(`${wrong.url}${callback.pathname}${callback.search}`);
    expect(seen.status).toBe(503);
    expect(JSON.stringify(wrong.logged)).toContain('"code":"invalid_client"');
    await wrong.close();
  });
});

test('who gets the mail address of somebody else later is not taken for them', async () => {
  await newVisitor().signIn('maker@people.example', password);
  const name = (before: string, after: string) =>
    api.pool.query('update identities set subject = $2 where subject = $1', [before, after]);
  await name('one', 'somebody before');
  expect((await newVisitor().signIn('maker@people.example', password)).status).toBe(403);
  await name('somebody before', 'one');
});

test('who came by another name of the machine is signed in by the public one', async () => {
  const visitor = newVisitor();
  const other = api.url.replace('127.0.0.1', 'localhost');
  const seen = await visitor.ask(`${other}/auth/sign-in?to=/badge-requests/new`);
  expect([seen.status, seen.url]).toEqual([303, `${api.url}/auth/sign-in?to=%2Fbadge-requests%2Fnew&sent=`]);
  // Behind a proxy that gives us another name, too.
  const { url } = await visitor.ask(`${other}/auth/sign-in?sent=`);
  expect(url.startsWith(`${provider.issuer}/auth?`)).toBe(true);
});

test.each([
  ['lasted its hours', `expires_at = now() - interval '1 second'`],
  ['was not used', `used_at = now() - interval '61 minutes'`],
])('a session that %s is over', async (_, change) => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  await api.pool.query(`update console_sessions set ${change}`);
  expect(await visitor.whoAmI()).toBe(401);
});

test('who has left is signed out, and signs in no more', async () => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  const leave = (left: string) =>
    api.pool.query(`update people set left_at = ${left} where id in ('person_maker', 'person_reviewer')`);
  await leave('now()');
  expect(await visitor.whoAmI()).toBe(401);
  expect((await newVisitor().signIn('maker@people.example', password)).status).toBe(403);
  await api.pool.query(`delete from identities where person_id = 'person_reviewer'`);
  expect((await newVisitor().signIn('reviewer@people.example', password)).status).toBe(403);
  await leave('null');
});

test('a session lasts while it is used', async () => {
  const visitor = newVisitor();
  await visitor.signIn('maker@people.example', password);
  await api.pool.query(`update console_sessions set used_at = now() - interval '50 minutes'`);
  expect(await visitor.whoAmI()).toBe('maker');
  await api.pool.query(`update console_sessions set used_at = used_at - interval '50 minutes'`);
  expect(await visitor.whoAmI()).toBe('maker');
});

test('while the provider is away a page says so, and afterwards all is well', async () => {
  const port = Number(new URL(provider.issuer).port);
  const gone = await startApi({ deps: async (url) => ({ identityProvider: provider.clientFor(url) }) });
  await provider.close();
  const visitor = newVisitor();
  const seen = await visitor.ask(`${gone.url}/auth/sign-in`);
  expect([seen.status, seen.text]).toEqual([503, expect.stringContaining('does not work at the moment')]);
  provider = await startIdentityProvider(gone.url, accounts, port);
  expect((await visitor.ask(`${gone.url}/auth/sign-in`)).status).toBe(303);
  await gone.close();
  await provider.close();
  provider = await startIdentityProvider(api.url, accounts, port);
  expect((await newVisitor().signIn('maker@people.example', password)).status).toBe(303);
});

test('by TLS the cookies are of this host and of TLS alone', async () => {
  const publicUrl = 'https://badges.example';
  const readEmail = async () => 'colleague@people.example';
  const complete = async () => ({
    identity: { issuer: provider.issuer, subject: 'colleague', readEmail },
    idToken: 'none',
  });
  const secure = await startApi({
    deps: async () => ({
      publicUrl,
      identityProvider: { ...provider.clientFor(publicUrl), complete },
    }),
  });
  const visitor = new Visitor(secure.url);
  const begun = await visitor.ask(`${secure.url}/auth/sign-in?sent=`);
  expect(begun.cookies).toEqual([
    expect.stringMatching(
      /^__Host-badge-sign-in=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
  const done = await visitor.ask(`${secure.url}/auth/callback?code=any`);
  expect(done.cookies[0]).toMatch(
    /^__Host-badge-session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(await visitor.whoAmI()).toBe('colleague');
  await secure.close();
});

test('the log names nobody and holds nothing that lets somebody in', () => {
  const log = JSON.stringify(api.logged);
  expect(log).toContain('somebody could not be signed in');
  expect(log).not.toMatch(/@people|code=|state=|badge-session/);
});
