/** Signing in to the console, with the embedded identity provider and the real client of its protocol. */
import { parseSetCookie } from 'cookie';
import { fetch } from 'undici';
import { createIdentityProvider } from '../../api/sign-in/identity-provider';
import type { Account } from '../../dev/identity-provider/provider';
import { startIdentityProvider, type RunningProvider } from '../setup/identity-provider';
import { readyForm, startApi, type Api } from './api-server';

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
      return { identityProvider: clientOf(url, provider) };
    },
  });
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const clientOf = (url: string, { issuer, client }: RunningProvider) =>
  createIdentityProvider({
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    callbackUrl: `${url}/auth/callback`,
    signedOutUrl: `${url}/badge-requests`,
  });

interface Seen {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly cookies: readonly string[];
}

/** Keeps cookies as a browser does, for all ports of the host alike, and follows where it is sent. */
class Visitor {
  readonly cookies = new Map<string, string>();

  async ask(url: string, init: { method?: string; form?: Record<string, string> } = {}): Promise<Seen> {
    const { method = 'GET', form } = init;
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'sec-fetch-site': 'same-origin',
      },
      ...(form && { body: new URLSearchParams(form) }),
    });
    const cookies = response.headers.getSetCookie();
    for (const { name, value = '', maxAge } of cookies.map((cookie) => parseSetCookie(cookie)))
      if (maxAge === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    const location = response.headers.get('location');
    return { status: response.status, url: location ?? url, text: await response.text(), cookies };
  }

  /** @returns the first page that is no redirection, or the address that leads back to the API */
  async follow(url: string, isEnd = (_next: string) => false): Promise<Seen> {
    let seen = await this.ask(url);
    let at = url;
    for (let hops = 0; hops < 10 && (seen.status === 302 || seen.status === 303); hops++) {
      at = new URL(seen.url, at).href;
      if (isEnd(at)) return { ...seen, url: at };
      seen = await this.ask(at);
    }
    return { ...seen, url: at };
  }

  /** @returns the address at which the provider sends somebody back to the API */
  async callback(email: string, { to = '/badge-requests', given = password } = {}): Promise<string> {
    const login = await this.follow(`${api.url}/auth/sign-in?to=${encodeURIComponent(to)}`);
    const answered = await this.ask(login.url, { method: 'POST', form: { email, password: given } });
    if (answered.status === 401) throw new Error(answered.text);
    const isBack = (next: string) => next.startsWith(`${api.url}/`);
    const back = await this.follow(new URL(answered.url, login.url).href, isBack);
    return back.url;
  }

  async signIn(email: string, to?: string): Promise<Seen> {
    return this.ask(await this.callback(email, to === undefined ? {} : { to }));
  }
}

const asWho = async (visitor: Visitor) => {
  const { status, text } = await visitor.ask(`${api.url}/v1/me`);
  return status === 200 ? (JSON.parse(text) as { name: string }).name : status;
};

test('with mail address and password one comes to the page that was asked for', async () => {
  const visitor = new Visitor();
  const { status, url, cookies } = await visitor.signIn(
    'maker@PEOPLE.example',
    '/badge-requests?stage=CHECKING',
  );
  expect([status, url]).toEqual([303, '/badge-requests?stage=CHECKING']);
  expect(cookies).toEqual([
    expect.stringMatching(/^badge-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^badge-sign-in=; Max-Age=0;/),
  ]);
  expect(await asWho(visitor)).toBe('maker');
});

test.each([
  'https://elsewhere.example/',
  '//elsewhere.example',
  '/\\elsewhere.example',
  'javascript:alert(1)',
  'http://[',
])('nobody is led to %s', async (to) => {
  const { url } = await new Visitor().signIn('reviewer@people.example', to);
  expect(url).toBe('/badge-requests');
});

test('a wrong password lets nobody in', async () => {
  const visitor = new Visitor();
  await expect(visitor.callback('maker@people.example', { given: 'guessed' })).rejects.toThrow(
    'Nobody has this mail address and this password.',
  );
  expect(await asWho(visitor)).toBe(401);
});

test('signing out ends the session here and leads to the provider', async () => {
  const visitor = new Visitor();
  await visitor.signIn('maker@people.example');
  const kept = new Map(visitor.cookies);
  const { status, text } = await visitor.ask(`${api.url}/v1/session`, { method: 'DELETE' });
  const { next } = JSON.parse(text) as { next: string };
  expect([status, next.startsWith(`${provider.issuer}/session/end?`)]).toEqual([200, true]);
  expect(visitor.cookies.has('badge-session')).toBe(false);
  for (const [name, value] of kept) visitor.cookies.set(name, value);
  expect(await asWho(visitor)).toBe(401);
  expect((await visitor.ask(next)).text).toContain('Sign out here, too');
});

test('signing in again ends the session before', async () => {
  const visitor = new Visitor();
  await visitor.signIn('maker@people.example');
  const before = visitor.cookies.get('badge-session') ?? '';
  const again = await visitor.follow(`${api.url}/auth/sign-in`, (next) => next.startsWith(`${api.url}/auth`));
  await visitor.ask(again.url);
  expect(visitor.cookies.get('badge-session')).not.toBe(before);
  const other = new Visitor();
  other.cookies.set('badge-session', before);
  expect([await asWho(visitor), await asWho(other)]).toEqual(['maker', 401]);
});

describe('a call with the cookie that changes something', () => {
  const comment = async (headers: Record<string, string>) => {
    const visitor = new Visitor();
    await visitor.signIn('maker@people.example');
    const cookie = `badge-session=${visitor.cookies.get('badge-session') ?? ''}`;
    return api.as(null)('POST', '/v1/calendar/feeds', { body: {}, headers: { cookie, ...headers } });
  };
  const count = async () =>
    (await api.pool.query<{ n: number }>('select count(*)::int as n from calendar_feeds')).rows[0]?.n;

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    ['another origin', { origin: 'https://elsewhere.example' }],
    ['nowhere', {}],
  ])('is refused from %s', async (_, headers) => {
    const before = await count();
    const reply = await comment(headers);
    expect([reply.status, reply.body['code'], await count()]).toEqual([403, 'FORBIDDEN', before]);
  });

  test('is taken from the console', async () => {
    expect((await comment({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await comment({ origin: api.url })).status).toBe(201);
  });
});

test('a bearer token counts before the cookie', async () => {
  const visitor = new Visitor();
  await visitor.signIn('reviewer@people.example');
  const cookie = `badge-session=${visitor.cookies.get('badge-session') ?? ''}`;
  const reply = await api.as('maker')('POST', '/v1/badge-requests', {
    body: readyForm(),
    headers: { cookie },
  });
  // By the maker's token: the reviewer would be refused. Nobody works here, so nothing is created.
  expect(reply.status).not.toBe(403);
});

describe('nobody is signed in', () => {
  test('whose browser kept nothing of the start', async () => {
    const callback = await new Visitor().callback('maker@people.example');
    const other = new Visitor();
    const seen = await other.ask(callback);
    expect([seen.status, seen.cookies]).toEqual([400, []]);
    expect(seen.text).toContain('<a href="/auth/sign-in?to=%2Fbadge-requests">Sign in again</a>');
  });

  test('with the answer that another browser got', async () => {
    const victim = new Visitor();
    await victim.follow(`${api.url}/auth/sign-in`);
    const attackers = await new Visitor().callback('reviewer@people.example');
    expect((await victim.ask(attackers)).status).toBe(400);
    expect(await asWho(victim)).toBe(401);
  });

  test('twice with one answer', async () => {
    const visitor = new Visitor();
    const callback = await visitor.callback('maker@people.example');
    const kept = visitor.cookies.get('badge-sign-in') ?? '';
    expect((await visitor.ask(callback)).status).toBe(303);
    visitor.cookies.set('badge-sign-in', kept);
    expect((await visitor.ask(callback)).status).toBe(400);
  });

  test('who turned back at the provider', async () => {
    const visitor = new Visitor();
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
    const visitor = new Visitor();
    const seen = await visitor.signIn(email);
    expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('You have no account here')]);
    expect(await asWho(visitor)).toBe(401);
  });
});

test('who gets the mail address of somebody else later is not taken for them', async () => {
  await new Visitor().signIn('maker@people.example');
  const subject = api.pool.query.bind(api.pool);
  await subject(`update identities set subject = 'somebody before' where subject = 'one'`);
  expect((await new Visitor().signIn('maker@people.example')).status).toBe(403);
  await subject(`update identities set subject = 'one' where subject = 'somebody before'`);
});

test('who came by another name of the machine is signed in by the public one', async () => {
  const visitor = new Visitor();
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
  const visitor = new Visitor();
  await visitor.signIn('maker@people.example');
  await api.pool.query(`update console_sessions set ${change}`);
  expect(await asWho(visitor)).toBe(401);
});

test('who has left is signed out, and signs in no more', async () => {
  const visitor = new Visitor();
  await visitor.signIn('maker@people.example');
  const leave = (left: string) =>
    api.pool.query(`update people set left_at = ${left} where id in ('person_maker', 'person_reviewer')`);
  await leave('now()');
  expect(await asWho(visitor)).toBe(401);
  expect((await new Visitor().signIn('maker@people.example')).status).toBe(403);
  await api.pool.query(`delete from identities where person_id = 'person_reviewer'`);
  expect((await new Visitor().signIn('reviewer@people.example')).status).toBe(403);
  await leave('null');
});

test('a session lasts while it is used', async () => {
  const visitor = new Visitor();
  await visitor.signIn('maker@people.example');
  await api.pool.query(`update console_sessions set used_at = now() - interval '50 minutes'`);
  expect(await asWho(visitor)).toBe('maker');
  await api.pool.query(`update console_sessions set used_at = used_at - interval '50 minutes'`);
  expect(await asWho(visitor)).toBe('maker');
});

test('while the provider is away a page says so, and afterwards all is well', async () => {
  const port = Number(new URL(provider.issuer).port);
  const gone = await startApi({ deps: async (url) => ({ identityProvider: clientOf(url, provider) }) });
  await provider.close();
  const visitor = new Visitor();
  const seen = await visitor.ask(`${gone.url}/auth/sign-in`);
  expect([seen.status, seen.text]).toEqual([503, expect.stringContaining('does not answer')]);
  provider = await startIdentityProvider(gone.url, accounts, port);
  expect((await visitor.ask(`${gone.url}/auth/sign-in`)).status).toBe(303);
  await gone.close();
  await provider.close();
  provider = await startIdentityProvider(api.url, accounts, port);
  expect((await new Visitor().signIn('maker@people.example')).status).toBe(303);
});

test('by TLS the cookies are of this host and of TLS alone', async () => {
  const secure = await startApi({
    deps: async () => ({
      publicUrl: 'https://badges.example',
      identityProvider: clientOf('https://badges.example', provider),
    }),
  });
  const { cookies } = await new Visitor().ask(`${secure.url}/auth/sign-in?sent=`);
  expect(cookies).toEqual([
    expect.stringMatching(
      /^__Host-badge-sign-in=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
  await secure.close();
});

test('the log names nobody and holds nothing that lets somebody in', () => {
  const log = JSON.stringify(api.logged);
  expect(log).toContain('somebody could not be signed in');
  expect(log).not.toMatch(/@people|code=|state=|badge-session/);
});
