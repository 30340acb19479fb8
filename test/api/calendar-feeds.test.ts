import { createHash } from 'node:crypto';
import ICAL from 'ical.js';
import { forgetOld } from '../../db/forgetting';
import { startApi, someText, textLike, textOf, type Api, type PersonName } from './api-server';
import { placeMany, placeRequest } from './calendar-scene';

const FEEDS = '/v1/calendar/feeds';
let api: Api;
beforeAll(async () => {
  api = await startApi({ deps: { now: () => new Date('2998-12-31T12:00:00.000Z') } });
});
afterAll(() => api.close());
beforeEach(() => api.pool.query('delete from badge_requests; delete from calendar_feeds'));

const create = async (person: PersonName = 'maker', key?: string) =>
  (await api.as(person)('POST', FEEDS, key === undefined ? {} : { key })).body;
const read = (url: string) => api.as(null)('GET', new URL(url).pathname);
const uids = async (url: string) => {
  const { status, text } = await read(url);
  if (status !== 200) throw new Error(`${status}`);
  return new ICAL.Component(ICAL.parse(text) as object[])
    .getAllSubcomponents('vevent')
    .map((event) => String(event.getFirstPropertyValue('uid')));
};

test('a feed shows its owner’s calendar to whoever has the address', async () => {
  const id = await placeRequest(api, { date: '2999-01-15', marketplaces: ['JP', 'US'] });
  await placeRequest(api, { date: '2999-01-15', organization: 'two' });
  const { status, body } = await api.as('viewer')('POST', FEEDS);
  expect(status).toBe(201);
  expect(body).toEqual({
    id: textLike(/^feed_/),
    createdAt: someText,
    url: textLike(/\/calendar\/[A-Za-z0-9_-]{43}\.ics$/),
  });
  const { headers, text } = await read(textOf(body['url']));
  expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(text).toContain('DTSTART:29990114T150000Z\r\n');
  expect(await uids(textOf(body['url']))).toEqual([`${id}.JP@badge-requests`, `${id}.US@badge-requests`]);
});

test('it reaches from a month back to a year ahead', async () => {
  const placed: string[] = [];
  for (const day of ['2998-11-29', '2998-12-01', '2999-12-31', '3000-01-02'])
    placed.push(await placeRequest(api, { badges: { UK: `${day}T12:00:00Z` } }));
  expect(await uids(textOf((await create())['url']))).toEqual(
    placed.slice(1, 3).map((id) => `${id}.UK@badge-requests`),
  );
});

test('where there is more than it can show, what comes next is shown, and it says so', async () => {
  const past = await placeRequest(api, { badges: { UK: '2998-12-15T12:00:00Z' } });
  await placeMany(api, '2999-06-01', 5000);
  const { text } = await read(textOf((await create())['url']));
  expect(text).toContain('DESCRIPTION:There is more than a feed can show');
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(5000);
  expect(text).not.toContain(past);
  await api.pool.query("delete from badge_requests where id = 'br_many1000'");
  const whole = (await read(textOf((await create())['url']))).text;
  expect(whole).not.toContain('DESCRIPTION:');
  expect(whole).toContain(past);
});

test('an event keeps its name when its date changes', async () => {
  const id = await placeRequest(api, { date: '2999-01-15' });
  const url = textOf((await create())['url']);
  const before = await uids(url);
  await api.pool.query(`update badge_requests set go_live_date = '2999-02-01' where id = $1`, [id]);
  expect(await uids(url)).toEqual(before);
  expect((await read(url)).text).toContain('DTSTART:29990201T080000Z');
});

test('an event says that it was revised when its product has changed since', async () => {
  await placeRequest(api, { date: '2999-01-15' });
  const url = textOf((await create())['url']);
  expect((await read(url)).text).not.toContain('DTSTAMP:2998');
  await api.pool.query("update products set updated_at = '2998-12-31T11:00:00Z'");
  expect((await read(url)).text).toContain('DTSTAMP:29981231T110000Z');
});

test('the address is shown once and kept as its hash only', async () => {
  const { id, url } = await create('maker', 'once');
  const secret = /calendar\/(.+)\.ics$/.exec(textOf(url))?.[1] ?? '';
  const { rows } = await api.pool.query<{ secret_hash: Buffer }>('select secret_hash from calendar_feeds');
  expect(rows.map((row) => row.secret_hash.toString('hex'))).toEqual([
    createHash('sha256').update(secret).digest('hex'),
  ]);
  const keys = await api.pool.query('select * from idempotency_keys');
  expect(JSON.stringify(keys.rows)).not.toContain(secret);
  const { body, text } = await api.as('maker')('GET', FEEDS);
  expect(body).toEqual({ data: [{ id, createdAt: someText }], next: null });
  expect(text).not.toContain(secret);
});

test('a repeat with the same key gives the same feed another address, in place of the one before', async () => {
  const first = await create('maker', 'repeated');
  const second = await create('maker', 'repeated');
  expect(second['id']).toBe(first['id']);
  expect(second['url']).not.toBe(first['url']);
  expect((await read(textOf(first['url']))).status).toBe(404);
  expect((await read(textOf(second['url']))).status).toBe(200);
  await api.as('maker')('DELETE', `${FEEDS}/${textOf(first['id'])}`);
  expect((await api.as('maker')('POST', FEEDS, { key: 'repeated' })).status).toBe(404);
});

test('a person has a hundred at most, and room again for each that is revoked', async () => {
  await api.pool.query(
    `insert into calendar_feeds (id, owner_id, secret_hash)
      select 'feed_' || lpad(n::text, 26, '0'), 'person_maker', n::text::bytea from generate_series(1, 99) n`,
  );
  const add = async (person: PersonName, key?: string) => {
    const { status, body } = await api.as(person)('POST', FEEDS, key === undefined ? {} : { key });
    return status === 201 ? 201 : body['code'];
  };
  const last = [await add('maker', 'last'), await add('maker', 'last')];
  expect([...last, await add('maker'), await add('colleague')]).toEqual([201, 201, 'TOO_MANY_FEEDS', 201]);
  await api.as('maker')('DELETE', `${FEEDS}/feed_${'1'.padStart(26, '0')}`);
  expect([await add('maker'), await add('maker')]).toEqual([201, 'TOO_MANY_FEEDS']);
});

test('a revoked one is forgotten once nobody repeats the call that made it', async () => {
  const ids = [
    textOf((await create())['id']),
    textOf((await create())['id']),
    textOf((await create())['id']),
  ];
  for (const id of ids.slice(0, 2)) await api.as('maker')('DELETE', `${FEEDS}/${id}`);
  await api.pool.query(
    `update calendar_feeds set created_at = now() - interval '1 year', revoked_at = revoked_at - interval '49 hours'
      where id <> $1`,
    [ids[1]],
  );
  await forgetOld(api.pool, 'calendar_feeds', 10);
  const { rows } = await api.pool.query<{ id: string }>('select id from calendar_feeds order by id');
  expect(rows.map(({ id }) => id)).toEqual(ids.slice(1));
});

test.each([
  [{ body: {} }, 201],
  [{ body: { name: 'Mine' } }, 422],
  [{ raw: '{"a":', headers: { 'content-type': 'application/json' } }, 400],
  [{ raw: 'zzz', headers: { 'content-type': 'text/plain' } }, 415],
])('a feed that is asked for with %j is answered %i', async (options, status) => {
  expect((await api.as('maker')('POST', FEEDS, options)).status).toBe(status);
});

test('a revoked feed is gone at once, for good, and only its owner revokes it', async () => {
  const { id, url } = await create();
  const other = await create();
  const remove = (person: PersonName) => api.as(person)('DELETE', `${FEEDS}/${textOf(id)}`);
  expect((await remove('colleague')).status).toBe(404);
  expect((await remove('operator')).status).toBe(404);
  expect((await read(textOf(url))).status).toBe(200);
  const revoked = await remove('maker');
  expect([revoked.status, revoked.text]).toEqual([204, '']);
  expect((await read(textOf(url))).status).toBe(404);
  expect((await remove('maker')).status).toBe(204);
  const list = await api.as('maker')('GET', FEEDS);
  expect(list.body['data']).toEqual([{ id: other['id'], createdAt: someText }]);
});

test('feeds are listed to their owner only, newest first, page by page', async () => {
  const ids = [await create(), await create(), await create()].map(({ id }) => id);
  await create('colleague');
  const first = (await api.as('maker')('GET', `${FEEDS}?limit=2`)).body;
  const second = (await api.as('maker')('GET', `${FEEDS}?limit=2&cursor=${textOf(first['next'])}`)).body;
  const seen = [first, second].flatMap(({ data }) => data as unknown as { id: string }[]);
  expect(seen.map(({ id }) => id)).toEqual(ids.reverse());
});

test('it shows what its owner may see when it is read, and dies with their access', async () => {
  const own = await placeRequest(api, { date: '2999-01-15' });
  const other = await placeRequest(api, { date: '2999-01-15', organization: 'two' });
  const url = textOf((await create('insider'))['url']);
  const change = (columns: string) =>
    api.pool.query(`update people set ${columns} where id = 'person_insider'`);
  expect(await uids(url)).toEqual([`${own}.US@badge-requests`, `${other}.US@badge-requests`]);
  await change(`role = 'MAKER', organization_id = 'org_two'`);
  expect(await uids(url)).toEqual([`${other}.US@badge-requests`]);

  await change('left_at = now()');
  expect((await read(url)).status).toBe(404);
  await change('left_at = null');
  expect((await read(url)).status).toBe(200);
  await api.pool.query(`delete from people where id = 'person_insider'`);
  expect((await read(url)).status).toBe(404);
});

test.each(['x', 'A'.repeat(43), `${'A'.repeat(43)}.ics.ics`, '%00', 'A'.repeat(5000)])(
  'an address that nobody was given is none',
  async (secret) => {
    const { status, body } = await api.as(null)('GET', `/calendar/${secret}.ics`);
    expect([status, body['code']]).toEqual([404, 'NOT_FOUND']);
  },
);

test('the log names the address by its pattern', async () => {
  const { url } = await create();
  const secret = /calendar\/(.+)\.ics$/.exec(textOf(url))?.[1] ?? '';
  await read(textOf(url));
  await api.as(null)('POST', new URL(textOf(url)).pathname);
  const log = JSON.stringify(api.logged);
  expect(log).toContain('/calendar/{secret}.ics');
  expect(log).not.toContain(secret);
});
