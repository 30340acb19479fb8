import { Webhook } from 'standardwebhooks';
import { encodeCursor } from '../../api/cursor';
import { transact } from '../../db/pool';
import { until } from '../setup/until';
import {
  readyForm,
  SECRET,
  startApi,
  type Api,
  type Json,
  type PersonName,
  textOf,
  textLike,
} from './api-server';

let api: Api;
const ids: string[] = [];
beforeAll(async () => {
  api = await startApi();
  for (let index = 0; index < 7; index += 1) {
    const form = {
      ...readyForm(),
      variant: `Variant ${index}`,
      marketplaces: index % 2 === 0 ? ['US'] : ['JP'],
    };
    const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: form });
    ids.push(textOf(body['id']));
  }
  const change = (index: number, columns: string) =>
    api.pool.query(`update badge_requests set ${columns} where id = $1`, [ids[index]]);
  await change(
    0,
    `status = 'UNDER_REVIEW', stage = 'AWAITING_REVIEWER', review_due_at = '2030-01-03T00:00:00.000001Z'`,
  );
  await change(1, `status = 'UNDER_REVIEW', stage = 'CHECKING', review_due_at = '2030-01-01'`);
  await change(
    2,
    `status = 'UNDER_REVIEW', stage = 'AWAITING_REVIEWER', review_due_at = '2030-01-03T00:00:00.000002Z'`,
  );
  await change(3, `status = 'PENDING', stage = 'SCHEDULED', enabled_at = now() - interval '1 second'`);
  await change(
    4,
    `status = 'PENDING', stage = 'SCHEDULED', enabled_at = now() + interval '1 day', first_effective_at = now() - interval '1 second'`,
  );
  await change(5, `status = 'REJECTED'`);
});
afterAll(() => api.close());

const list = async (query = '', person: PersonName = 'maker') => {
  const reply = await api.as(person)('GET', `/v1/badge-requests${query}`);
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.body;
};
const indexes = (page: Json) =>
  (page['data'] as unknown as { id: string }[]).map(({ id }) => ids.indexOf(id));

test('newest first, page by page, each once', async () => {
  const seen: number[] = [];
  let cursor = '';
  for (let pages = 0; pages < 10; pages += 1) {
    const page = await list(`?limit=3${cursor && `&cursor=${cursor}`}`);
    seen.push(...indexes(page));
    if (page['next'] === null) break;
    cursor = textOf(page['next']);
  }
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
});

test.each([
  ['status=UNDER_REVIEW', [2, 1, 0]],
  ['status=REJECTED&status=NOT_SUBMITTED', [6, 5]],
  // Enabled by the clock, whatever the row says.
  ['status=ENABLED', [3]],
  ['status=PENDING', [4]],
  ['stage=GOING_LIVE', [4]],
  ['stage=AWAITING_REVIEWER', [2, 0]],
  ['waitingOn=MAKER', [6, 5]],
  ['waitingOn=REVIEWER', [2, 0]],
  ['waitingOn=DATE', [4]],
  ['marketplace=JP', [5, 3, 1]],
  ['marketplace=JP&status=UNDER_REVIEW', [1]],
  ['product=prod_one&limit=2', [6, 5]],
  ['product=prod_none', []],
  ['q=variant%204', [4]],
  ['q=lamp&limit=1', [6]],
  ['q=m-1&limit=1', [6]],
  ['q=variant%204?&limit=1', []],
  ['q=100%25', []],
  // An underscore is itself, as every id has one; with a backslash before it nothing has it.
  ['q=%5C_', []],
  ['q=036000291452&limit=1', [6]],
  ['q=0%2036000-29145%202&limit=1', [6]],
  ['q=-%20-', []],
])('%s narrows the list', async (query, expected) => {
  expect(indexes(await list(`?${query}`))).toEqual(expected);
});

test('an ASIN is found in any case', async () => {
  const [first] = (await list('?limit=1'))['data'] as unknown as { asin: string; id: string }[];
  const page = await list(`?asin=${first?.asin.toLowerCase()}`);
  expect(indexes(page)).toEqual([6]);
});

test('part of an id and of an ASIN is found in any case', async () => {
  const [newest] = (await list('?limit=1'))['data'] as unknown as { asin: string; id: string }[];
  for (const text of [
    newest?.asin.slice(1),
    newest?.asin.toLowerCase(),
    newest?.id,
    newest?.id.toUpperCase(),
  ])
    expect(indexes(await list(`?limit=1&q=${text}`))).toEqual([6]);
});

test('words are found however their accents are written', async () => {
  const variant = 'Café noir';
  const { body } = await api.as('maker')('POST', '/v1/badge-requests', {
    body: { variant: variant.normalize('NFD') },
  });
  const found = async (form: 'NFC' | 'NFD') =>
    (await list(`?q=${encodeURIComponent(variant.normalize(form))}`))['data'] as unknown as { id: string }[];
  for (const form of ['NFC', 'NFD'] as const) expect(await found(form)).toMatchObject([{ id: body['id'] }]);
  await api.pool.query('delete from badge_requests where id = $1', [body['id']]);
});

test('a product is found however the pipeline writes the accents of its name and model', async () => {
  const accented = (form: 'NFC' | 'NFD') => ({
    name: 'Lämpchen'.normalize(form),
    model: 'Bañera-1'.normalize(form),
  });
  const rest = { id: 'prod_accents', brand: 'Lumen', deviceType: 'LIGHT', integration: { kind: 'NONE' } };
  const raw = JSON.stringify({
    type: 'certification_project.updated',
    timestamp: '2026-11-22T10:00:00.000Z',
    data: {
      projectId: 'cert_accents',
      version: 1,
      organizationId: 'org_one',
      product: { ...rest, ...accented('NFD') },
      marketplaces: ['US'],
      status: 'UNDER_TEST',
    },
  });
  const at = new Date();
  const headers = {
    'webhook-id': 'whe_accents',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('whe_accents', at, raw),
  };
  expect((await api.as(null)('POST', '/v1/certification-events', { raw, headers })).status).toBe(202);
  const draft = { body: { productId: rest.id } };
  const { body } = await api.as('maker')('POST', '/v1/badge-requests', draft);
  for (const word of [accented('NFC'), accented('NFD')].flatMap((words) => Object.values(words)))
    expect((await list(`?q=${encodeURIComponent(word)}`))['data']).toMatchObject([{ id: body['id'] }]);
  await api.pool.query('delete from badge_requests where id = $1', [body['id']]);
  await api.pool.query('delete from products where id = $1', [rest.id]);
});

test('what is under review, by what is due, page by page', async () => {
  const first = await list('?order=reviewDue&limit=2', 'reviewer');
  const second = await list(`?order=reviewDue&limit=2&cursor=${textOf(first['next'])}`, 'reviewer');
  expect([...indexes(first), ...indexes(second)]).toEqual([1, 0, 2]);
  expect(second['next']).toBeNull();
});

test.each([
  ['limit=0', '/limit', 'TOO_SMALL'],
  ['limit=101', '/limit', 'TOO_LARGE'],
  ['limit=ten', '/limit', 'INVALID_TYPE'],
  ['limit=1&limit=2', '/limit', 'INVALID_TYPE'],
  ['limit=1.5', '/limit', 'INVALID_TYPE'],
  ['limit=', '/limit', 'INVALID_TYPE'],
  ['cursor=nonsense', '/cursor', 'INVALID_VALUE'],
  [`cursor=${Buffer.from('{"order":"newest"}').toString('base64url')}`, '/cursor', 'INVALID_VALUE'],
  [
    `cursor=${Buffer.from('{"order":"reviewDue","id":"br_1","dueAt":"2030-01-01T00:00:00.000000Z"}').toString('base64url')}`,
    '/order',
    'INVALID_VALUE',
  ],
  ['status=LOST', '/status/0', 'INVALID_VALUE'],
  ['stage=LOST', '/stage', 'INVALID_VALUE'],
  ['waitingOn=GODOT', '/waitingOn', 'INVALID_VALUE'],
  ['marketplace=XX', '/marketplace', 'UNKNOWN_MARKETPLACE'],
  ['color=red', '/color', 'UNKNOWN_FIELD'],
  ['__proto__=red', '/__proto__', 'UNKNOWN_FIELD'],
  ['constructor=red', '/constructor', 'UNKNOWN_FIELD'],
  ['q=%00', '/q', 'INVALID_CHARACTERS'],
  ['order=reviewDue', '/order', 'INVALID_VALUE'],
])('%s is refused by name', async (query, pointer, code) => {
  const reply = await api.as('maker')('GET', `/v1/badge-requests?${query}`);
  expect(reply.status).toBe(422);
  expect(reply.body['errors']).toMatchObject([{ pointer, code }]);
});

test('products are those that a request may be made for', async () => {
  const products = async (person: PersonName) =>
    ((await api.as(person)('GET', '/v1/products')).body['data'] as unknown as { id: string }[]).map(
      ({ id }) => id,
    );
  expect(await products('maker')).toEqual(['prod_one']);
  expect(await products('reviewer')).toEqual(['prod_two', 'prod_one']);
  await api.pool.query(`update certification_projects set status = 'CANCELLED' where id = 'cert_two'`);
  expect(await products('stranger')).toEqual([]);
  const one = await api.as('stranger')('GET', '/v1/products/prod_two');
  const certification = {
    projectId: 'cert_two',
    version: 1,
    status: 'CANCELLED',
    result: null,
    reason: null,
    marketplaces: ['US', 'CA', 'UK', 'DE', 'JP'],
  };
  expect(one.body).toEqual({
    id: 'prod_two',
    name: 'Lamp',
    brand: 'Brand',
    model: 'M-1',
    deviceType: 'LIGHT',
    integration: { kind: 'SKILL', skillId: 'amzn1.ask.skill.one', vendorId: 'V' },
    organization: { id: 'org_two', name: 'Two' },
    certification,
    certifications: [certification],
    marketplaces: [],
  });
  expect((await api.as('maker')('GET', '/v1/products/prod_two')).status).toBe(404);
});

test('a cursor of one list is none of another', async () => {
  const comments = `/v1/badge-requests/${ids[0]}/comments`;
  const lists = {
    products: ['prod', '/v1/products'],
    comments: ['cmt', comments],
    'calendar feeds': ['feed', '/v1/calendar/feeds'],
    'programme suspensions': ['psus', '/v1/program-suspensions'],
  } as const;
  for (const [own, [, path]] of Object.entries(lists)) {
    const person = own === 'programme suspensions' ? 'operator' : 'maker';
    for (const [list, [prefix]] of Object.entries(lists)) {
      const cursor = encodeCursor({ list, id: `${prefix}_${'0'.repeat(26)}` });
      const { status } = await api.as(person)('GET', `${path}?cursor=${cursor}`);
      expect([path, list, status]).toEqual([path, list, list === own ? 200 : 422]);
    }
  }
  // The pipeline names products as it likes.
  const ofAProduct = encodeCursor({ list: 'products', id: 'feed_bulb' });
  expect((await api.as('maker')('GET', `/v1/products?cursor=${ofAProduct}`)).status).toBe(200);
});

test('history and comments go page by page, oldest first', async () => {
  const path = `/v1/badge-requests/${ids[6]}`;
  for (const body of ['one', 'two', 'three'])
    await api.as('maker')('POST', `${path}/comments`, { body: { body } });
  const first = (await api.as('viewer')('GET', `${path}/comments?limit=2`)).body;
  const second = (await api.as('viewer')('GET', `${path}/comments?limit=2&cursor=${textOf(first['next'])}`))
    .body;
  const bodies = [first, second].flatMap((page) => page['data'] as unknown as { body: string }[]);
  expect(bodies.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
  expect(bodies[0]).toMatchObject({
    id: textLike(/^cmt_/),
    author: { name: 'maker', role: 'MAKER' },
  });

  await api.as('maker')('PATCH', path, { body: { variant: 'changed' } });
  const begin = (await api.as('maker')('GET', `${path}/history?limit=1`)).body;
  const rest = (await api.as('maker')('GET', `${path}/history?limit=1&cursor=${textOf(begin['next'])}`)).body;
  expect([begin, rest].map((page) => page['data'])).toMatchObject([
    [{ action: 'create' }],
    [{ action: 'save' }],
  ]);
  expect(rest['next']).toBeNull();
});

test('comments of one instant are read each once, in one order', async () => {
  const path = `/v1/badge-requests/${ids[2]}/comments`;
  for (const body of ['one', 'two', 'three', 'four']) await api.as('maker')('POST', path, { body: { body } });
  await api.pool.query('update comments set created_at = now() where request_id = $1', [ids[2]]);
  const whole = (await api.as('viewer')('GET', path)).body['data'];
  const first = (await api.as('viewer')('GET', `${path}?limit=2`)).body;
  const second = (await api.as('viewer')('GET', `${path}?limit=2&cursor=${textOf(first['next'])}`)).body;
  expect([first, second].flatMap((page) => page['data'] as unknown as Json[])).toEqual(whole);
  expect([whole, second['next']]).toMatchObject([{ length: 4 }, null]);
});

test('a comment is of the instant at which its turn comes, behind those that it has waited for', async () => {
  const path = `/v1/badge-requests/${ids[3]}/comments`;
  let late: Promise<unknown> = Promise.resolve();
  await transact(api.pool, async (connection) => {
    await connection.query(`select pg_advisory_xact_lock(hashtextextended('comments/' || $1::text, 0))`, [
      ids[3],
    ]);
    late = api.as('maker')('POST', path, { body: { body: 'late' } });
    await until(async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
      return (await api.pool.query(waiting)).rowCount === 1;
    });
    await connection.query(
      `insert into comments (id, request_id, author_id, body, created_at)
        values ('cmt_early', $1, 'person_maker', 'early', clock_timestamp())`,
      [ids[3]],
    );
  });
  await late;
  const thread = (await api.as('viewer')('GET', path)).body['data'];
  expect(thread).toMatchObject([{ body: 'early' }, { body: 'late' }]);
});

test('a comment that is there at the second try only stands where it came, not where it was meant to', async () => {
  const path = `/v1/badge-requests/${ids[1]}/comments`;
  const say = (body: string) => api.as('maker')('POST', path, { body: { body }, key: body });
  await api.pool.query(`
    create function be_away() returns trigger language plpgsql as
      $$ begin raise exception 'not now' using errcode = '55P03'; end $$;
    create trigger away before insert on comments execute function be_away()`);
  expect((await say('again')).status).toBe(503);
  await api.pool.query('drop function be_away cascade');
  for (const body of ['between', 'again', 'after']) expect((await say(body)).status).toBe(201);

  const bodies: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await api.as('viewer')('GET', `${path}?limit=1${cursor}`);
    bodies.push(...(body['data'] as unknown as { body: string }[]).map((comment) => comment.body));
    cursor = body['next'] === null ? null : `&cursor=${textOf(body['next'])}`;
  }
  expect(bodies).toEqual(['between', 'again', 'after']);
});

test('what is written ahead is not history yet', async () => {
  await api.pool.query(
    `insert into badge_request_history (request_id, seq, at, actor_role, action, to_status)
      values ($1, 9, now() + interval '1 hour', 'SERVICE', 'enable', 'ENABLED')`,
    [ids[0]],
  );
  const { text } = await api.as('maker')('GET', `/v1/badge-requests/${ids[0]}/history`);
  expect(text).not.toContain('enable');
});

test.each([
  [{ body: ' ' }, 'REQUIRED', 'This field is needed.'],
  [{ body: 'é'.repeat(2049) }, 'TOO_LONG', 'at most 4096 bytes and has 4098'],
  [{ body: 'x'.repeat(5000) }, 'TOO_LONG', 'at most 4096 bytes and has 5000'],
])('a comment has words, and 4,096 bytes at most', async (body, code, said) => {
  const reply = await api.as('maker')('POST', `/v1/badge-requests/${ids[0]}/comments`, { body });
  expect(reply.status).toBe(422);
  expect(reply.body['errors']).toMatchObject([{ pointer: '/body', code }]);
  expect(reply.text).toContain(said);
});

test.each([
  ['programs', { code: 'WWA', name: 'Works with Alexa' }],
  [
    'marketplaces',
    { code: 'US', name: 'United States', country: 'US', region: 'NA', timeZone: 'America/Los_Angeles' },
  ],
  ['bundle-devices', { code: 'ECHO_DOT', name: 'Echo Dot' }],
  ['reason-codes', { code: 'ASIN_NOT_FOUND', field: '/asin', reviewerMayPick: true, needsText: false }],
])('reference data: %s', async (name, first) => {
  const { status, body } = await api.as('viewer')('GET', `/v1/${name}`);
  expect([status, body['next']]).toEqual([200, null]);
  expect((body['data'] as unknown as object[])[0]).toMatchObject(first);
});
