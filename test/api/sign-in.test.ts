/** Signing in to the console, with the embedded identity provider and the real client of its protocol. */
import { tryAgain } from '../../api/problem';
import { startIdentityProvider } from '../setup/identity-provider';
import { Visitor } from '../setup/visitor';
import { startApi } from './api-server';
import { accounts, password, signInScene } from './sign-in-scene';

const scene = signInScene();

test('with mail address and password one comes to the page that was asked for', async () => {
  const visitor = scene.newVisitor();
  const { status, url, cookies } = await visitor.signIn(
    'maker@PEOPLE.example',
    password,
    '/badge-requests?stage=CHECKING',
  );
  expect([status, url]).toEqual([303, '/badge-requests?stage=CHECKING']);
  expect(cookies).toEqual([
    expect.stringMatching(/^badge-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^badge-sign-in-[\w-]{12}=; Max-Age=0;/),
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
  const { url } = await scene.newVisitor().signIn('reviewer@people.example', password, to);
  expect(url).toBe('/badge-requests');
});

test('who has begun in two tabs is signed in in both, and comes to the page of each', async () => {
  const visitor = scene.newVisitor();
  const first = await visitor.ask(`${scene.api.url}/auth/sign-in?to=/badge-requests/first`);
  const second = await visitor.signIn('maker@people.example', password, '/badge-requests/second');
  const back = await visitor.follow(first.url, (next) => next.startsWith(`${scene.api.url}/`));
  const seen = await visitor.ask(back.url);
  expect([second.url, seen.url]).toEqual(['/badge-requests/second', '/badge-requests/first']);
  expect(await visitor.whoAmI()).toBe('maker');
});

test('sign-ins that nobody ends do not make calls too large', async () => {
  const visitor = scene.newVisitor();
  const to = `/badge-requests?q=${'x'.repeat(900)}`;
  for (let begun = 0; begun < 30; begun += 1) await visitor.ask(`${scene.api.url}/auth/sign-in?to=${to}`);
  const underWay = [...visitor.cookies.keys()].filter((name) => name.startsWith('badge-sign-in-'));
  expect(underWay.length).toBeLessThanOrEqual(4);
  expect((await visitor.signIn('maker@people.example', password)).status).toBe(303);
});

test('cookies that are called as none of ours can be keep nobody from signing in', async () => {
  const visitor = scene.newVisitor();
  for (const name of ['one two', 'a"b', '(c)', 'd/e', 'f@g'])
    visitor.cookies.set(`badge-sign-in-${name}`, 'x');
  expect((await visitor.signIn('maker@people.example', password)).status).toBe(303);
});

test('a wrong password lets nobody in', async () => {
  const visitor = scene.newVisitor();
  await expect(visitor.callback('maker@people.example', 'guessed')).rejects.toThrow(
    'Nobody has this mail address and this password.',
  );
  expect(await visitor.whoAmI()).toBe(401);
});

test('what the provider has signed is recognised after its restart', async () => {
  const visitor = scene.newVisitor();
  await visitor.signIn('maker@people.example', password);
  const { text } = await visitor.ask(`${scene.api.url}/v1/session`, { method: 'DELETE' });
  await scene.provider.close();
  scene.provider = await startIdentityProvider(
    scene.api.url,
    accounts,
    Number(new URL(scene.provider.issuer).port),
  );
  const { next } = JSON.parse(text) as { next: string };
  expect((await visitor.ask(next)).text).toContain('/session/end/confirm');
});

describe('nobody is signed in', () => {
  test('whose browser kept nothing of the start', async () => {
    const callback = await scene.newVisitor().callback('maker@people.example', password);
    const other = scene.newVisitor();
    const seen = await other.ask(callback);
    expect([seen.status, seen.cookies]).toEqual([400, []]);
    expect(seen.text).toContain('<a href="/auth/sign-in?to=%2Fbadge-requests">Sign in again</a>');
  });

  test('with the answer that another browser got', async () => {
    const victim = scene.newVisitor();
    await victim.follow(`${scene.api.url}/auth/sign-in`);
    const attackers = await scene.newVisitor().callback('reviewer@people.example', password);
    expect((await victim.ask(attackers)).status).toBe(400);
    expect(await victim.whoAmI()).toBe(401);
  });

  test('twice with one answer', async () => {
    const visitor = scene.newVisitor();
    const callback = await visitor.callback('maker@people.example', password);
    const kept = [...visitor.cookies].filter(([name]) => name.startsWith('badge-sign-in-'));
    expect((await visitor.ask(callback)).status).toBe(303);
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    expect((await visitor.ask(callback)).status).toBe(400);
  });

  test('who turned back at the provider', async () => {
    const visitor = scene.newVisitor();
    const begun = await visitor.ask(`${scene.api.url}/auth/sign-in`);
    const state = new URL(begun.url).searchParams.get('state') ?? '';
    const seen = await visitor.ask(
      `${scene.api.url}/auth/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(scene.provider.issuer)}`,
    );
    expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('You were not signed in')]);
  });

  test.each([
    ['whom the service does not know', 'nobody@people.example'],
    ['whose address is not confirmed', 'viewer@people.example'],
  ])('%s', async (_, email) => {
    const visitor = scene.newVisitor();
    const seen = await visitor.signIn(email, password);
    expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('You have no account here')]);
    expect(await visitor.whoAmI()).toBe(401);
    // Not the same account again without being asked.
    const again = /href="(\/auth\/sign-in[^"]*)"/.exec(seen.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await visitor.follow(`${scene.api.url}${again}`)).text).toContain('Mail address');
  });

  test('because of something else than they did, and is told so', async () => {
    const away = async () => {
      throw tryAgain(new Error('The database is away'));
    };
    const faulty = await startApi({
      deps: async () => ({
        publicUrl: scene.api.url,
        identityProvider: { ...scene.provider.clientFor(scene.api.url), complete: away },
      }),
    });
    const visitor = scene.newVisitor();
    const callback = new URL(await visitor.callback('maker@people.example', password));
    const seen = await visitor.ask(`${faulty.url}${callback.pathname}${callback.search}`);
    expect([seen.status, seen.text]).toEqual([503, expect.stringContaining('no fault of yours')]);
    expect(JSON.stringify(faulty.logged)).toContain('signing in failed');
    await faulty.close();
  });

  test('while our client has another secret than the provider knows, and the log says why', async () => {
    const wrong = await startApi({
      deps: async () => ({
        publicUrl: scene.api.url,
        identityProvider: scene.provider.clientFor(scene.api.url, 'another secret'),
      }),
    });
    const visitor = scene.newVisitor();
    const callback = new URL(await visitor.callback('maker@people.example', password));
    const seen = await visitor.ask(`${wrong.url}${callback.pathname}${callback.search}`);
    expect(seen.status).toBe(503);
    expect(JSON.stringify(wrong.logged)).toContain('"code":"invalid_client"');
    await wrong.close();
  });
});

test('who gets the mail address of somebody else later is not taken for them', async () => {
  await scene.newVisitor().signIn('maker@people.example', password);
  const name = (before: string, after: string) =>
    scene.api.pool.query('update identities set subject = $2 where subject = $1', [before, after]);
  await name('one', 'somebody before');
  expect((await scene.newVisitor().signIn('maker@people.example', password)).status).toBe(403);
  await name('somebody before', 'one');
});

test('who came by another name of the machine is signed in by the public one', async () => {
  const visitor = scene.newVisitor();
  const other = scene.api.url.replace('127.0.0.1', 'localhost');
  const seen = await visitor.ask(`${other}/auth/sign-in?to=/badge-requests/new`);
  expect([seen.status, seen.url]).toEqual([
    303,
    `${scene.api.url}/auth/sign-in?to=%2Fbadge-requests%2Fnew&sent=`,
  ]);
  // Behind a proxy that gives us another name, too.
  const { url } = await visitor.ask(`${other}/auth/sign-in?sent=`);
  expect(url.startsWith(`${scene.provider.issuer}/auth?`)).toBe(true);
});

test('while the provider is away a page says so, and afterwards all is well', async () => {
  const port = Number(new URL(scene.provider.issuer).port);
  const gone = await startApi({ deps: async (url) => ({ identityProvider: scene.provider.clientFor(url) }) });
  await scene.provider.close();
  const visitor = scene.newVisitor();
  const seen = await visitor.ask(`${gone.url}/auth/sign-in`);
  expect([seen.status, seen.text]).toEqual([503, expect.stringContaining('does not work at the moment')]);
  scene.provider = await startIdentityProvider(gone.url, accounts, port);
  expect((await visitor.ask(`${gone.url}/auth/sign-in`)).status).toBe(303);
  await gone.close();
  await scene.provider.close();
  scene.provider = await startIdentityProvider(scene.api.url, accounts, port);
  expect((await scene.newVisitor().signIn('maker@people.example', password)).status).toBe(303);
});

test('while no session can be kept a page says so', async () => {
  await scene.api.pool.query('alter table console_sessions add constraint none check (false) not valid');
  const seen = await scene.newVisitor().signIn('maker@people.example', password);
  await scene.api.pool.query('alter table console_sessions drop constraint none');
  expect([seen.status, seen.text]).toEqual([503, expect.stringContaining('does not work at the moment')]);
  expect(scene.api.logged).toContainEqual(
    expect.objectContaining({ level: 50, reason: expect.objectContaining({ code: '23514' }) as unknown }),
  );
});

test('by TLS the cookies are of this host and of TLS alone', async () => {
  const publicUrl = 'https://badges.example';
  const readEmail = async () => 'colleague@people.example';
  const complete = async () => ({
    identity: { issuer: scene.provider.issuer, subject: 'colleague', readEmail },
    idToken: 'none',
  });
  const secure = await startApi({
    deps: async () => ({
      publicUrl,
      identityProvider: { ...scene.provider.clientFor(publicUrl), complete },
    }),
  });
  const visitor = new Visitor(secure.url);
  const begun = await visitor.ask(`${secure.url}/auth/sign-in?sent=`);
  expect(begun.cookies).toEqual([
    expect.stringMatching(
      /^__Host-badge-sign-in-[\w-]{12}=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
  const state = new URL(begun.url).searchParams.get('state') ?? '';
  const done = await visitor.ask(`${secure.url}/auth/callback?code=any&state=${state}`);
  expect(done.cookies[0]).toMatch(
    /^__Host-badge-session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(await visitor.whoAmI()).toBe('colleague');
  await secure.close();
});

test('the log names nobody and holds nothing that lets somebody in', () => {
  const log = JSON.stringify(scene.api.logged);
  expect(log).toContain('somebody could not be signed in');
  // ID tokens begin like this.
  expect(log).not.toMatch(/@people|code=|state=|badge-session|eyJ/);
});
