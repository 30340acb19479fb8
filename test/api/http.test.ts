/** What every call has in common. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { readyForm, startApi, type Api, textOf, someText } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const create = (options: Parameters<ReturnType<Api['as']>>[2]) =>
  api.as('maker')('POST', '/v1/badge-requests', options);

test('a problem says what RFC 9457 asks for, and names the call', async () => {
  const { status, headers, body } = await api.as('maker')('GET', '/v1/badge-requests/br_none');
  expect(status).toBe(404);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toEqual({
    type: '/docs/errors/not-found',
    title: 'There is nothing here',
    status: 404,
    detail: 'There is no such badge request.',
    code: 'NOT_FOUND',
    requestId: headers.get('request-id'),
  });
});

test.each([
  '/v1/badge-requests/br_none',
  '/v1/badge-requests/x',
  '/v1/badge-requests/br_%00',
  '/v1/products/nope',
  '/nowhere',
  '/v1',
  '/V1/badge-requests',
])('there is nothing at %s', async (path) => {
  expect((await api.as('maker')('GET', path)).body['code']).toBe('NOT_FOUND');
});

test.each<[string, string, string, boolean]>([
  ['GET', '/nowhere', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['HEAD', '/badge-requests/br_1/history', 'text/html', true],
  ['GET', '/nowhere', '*/*', false],
  ['GET', '/nowhere', 'application/json, text/html', false],
  ['POST', '/nowhere', 'text/html', false],
  ['GET', '/v1/nowhere', 'text/html', false],
])(
  '%s %s for who accepts %s: 404, with the page of the console: %s',
  async (method, path, accept, isPage) => {
    const reply = await fetch(`${api.url}${path}`, { method, headers: { Accept: accept } });
    const type = isPage ? 'text/html; charset=utf-8' : 'application/problem+json; charset=utf-8';
    expect([reply.status, reply.headers.get('content-type')]).toEqual([404, type]);
    expect((await reply.text()).includes('<html')).toBe(isPage && method !== 'HEAD');
  },
);

test('an address that cannot be decoded is malformed', async () => {
  const reply = await api.as('maker')('GET', '/v1/badge-requests/%E0%A4%A');
  expect([reply.status, reply.body['code']]).toEqual([400, 'MALFORMED_CALL']);
});

test.each([
  ['DELETE', '/v1/badge-requests', 'GET, HEAD, POST'],
  ['PUT', '/v1/badge-requests/br_1', 'GET, HEAD, PATCH'],
  ['GET', '/v1/badge-requests/br_1/submit', 'POST'],
  ['OPTIONS', '/v1/products', 'GET, HEAD'],
  ['POST', '/openapi.json', 'GET, HEAD'],
  ['DELETE', '/v1/certification-events', 'POST'],
])('%s %s is answered 405 with what is allowed', async (method, path, allow) => {
  const { status, headers, body } = await api.as('maker')(method, path);
  expect([status, headers.get('allow'), body['code']]).toEqual([405, allow, 'METHOD_NOT_ALLOWED']);
});

/** Who sends a call as it is written here, and is told all of the answer. */
async function send(call: string): Promise<string> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  socket.end(call);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

test('TRACE is answered 405', async () => {
  expect(await send('TRACE /v1/products HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 405 [^]*\r\nAllow: GET, HEAD\r\n/,
  );
});

test.each([
  ['of HTTP/1.1 that names no host is malformed', 'HTTP/1.1\r\n', 400, '"code":"MALFORMED_CALL"'],
  ['that names two hosts is malformed', 'HTTP/1.1\r\nHost: x\r\nhost: y\r\n', 400, '"code":"MALFORMED_CALL"'],
  ['of HTTP/1.0 that names no host is answered', 'HTTP/1.0\r\n', 200, '"status":"ok"'],
  [
    'that expects what nobody knows is answered',
    'HTTP/1.1\r\nHost: x\r\nExpect: more\r\n',
    200,
    '"status":"ok"',
  ],
])('a call %s', async (_name, headers, status, body) => {
  const answer = await send(`GET /livez ${headers}Connection: close\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nRequest-Id: req_`));
  expect(answer).toContain(body);
});

test.each([
  ['http://x/livez', 200, '"status":"ok"'],
  ['HTTPS://[::1]:8080/livez?x', 422, '"pointer":"/x"'],
  ['http://x', 200, '<!doctype html>'],
  ['http://[/livez', 400, '"code":"MALFORMED_CALL"'],
  ['http://', 400, '"code":"MALFORMED_CALL"'],
  ['ftp://x/livez', 400, '"code":"MALFORMED_CALL"'],
  ['*', 404, '"code":"NOT_FOUND"'],
])('a call of %s, as a proxy may write it, is answered %s', async (target, status, body) => {
  const answer = await send(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nRequest-Id: req_`));
  expect(answer).toContain(body);
});

test('HEAD is GET without the body', async () => {
  const { status, headers, text } = await api.as('maker')('HEAD', '/v1/badge-requests');
  expect([status, text]).toEqual([200, '']);
  expect(headers.get('content-type')).toMatch(/json/);
});

test.each<[string, string | Buffer]>([
  ['cut off', '{"asin": "B0'],
  ['empty', ''],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['nested without end', '['.repeat(20_000) + ']'.repeat(20_000)],
])('a body that is %s is malformed', async (_, raw) => {
  const reply = await create({ raw });
  expect([reply.status, reply.body['code']]).toEqual([400, 'MALFORMED_JSON']);
});

test('a body of 32 levels is read, a deeper one is not, whatever else it has', async () => {
  const body = (levels: number) => `{"x": ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}, "y": 1}`;
  expect((await create({ raw: body(32) })).status).toBe(422);
  const deep = await create({ raw: body(33) });
  expect([deep.status, deep.body['code']]).toEqual([400, 'MALFORMED_JSON']);
});

test('a member that would change what objects are is unknown', async () => {
  const reply = await create({ raw: '{"__proto__": {"program": "WWA"}, "constructor": 1}' });
  expect(reply.status).toBe(422);
  const pointers = (reply.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer);
  expect(pointers).toEqual(['/__proto__', '/constructor']);
});

test('a body of 64 KiB is read, a larger one is not', async () => {
  const body = (size: number) => JSON.stringify({ x: 'x'.repeat(size - 8) });
  expect((await create({ raw: body(65_536) })).status).toBe(422);
  const large = await create({ raw: body(65_537) });
  expect([large.status, large.body['code']]).toEqual([413, 'BODY_TOO_LARGE']);
});

test('a body that unpacks to more is not read either', async () => {
  const raw = gzipSync(JSON.stringify({ x: 'x'.repeat(10_000_000) }));
  expect((await create({ raw, headers: { 'content-encoding': 'gzip' } })).status).toBe(413);
  expect((await create({ raw: '{}', headers: { 'content-encoding': 'rot13' } })).status).toBe(415);
});

test.each([
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'application/json; charset=latin1',
  '',
])('a body of type %j is not taken', async (type) => {
  const reply = await create({ raw: '{}', headers: { 'content-type': type } });
  expect([reply.status, reply.body['code']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
});

test.each([
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'Application/JSON; Charset="utf8"',
  'application/json; profile=badges; charset=utf-8',
])('a body of type %j is taken', async (type) => {
  expect((await create({ raw: '{}', headers: { 'content-type': type } })).status).toBe(201);
});

test('a body whose length is not said, and that turns out to be empty, needs no type', async () => {
  const send = async (path: string, content: string) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.tokens.maker}\r\nTransfer-Encoding: chunked\r\nConnection: close`;
    const chunk = content === '' ? '' : `${content.length.toString(16)}\r\n${content}\r\n`;
    socket.write(`${head}\r\n\r\n${chunk}0\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return Number(answer.toString().split(' ')[1]);
  };
  expect(await send('/v1/calendar/feeds', '')).toBe(201);
  expect(await send('/v1/badge-requests', '')).toBe(400);
  expect(await send('/v1/badge-requests', '{}')).toBe(415);
});

test('who calls is asked before what is sent', async () => {
  const raw = 'x'.repeat(100_000);
  const stranger = await api.as(null)('POST', '/v1/badge-requests', {
    raw,
    headers: { 'content-type': 'text/plain' },
  });
  expect(stranger.status).toBe(401);
  const viewer = await api.as('viewer')('POST', '/v1/badge-requests', { raw });
  expect(viewer.status).toBe(403);
});

test('a caller’s own Request-Id is used when it is one', async () => {
  const get = (id: string) => api.as(null)('GET', '/livez', { headers: { 'request-id': id } });
  expect((await get('trace-1.a_b')).headers.get('request-id')).toBe('trace-1.a_b');
  for (const id of ['a b', '<script>', 'x'.repeat(65)])
    expect((await get(id)).headers.get('request-id')).toMatch(/^req_[0-9a-z]{26}$/);
});

test.each(['/', '/docs', '/livez', '/nowhere', '/v1/badge-requests'])(
  '%s carries the headers that protect',
  async (path) => {
    const { headers } = await api.as('maker')('GET', path);
    expect(
      Object.fromEntries(
        [
          'content-security-policy',
          'x-content-type-options',
          'x-frame-options',
          'referrer-policy',
          'x-powered-by',
          'strict-transport-security',
        ].map((name) => [name, headers.get(name)]),
      ),
    ).toEqual({
      'content-security-policy':
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self' data:;connect-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-powered-by': null,
      'strict-transport-security': null,
    });
    expect(headers.get('request-id')).toMatch(/^req_/);
  },
);

test('where there is TLS, browsers are held to it for a year', async () => {
  const encrypted = await startApi({ deps: { publicUrl: 'https://badges.example' } });
  const { headers } = await encrypted.as(null)('GET', '/livez');
  await encrypted.close();
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
});

test('what is private is not kept by caches', async () => {
  const { headers } = await api.as('maker')('GET', '/v1/badge-requests');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('an error that nobody foresaw says nothing of itself', async () => {
  const broken = await startApi({
    deps: {
      now: () => {
        throw new Error('a secret of the inside');
      },
    },
  });
  const { body } = await broken.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
  const reply = await broken.as('maker')('POST', `/v1/badge-requests/${textOf(body['id'])}/submit`);
  expect([reply.status, reply.body['code']]).toEqual([500, 'INTERNAL']);
  expect(reply.text).not.toMatch(/secret|stack|at /);
  expect(JSON.stringify(broken.logged)).toContain('a secret of the inside');
  await broken.close();
});

test('the log has a line for each call, without what people wrote', async () => {
  await api.as('maker')('GET', '/v1/badge-requests?q=very-private');
  await create({ body: { variant: 'very-private' } });
  expect(api.logged).toContainEqual(
    expect.objectContaining({
      method: 'GET',
      route: '/v1/badge-requests',
      status: 200,
      personId: 'person_maker',
      requestId: someText,
      ms: expect.anything() as unknown,
    }),
  );
  expect(JSON.stringify(api.logged)).not.toContain('very-private');
});
