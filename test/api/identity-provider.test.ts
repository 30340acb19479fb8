/** What the client makes of providers that are unlike the embedded one, or do not answer as they should. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  codeOf,
  createIdentityProvider,
  SignInError,
  type ProviderOptions,
  type SignInProofs,
} from '../../api/sign-in/identity-provider';
import { freePort, LOOPBACK } from '../../dev/free-port';

const CALLBACK = 'https://badges.example/auth/callback';
const DISCOVERY = '/.well-known/openid-configuration';

let server: Server;
let issuer: string;
/** What the provider says of itself beyond what it must. */
let metadata: Record<string, string>;
/** What it puts into the ID token; undefined leaves a claim out. */
let claims: Record<string, unknown>;
/** Instead of tokens. */
let tokenAnswer: { status: number; body: object; headers?: Record<string, string> } | null;
let userInfo: { status: number; body: object };
let asked: { path: string; headers: IncomingHttpHeaders; form: URLSearchParams }[];
const pathsAsked = () => asked.map(({ path }) => path);

beforeEach(async () => {
  [metadata, claims, tokenAnswer, asked] = [{}, {}, null, []];
  userInfo = { status: 200, body: {} };
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? '';
      asked.push({ path, headers: request.headers, form: new URLSearchParams(body) });
      const answers: Record<string, { status: number; body: object; headers?: Record<string, string> }> = {
        [DISCOVERY]: { status: 200, body: configuration() },
        '/token': tokenAnswer ?? { status: 200, body: tokens() },
        '/userinfo': userInfo,
      };
      const { status, body: said, headers } = answers[path] ?? { status: 404, body: {} };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(said));
    });
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  issuer = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const configuration = () => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  id_token_signing_alg_values_supported: ['RS256'],
  ...metadata,
});
/** Of the token endpoint itself, whose word is good without a signature (OpenID Connect Core 3.1.3.7). */
function tokens() {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer, aud: 'badge-requests', sub: 'one', iat: now, exp: now + 60, ...claims };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    ...{ access_token: 'access', token_type: 'bearer' },
    id_token: `${part({ alg: 'RS256' })}.${part(payload)}.${part({})}`,
  };
}

const clientOf = (over: Partial<ProviderOptions> = {}) =>
  createIdentityProvider({
    issuer,
    clientId: 'badge-requests',
    clientSecret: 'a secret',
    callbackUrl: CALLBACK,
    signedOutUrl: 'https://badges.example/badge-requests',
    ...over,
  });
type Client = ReturnType<typeof clientOf>;
/** Where nobody listens. */
const nowhere = async () => `http://${LOOPBACK}:${await freePort()}`;

/** Somebody goes there and comes back. */
async function signIn(client: Client = clientOf(), kept: Partial<SignInProofs> = {}) {
  const { url, proofs } = await client.begin(false);
  const sent = new URL(url).searchParams;
  claims = { ...claims, nonce: sent.get('nonce') };
  const answer = new URLSearchParams({ code: 'a code', state: sent.get('state') ?? '' });
  return client.complete(answer, { ...proofs, ...kept });
}
const failureOf = async (signingIn: Promise<unknown>): Promise<SignInError> => {
  const error: unknown = await signingIn.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SignInError)) throw new Error('Signing in has not failed.', { cause: error });
  return error;
};

test('its addresses are asked for once, and again where nobody has answered', async () => {
  const client = clientOf();
  await signIn(client);
  await signIn(client);
  expect(pathsAsked()).toEqual([DISCOVERY, '/token', '/token']);

  const early = clientOf();
  metadata = { issuer: 'https://elsewhere.example' };
  expect((await failureOf(early.begin(false))).failure).toBe('OUT_OF_ORDER');
  metadata = {};
  await early.begin(false);
});

test('its addresses are asked for again once something has gone wrong with them', async () => {
  const client = clientOf();
  metadata = { authorization_endpoint: '' };
  expect((await failureOf(client.begin(false))).failure).toBe('OUT_OF_ORDER');
  metadata = { token_endpoint: `${issuer}/moved` };
  expect((await failureOf(signIn(client))).failure).toBe('OUT_OF_ORDER');
  metadata = {};
  expect((await signIn(client)).identity.subject).toBe('one');
});

test('a client with a secret shows it, and one without says only its name', async () => {
  await signIn();
  expect(asked.at(-1)?.headers.authorization).toMatch(/^Basic /);
  await signIn(clientOf({ clientSecret: undefined }));
  expect(asked.at(-1)?.headers.authorization).toBeUndefined();
  expect(asked.at(-1)?.form.get('client_id')).toBe('badge-requests');
});

test('the code is asked for with what its challenge was made of', async () => {
  const client = clientOf();
  const { url, proofs } = await client.begin(false);
  const sent = new URL(url).searchParams;
  expect(Object.fromEntries(sent)).toMatchObject({
    ...{ redirect_uri: CALLBACK, scope: 'openid email', code_challenge_method: 'S256' },
    ...{ state: proofs.state, nonce: proofs.nonce },
  });
  expect(sent.has('prompt')).toBe(false);
  claims = { nonce: proofs.nonce };
  await client.complete(new URLSearchParams({ code: 'a code', state: proofs.state }), proofs);
  expect(asked.at(-1)?.form.get('code_verifier')).toBe(proofs.verifier);
});

test('who wants to sign in anew is asked who they are', async () => {
  const { url } = await clientOf().begin(true);
  expect(new URL(url).searchParams.get('prompt')).toBe('login');
});

test('a provider that is reached by TLS is not sent a code without it', async () => {
  const secure = 'https://provider.example';
  const authorization_endpoint = `${secure}/auth`;
  const token_endpoint = 'http://provider.example/token';
  const calls = jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async () =>
      Response.json({ ...configuration(), issuer: secure, authorization_endpoint, token_endpoint }),
    );
  const { failure } = await failureOf(signIn(clientOf({ issuer: secure })));
  const called = calls.mock.calls.map(([url]) => url);
  expect([failure, called]).toEqual(['OUT_OF_ORDER', [`${secure}${DISCOVERY}`]]);
});

describe('the mail address', () => {
  const emailOf = async () => (await signIn()).identity.readEmail();
  const confirmed = { email: 'one@people.example', email_verified: true };

  test('of the ID token is taken from there', async () => {
    metadata = { userinfo_endpoint: `${issuer}/userinfo` };
    claims = confirmed;
    expect(await emailOf()).toBe('one@people.example');
    expect(pathsAsked()).not.toContain('/userinfo');
  });

  test('that the ID token has not is asked for, with the access token', async () => {
    metadata = { userinfo_endpoint: `${issuer}/userinfo` };
    userInfo = { status: 200, body: { sub: 'one', ...confirmed } };
    expect(await emailOf()).toBe('one@people.example');
    expect(asked.at(-1)?.headers.authorization).toBe('Bearer access');
  });

  test.each([
    ['that is not confirmed', { ...confirmed, email_verified: false }],
    ['of which nothing says that it is confirmed', { email: confirmed.email }],
    ['that is confirmed in words', { ...confirmed, email_verified: 'true' }],
    ['that is not there', { email_verified: true }],
  ])('%s is none, wherever it stands', async (_, said) => {
    claims = said;
    expect(await emailOf()).toBeNull();
    claims = {};
    metadata = { userinfo_endpoint: `${issuer}/userinfo` };
    userInfo = { status: 200, body: { sub: 'one', ...said } };
    expect(await emailOf()).toBeNull();
  });

  test.each([
    ['another person’s', { status: 200, body: { sub: 'two', ...confirmed } }],
    ['nobody’s', { status: 503, body: {} }],
    [
      'larger than any is',
      { status: 200, body: { sub: 'one', ...confirmed, filling: 'x'.repeat(2_000_000) } },
    ],
  ])('is not taken from an answer that is %s', async (_, said) => {
    metadata = { userinfo_endpoint: `${issuer}/userinfo` };
    userInfo = said;
    expect((await failureOf(emailOf())).failure).toBe('OUT_OF_ORDER');
  });
});

describe('who comes back is not signed in', () => {
  const refusing = (error: string, status = 400) => ({ status, body: { error } });

  const challenged = (error: string) => ({
    status: 401,
    body: {},
    headers: { 'www-authenticate': `Basic realm="ours", error="${error}"` },
  });

  test.each<[string, () => void, Partial<SignInProofs>, string, string]>([
    [
      'whose client has another secret',
      () => (tokenAnswer = challenged('invalid_client')),
      {},
      'OUT_OF_ORDER',
      'invalid_client',
    ],
    [
      'with the answer of another sign-in',
      () => undefined,
      { state: 'another' },
      'INTERRUPTED',
      'OAUTH_INVALID_RESPONSE',
    ],
    [
      'with the ID token of another sign-in',
      () => undefined,
      { nonce: 'another' },
      'INTERRUPTED',
      'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    ],
    [
      'with a code that was used',
      () => (tokenAnswer = refusing('invalid_grant')),
      {},
      'INTERRUPTED',
      'invalid_grant',
    ],
    [
      'where our client may not',
      () => (tokenAnswer = refusing('unauthorized_client')),
      {},
      'OUT_OF_ORDER',
      'unauthorized_client',
    ],
    [
      'where the provider forgets the ID token',
      () => (tokenAnswer = { status: 200, body: { access_token: 'access', token_type: 'bearer' } }),
      {},
      'OUT_OF_ORDER',
      'OAUTH_INVALID_RESPONSE',
    ],
    [
      'where the provider is out of order',
      () => (tokenAnswer = { status: 502, body: {} }),
      {},
      'OUT_OF_ORDER',
      'OAUTH_RESPONSE_IS_NOT_CONFORM',
    ],
  ])('%s, and it is told why', async (_, arrange, kept, failure, code) => {
    arrange();
    const error = await failureOf(signIn(clientOf(), kept));
    expect([error.failure, codeOf(error)]).toEqual([failure, code]);
  });

  test('whom the provider has not let in', async () => {
    const client = clientOf();
    const { proofs } = await client.begin(false);
    const answer = new URLSearchParams({ error: 'access_denied', state: proofs.state });
    const error = await failureOf(client.complete(answer, proofs));
    expect([error.failure, codeOf(error)]).toEqual(['REFUSED', 'access_denied']);
  });

  test('while the provider is away, and it is told why', async () => {
    // As Node’s own, which are no `TypeError` of the tests’ realm.
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed', { cause }));
    const error = await failureOf(clientOf().begin(false));
    expect([error.failure, codeOf(error)]).toEqual(['OUT_OF_ORDER', 'ECONNREFUSED']);
  });

  test('for what the provider has words of its own: they stay out of the log', async () => {
    tokenAnswer = refusing('one@people.example');
    expect(codeOf(await failureOf(signIn()))).not.toContain('@');
    const challenge = 'Bearer error="one@people.example"';
    tokenAnswer = { status: 401, body: {}, headers: { 'www-authenticate': challenge } };
    expect(codeOf(await failureOf(signIn()))).not.toContain('@');
  });
});

describe('signing out', () => {
  test('leads to the provider, with whose session it is and where to come back to', async () => {
    metadata = { end_session_endpoint: `${issuer}/end` };
    const url = new URL((await clientOf().end('the token')) ?? '');
    expect([url.pathname, Object.fromEntries(url.searchParams)]).toMatchObject([
      '/end',
      {
        id_token_hint: 'the token',
        post_logout_redirect_uri: 'https://badges.example/badge-requests',
      },
    ]);
  });

  test('stays here where the provider offers nothing, or is away', async () => {
    expect(await clientOf().end('the token')).toBeNull();
    expect(await clientOf({ issuer: await nowhere() }).end('the token')).toBeNull();
  });

  test('stays here where the provider’s address for it is none', async () => {
    metadata = { end_session_endpoint: 'nowhere' };
    expect(await clientOf().end('the token')).toBeNull();
  });
});
