/** Every call, by everyone: who is let in is decided by the routes' own list. */
import { createRoutes } from '../../api/routes';
import type { Route } from '../../api/route';
import { people, startApi, type Api, type PersonName, textLike } from './api-server';

let api: Api;
const requestId = 'br_access';
const commentId = 'cmt_access';
beforeAll(async () => {
  // Nobody works here: what a command waits for is not to come.
  api = await startApi({ deps: { answerDeadlineMs: 300, checkPatienceMs: 100 } });
  await api.pool.query(
    `insert into badge_requests (id, organization_id, created_by) values ($1, 'org_one', 'person_maker')`,
    [requestId],
  );
  await api.pool.query(
    `insert into comments (id, request_id, author_id, body) values ($1, $2, 'person_maker', 'Hello')`,
    [commentId, requestId],
  );
  await api.pool.query(
    `insert into program_suspensions (id, program, organization_id, region, reason, suspended_by)
     values ('psus_access', 'WWA', 'org_two', 'fe', 'Outages', 'person_operator')`,
  );
  await api.pool.query(
    `insert into webhook_endpoints (id, organization_id, url, secret)
     values ('wep_access', 'org_one', 'https://one.example', 'whsec_c2VjcmV0')`,
  );
  await api.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at) values ('whe_access', 'wep_access', now())`,
  );
});
afterAll(() => api.close());

const routes = createRoutes().filter(({ isPage }) => !isPage);
const personal = routes.filter(({ access }) => typeof access !== 'string');
const named = (route: Route): [string, Route] => [`${route.method.toUpperCase()} ${route.path}`, route];
const names = Object.keys(people) as PersonName[];

/** By the resource; what is not here is a badge request. */
const ids: Readonly<Record<string, string>> = {
  products: 'prod_one',
  'program-suspensions': 'psus_access',
  'webhook-endpoints': 'wep_access',
};
const idIn = (path: string) => ids[path.split('/')[2] ?? ''] ?? requestId;
const address = ({ path }: Route) =>
  path.replace('{id}', idIn(path)).replace('{commentId}', commentId).replace('{eventId}', 'whe_access');
/** A body that its schema takes, so that nothing but the caller decides. */
const bodies: Readonly<Record<string, object>> = {
  createBadgeRequest: {},
  saveBadgeRequest: {},
  approveBadgeRequest: { round: 1 },
  rejectBadgeRequest: { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] },
  recheckBadgeRequest: { round: 1 },
  rescheduleBadgeRequest: { goLive: { kind: 'AS_SOON_AS_POSSIBLE' } },
  suspendBadgeRequest: { reason: 'Recalled' },
  reinstateBadgeRequest: { reason: 'Repaired' },
  removeBadgeRequest: { reason: 'Recalled' },
  addComment: { body: 'Hello' },
  editComment: { body: 'Hello again' },
  suspendProgram: { program: 'WWA', organizationId: 'org_one', region: 'FE', reason: 'Outages' },
  endProgramSuspension: { reason: 'Well again' },
  createWebhookEndpoint: { url: 'https://one.example' },
};
const send = (person: PersonName | null, route: Route, headers = {}) =>
  api.as(person)(route.method.toUpperCase(), address(route), {
    headers,
    ...(route.method !== 'get' && { body: bodies[route.operationId] ?? {} }),
  });

describe.each(personal.map(named))('%s', (_, route) => {
  const allowed = route.access as readonly string[];

  test('asks who is calling', async () => {
    const without = await send(null, route);
    expect([without.status, without.body['code']]).toEqual([401, 'UNAUTHENTICATED']);
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
    const wrong = await send(null, route, { authorization: 'Bearer nonsense' });
    expect(wrong.status).toBe(401);
  });

  test.each(names)('lets in %s by role only', async (name) => {
    const reply = await send(name, route);
    if (!allowed.includes(people[name].role))
      expect([reply.status, reply.body['code']]).toEqual([403, 'FORBIDDEN']);
    else if (reply.status === 403)
      expect(['OWN_ORGANIZATION', 'NOT_THE_AUTHOR']).toContain(reply.body['code']);
    else expect(reply.status).not.toBe(401);
  });

  if (route.params !== undefined)
    test('shows nothing of it to another organization', async () => {
      const reply = await send('stranger', route);
      const isMakers = allowed.includes('MAKER');
      expect([reply.status, reply.body['code']]).toEqual(isMakers ? [404, 'NOT_FOUND'] : [403, 'FORBIDDEN']);
    });
});

test('every call is public, signed, or has its roles', () => {
  const open = routes.filter(({ access }) => typeof access === 'string').map(named);
  expect(open.map(([name]) => name).sort()).toEqual([
    'DELETE /v1/session',
    'GET /calendar/{secret}.ics',
    'GET /livez',
    'GET /openapi.json',
    'GET /readyz',
    'GET /v1/badges/{marketplace}/{asin}',
    'POST /v1/badges/lookup',
    'POST /v1/certification-events',
  ]);
});

test('an expired and a revoked token are refused', async () => {
  const expire = (column: string) =>
    api.pool.query(
      `update access_tokens set ${column} = now() - interval '1 second' where person_id = 'person_viewer'`,
    );
  const list = () => api.as('viewer')('GET', '/v1/badge-requests');
  expect((await list()).status).toBe(200);
  await expire('revoked_at');
  expect((await list()).status).toBe(401);
  await api.pool.query('update access_tokens set revoked_at = null');
  await expire('expires_at');
  const reply = await list();
  expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([
    401,
    textLike('error="invalid_token"'),
  ]);
});

test('the token of somebody who has left is refused', async () => {
  const list = () => api.as('rival')('GET', '/v1/badge-requests');
  expect((await list()).status).toBe(200);
  await api.pool.query(`update people set left_at = now() where id = 'person_rival'`);
  expect((await list()).status).toBe(401);
});

test.each(['Basic abc', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(600)}`, 'bearer\u00e9'])(
  'an authorization of %j is refused',
  async (authorization) => {
    const reply = await api.as(null)('GET', '/v1/badge-requests', { headers: { authorization } });
    expect(reply.status).toBe(401);
  },
);

test('a token is known by its scheme in any case, and with nothing around it', async () => {
  const statusOf = async (authorization: string) =>
    (await api.as(null)('GET', '/v1/badge-requests', { headers: { authorization } })).status;
  const { maker } = api.tokens;
  expect(await statusOf(`bearer  ${maker}`)).toBe(200);
  expect(await statusOf(`Bearer ${maker} more`)).toBe(401);
  expect(await statusOf(`Digest Bearer ${maker}`)).toBe(401);
});

test('lists hold what is the caller’s to see', async () => {
  await api.as('stranger')('POST', '/v1/badge-requests', { body: {} });
  const organizations = async (name: PersonName) => {
    const { body } = await api.as(name)('GET', '/v1/badge-requests?limit=100');
    const data = body['data'] as unknown as { organization: { id: string } }[];
    return [...new Set(data.map(({ organization }) => organization.id))].sort();
  };
  expect(await organizations('maker')).toEqual(['org_one']);
  expect(await organizations('stranger')).toEqual(['org_two']);
  expect(await organizations('reviewer')).toEqual(['org_one', 'org_two']);
  expect(await organizations('operator')).toEqual(['org_one', 'org_two']);
});

test('no answer holds a mail address or a token, and neither does the log', async () => {
  for (const name of ['maker', 'reviewer'] as const)
    for (const rest of ['', '/history', '/comments']) {
      const { text } = await api.as(name)('GET', `/v1/badge-requests/${requestId}${rest}`);
      expect(text).not.toMatch(/people\.example/);
    }
  const log = JSON.stringify(api.logged);
  expect(log).toContain(people.maker.id);
  for (const token of Object.values(api.tokens)) expect(log).not.toContain(token);
  expect(log).not.toMatch(/people\.example|authorization/i);
});
