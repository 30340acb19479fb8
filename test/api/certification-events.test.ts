import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import fc from 'fast-check';
import { OTHER_SECRET, SECRET, startApi, textOf, type Api, type Json } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

let counter = 0;
const unique = (prefix: string) => `${prefix}_${(counter += 1)}`;

interface Data {
  projectId: string;
  version: number;
  organizationId: string;
  product: Record<string, unknown> & { id: string };
  marketplaces: string[];
  status: string;
  result: string | null;
  reason: string | null;
}
function project(change: Partial<Data> = {}): Data {
  return {
    projectId: unique('cert'),
    version: 1,
    organizationId: 'org_one',
    product: {
      id: unique('prod'),
      name: 'Bulb',
      brand: 'Lumen',
      model: 'LB-1',
      deviceType: 'LIGHT',
      integration: { kind: 'NONE' },
    },
    marketplaces: ['US', 'CA'],
    status: 'UNDER_TEST',
    result: null,
    reason: null,
    ...change,
  };
}
const eventOf = (data: unknown, type = 'certification_project.updated') =>
  JSON.stringify({ type, timestamp: '2026-11-22T10:00:00.000Z', data });

interface Sending {
  id?: string;
  at?: Date;
  secret?: string;
  headers?: Record<string, string>;
  /** What is sent in place of what was signed. */
  sent?: string;
}
function send(
  body: string,
  { id = unique('whe'), at = new Date(), secret = SECRET, headers = {}, sent }: Sending = {},
) {
  return api.as(null)('POST', '/v1/certification-events', {
    raw: sent ?? body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
      ...headers,
    },
  });
}
const products = async (): Promise<Json> =>
  (await api.as('operator')('GET', '/v1/products?limit=100')).body['data'] as Json;
const product = async (id: string) => (await api.as('operator')('GET', `/v1/products/${id}`)).body;
const news = async () =>
  (
    await api.pool.query<{ project_id: string; version: number }>(
      'select project_id, version from certification_news',
    )
  ).rows;

test('an event brings product, project and organization into being, and there is news', async () => {
  const data = project({ organizationId: 'org_new', status: 'COMPLETE', result: 'APPROVED', version: 7 });
  const reply = await send(eventOf(data));
  expect([reply.status, reply.body]).toEqual([202, { status: 'accepted' }]);
  const certification = {
    projectId: data.projectId,
    version: 7,
    status: 'COMPLETE',
    result: 'APPROVED',
    reason: null,
    marketplaces: ['US', 'CA'],
  };
  expect(await product(data.product.id)).toEqual({
    ...data.product,
    organization: { id: 'org_new', name: 'org_new' },
    certification,
    certifications: [certification],
    marketplaces: ['US', 'CA'],
  });
  expect(await news()).toContainEqual({ project_id: data.projectId, version: 7 });
});

test('a product that is certified region by region can be asked for in all of them, and says what each project says', async () => {
  const america = project({ status: 'COMPLETE', result: 'APPROVED' });
  const { product: about } = america;
  const asia = project({ product: about, marketplaces: ['JP'], projectId: `${america.projectId}_asia` });
  for (const data of [america, asia]) expect((await send(eventOf(data))).status).toBe(202);
  expect(await product(about.id)).toMatchObject({
    certification: { projectId: asia.projectId },
    certifications: [{ projectId: asia.projectId }, { projectId: america.projectId }],
    marketplaces: ['JP', 'US', 'CA'],
  });
  const ask = async (marketplaces: string[]) => {
    const draft = { productId: about.id, marketplaces, goLive: { kind: 'AS_SOON_AS_POSSIBLE' } };
    const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: draft });
    const check = await api.as('maker')('POST', `/v1/badge-requests/${textOf(body['id'])}/submit`);
    return [
      body,
      (check.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer),
    ] as const;
  };
  const [request, errors] = await ask(['US', 'JP']);
  expect(errors.filter((pointer) => pointer.startsWith('/marketplaces'))).toEqual([]);
  expect(request).toMatchObject({
    certification: { projectId: asia.projectId, status: 'UNDER_TEST' },
    certifications: [
      { projectId: asia.projectId, status: 'UNDER_TEST', result: null, marketplaces: ['JP'] },
      { projectId: america.projectId, status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US'] },
    ],
  });
  // What ends without an approval is offered no more.
  await send(eventOf({ ...asia, version: 2, status: 'CANCELLED' }));
  expect(await product(about.id)).toMatchObject({ marketplaces: ['US', 'CA'] });
  expect((await ask(['JP', 'US']))[1]).toContain('/marketplaces/0');
  expect((await products()) as unknown as { id: string }[]).toContainEqual(
    expect.objectContaining({ id: about.id }),
  );
});

describe('a signature', () => {
  const body = eventOf(project());
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  test.each<[string, Sending, why?: string]>([
    ['of another body', { sent: body.replace('Bulb', 'Bulk') }],
    ['of the same JSON written differently', { sent: JSON.stringify(JSON.parse(body), null, 1) }],
    ['under another id', { headers: { 'webhook-id': 'whe_swapped' } }],
    [
      'with another timestamp',
      { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 60) } },
    ],
    [
      'of a stranger',
      { secret: `whsec_${Buffer.from('somebody else’s secret, 32 bytes').toString('base64')}` },
      'None of the secrets has signed',
    ],
    ['that is stale', { at: inMinutes(-6) }, 'five minutes after the time'],
    ['of the future', { at: inMinutes(6) }, 'five minutes before the time'],
    ['that is missing', { headers: { 'webhook-signature': '' } }],
    ['without id', { headers: { 'webhook-id': '' } }],
    ['without timestamp', { headers: { 'webhook-timestamp': '' } }],
    [
      'with a timestamp that is no number',
      { headers: { 'webhook-timestamp': 'yesterday' } },
      'the seconds since 1970',
    ],
    ['with a timestamp of a part of a second', { headers: { 'webhook-timestamp': '1796058059.5' } }, 'whole'],
    ['that is no base64', { headers: { 'webhook-signature': 'v1,%%%' } }],
    ['of another version', { headers: { 'webhook-signature': 'v1a,AAAA' } }],
    ['with an endless id', { id: 'w'.repeat(256) }],
  ])('%s is refused', async (_, sending, why = '') => {
    const before = await products();
    const { status, headers, body: refusal } = await send(body, sending);
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'StandardWebhooks']);
    expect([refusal['code'], refusal['detail']]).toEqual(['SIGNATURE_INVALID', expect.stringContaining(why)]);
    const noted = api.logged.filter(({ msg }) => msg === 'a certification event was refused');
    expect(noted.at(-1)).toMatchObject({ level: 40, why: refusal['detail'] });
    expect(await products()).toEqual(before);
  });

  test('of either secret is taken while they rotate', async () => {
    expect((await send(eventOf(project()), { secret: OTHER_SECRET })).status).toBe(202);
    const both = eventOf(project());
    const signed = new Webhook(SECRET).sign('whe_both', new Date(), both);
    const headers = { 'webhook-signature': `v1,AAAA ${signed}` };
    expect((await send(both, { id: 'whe_both', headers })).status).toBe(202);
  });
});

test('a repeated event is accepted and changes nothing, also many at once', async () => {
  const data = project();
  const body = eventOf(data);
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => send(body, { id: `whe_${data.projectId}` })),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(202));
  await api.pool.query('delete from certification_news');
  const changed = eventOf({ ...data, version: 2, status: 'CANCELLED' });
  expect((await send(changed, { id: `whe_${data.projectId}` })).status).toBe(202);
  expect(await product(data.product.id)).toMatchObject({
    certification: { version: 1, status: 'UNDER_TEST' },
  });
  expect(await news()).toEqual([]);
});

test('a version that is not newer changes nothing', async () => {
  const data = project({ version: 5, status: 'COMPLETE', result: 'APPROVED' });
  await send(eventOf(data));
  for (const version of [4, 5]) {
    const older = {
      ...data,
      version,
      status: 'UNDER_TEST',
      result: null,
      product: { ...data.product, name: 'Older' },
    };
    expect((await send(eventOf(older))).status).toBe(202);
  }
  expect(await product(data.product.id)).toMatchObject({
    name: 'Bulb',
    certification: { version: 5, status: 'COMPLETE', result: 'APPROVED' },
  });
});

test('whatever the order, and however often, the end is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 0, 3], { minLength: 8 }), async (order) => {
      const first = unique('cert');
      const second = unique('cert');
      const base = project();
      const states = [
        { ...base, projectId: first, version: 1, product: { ...base.product, name: 'A1' } },
        {
          ...base,
          projectId: first,
          version: 2,
          status: 'CANCELLED',
          product: { ...base.product, name: 'A2' },
        },
        {
          ...base,
          projectId: first,
          version: 9,
          status: 'CANCELLED',
          product: { ...base.product, name: 'A9' },
        },
        { ...base, projectId: second, version: 1, product: { ...base.product, name: 'B1' } },
        {
          ...base,
          projectId: second,
          version: 2,
          status: 'ON_HOLD',
          product: { ...base.product, name: 'B2' },
        },
        {
          ...base,
          projectId: second,
          version: 3,
          status: 'COMPLETE',
          result: 'APPROVED',
          product: { ...base.product, name: 'B3' },
        },
      ];
      await Promise.all(
        order.map((index) => send(eventOf(states[index]), { id: `whe_${base.product.id}_${index}` })),
      );
      expect(await product(base.product.id)).toMatchObject({
        name: 'B3',
        certification: { projectId: second, version: 3, status: 'COMPLETE', result: 'APPROVED' },
      });
    }),
    { numRuns: 15, seed: 20261122 },
  );
});

test('an event about another organization’s product is kept and changes nothing', async () => {
  const data = project();
  await send(eventOf(data));
  const before = await product(data.product.id);
  const foreign = { ...data, projectId: unique('cert'), organizationId: 'org_two', version: 9 };
  expect((await send(eventOf(foreign), { id: 'whe_foreign' })).status).toBe(202);
  const stolen = {
    ...data,
    organizationId: 'org_two',
    version: 9,
    product: { ...data.product, id: unique('prod') },
  };
  expect((await send(eventOf(stolen))).status).toBe(202);
  expect(await product(data.product.id)).toEqual(before);
  const { rowCount } = await api.pool.query(
    `select 1 from certification_events where webhook_id = 'whe_foreign'`,
  );
  expect(rowCount).toBe(1);
  expect(api.logged.filter(({ msg }) => String(msg).startsWith('an event names another'))).toHaveLength(2);
});

test('an unknown type is kept', async () => {
  const body = eventOf({ any: ['thing\u0000', { 'k\u0000': '\ud800' }] }, 'certification_lab.moved');
  expect((await send(body, { id: 'whe_unknown' })).status).toBe(202);
  const { rows } = await api.pool.query<{ type: string }>(
    `select type from certification_events where webhook_id = 'whe_unknown'`,
  );
  expect(rows).toEqual([{ type: 'certification_lab.moved' }]);
});

test.each<[string, Partial<Record<keyof Data, unknown>>, string]>([
  ['status', { status: 'LOST' }, '/data/status'],
  ['result before the end', { result: 'APPROVED' }, '/data/result'],
  ['version', { version: 0 }, '/data/version'],
  ['version', { version: '1' }, '/data/version'],
  ['project', { projectId: '' }, '/data/projectId'],
  [
    'integration',
    { product: { ...project().product, integration: { kind: 'SKILL' } } },
    '/data/product/integration/skillId',
  ],
])('a wrong %s is named', async (_, change, pointer) => {
  const reply = await send(eventOf({ ...project(), ...change }));
  expect(reply.status).toBe(422);
  const pointers = (reply.body['errors'] as unknown as { pointer: string }[]).map((error) => error.pointer);
  expect(pointers).toContain(pointer);
});

test('members and marketplaces that we do not know do no harm', async () => {
  const data = { ...project({ marketplaces: ['US', 'PL', 'US'] }), laboratory: 'Berlin' };
  expect((await send(eventOf(data))).status).toBe(202);
  expect(await product(data.product.id)).toMatchObject({ certification: { marketplaces: ['US'] } });
});

test('what is signed but no JSON is malformed, and what is too large is refused', async () => {
  expect((await send('{"type":')).body['code']).toBe('MALFORMED_JSON');
  expect((await send(eventOf('x'.repeat(70_000)))).status).toBe(413);
  expect((await send(eventOf(project()), { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
});

test('what is signed but no text in UTF-8 is malformed, and not taken for signed by somebody else', async () => {
  const bytes = Buffer.from(eventOf(project({ reason: 'Größe' })), 'latin1');
  const at = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`latin.${at}.`).update(bytes).digest('base64');
  const reply = await api.as(null)('POST', '/v1/certification-events', {
    raw: bytes,
    headers: { 'webhook-id': 'latin', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` },
  });
  expect([reply.status, reply.body['code']]).toEqual([400, 'MALFORMED_JSON']);
});
