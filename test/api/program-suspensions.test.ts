/** What operators decide about a maker's badges of a programme in a region. */
import { createSuspensionRelay } from '../../activities/program-suspension-relay';
import { programSuspension } from '../../api/program-suspensions/schemas';
import { createWorld, type World } from '../setup/request-world';
import { someText, startApi, textLike, textOf, type Api, type Json, type PersonName } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

const PATH = '/v1/program-suspensions';
const reason = 'Seven outages this year; five are allowed.';
let world: World;
let api: Api;
let requests: RequestCalls;
beforeAll(async () => {
  world = await createWorld();
  api = await startApi({ world });
  requests = requestCalls(api);
});
afterAll(async () => {
  await api.close();
  await world.close();
});
afterEach(() =>
  world.pool.query(
    'delete from badge_requests; delete from program_suspensions; delete from idempotency_keys',
  ),
);

const suspend = (changes: object = {}, key?: string, person: PersonName = 'operator') =>
  api.as(person)('POST', PATH, {
    body: { program: 'WWA', organizationId: 'org_one', region: 'FE', reason, ...changes },
    ...(key !== undefined && { key }),
  });
const end = (
  id: string,
  key?: string,
  person: PersonName = 'operator',
  body: object = { reason: 'Well again.' },
) => api.as(person)('POST', `${PATH}/${id}/end`, { body, ...(key !== undefined && { key }) });
const read = (id: string) => api.as('operator')('GET', `${PATH}/${id}`);
const opened = async (changes?: object) => textOf((await suspend(changes)).body['id']);
/** Carries it to the badges, whose workflows then end. */
async function tell(id: string): Promise<void> {
  const relay = createSuspensionRelay({ ...world, signalsPerSecond: 5_000 });
  while ((await relay.drainOne()) > 0);
  await world.client.workflow.getHandle(`badge-remedy/${id}`).result();
}

test('an operator suspends and ends it, and both can be read', async () => {
  const { status, body, headers } = await suspend({ reason: ` ${reason} ` });
  expect(status).toBe(201);
  expect(programSuspension.parse(body)).toEqual(body);
  expect(body).toEqual({
    id: textLike(/^psus_/),
    program: 'WWA',
    organization: { id: 'org_one', name: 'One' },
    region: 'FE',
    reason,
    suspendedBy: { name: 'Operator' },
    suspendedAt: someText,
    endReason: null,
    endedBy: null,
    endedAt: null,
  });
  const id = textOf(body['id']);
  expect(headers.get('location')).toBe(`${PATH}/${id}`);
  const found = await read(id);
  expect([found.status, found.body]).toEqual([200, body]);
  const etag = headers.get('etag') ?? '';
  expect(found.headers.get('etag')).toBe(etag);
  const unchanged = () => api.as('operator')('GET', `${PATH}/${id}`, { headers: { 'if-none-match': etag } });
  expect((await unchanged()).status).toBe(304);

  const ended = await end(id);
  expect([ended.status, ended.body]).toEqual([
    200,
    { ...(body as object), endReason: 'Well again.', endedBy: { name: 'Operator' }, endedAt: someText },
  ]);
  expect(programSuspension.parse(ended.body)).toEqual(ended.body);
  expect([(await read(id)).body, (await unchanged()).status]).toEqual([ended.body, 200]);
});

test('the badges of the region are suspended and come back, each request with its history and mail', async () => {
  const request = await requests.underReview();
  await requests.act('reviewer', request, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await requests.until(request, ({ status }) => (status as unknown) === 'ENABLED');
  const asin = textOf((await requests.read(request)).body['asin']);
  const shown = async (marketplace: string) =>
    ((await api.as(null)('GET', `/v1/badges/${marketplace}/${asin}`)).body['badges'] as unknown as unknown[])
      .length;
  const id = await opened();
  await tell(request);
  const { body } = await api.as('operator')('GET', pathOf(request));
  expect(body).toMatchObject({
    status: 'ENABLED',
    allowedActions: ['suspend', 'remove'],
    badges: [
      { marketplace: 'JP', status: 'SUSPENDED', causes: ['PROGRAM_SUSPENSION'] },
      { marketplace: 'US', status: 'ENABLED', causes: [] },
    ],
  });
  expect([await shown('JP'), await shown('US')]).toEqual([0, 1]);
  // An operator's order does not end it.
  const refused = await requests.act('operator', request, 'reinstate', { reason: 'A mistake.' });
  expect([refused.status, refused.body['detail']]).toEqual([
    409,
    'None of these badges can be reinstated: JP is SUSPENDED (PROGRAM_SUSPENSION); US is ENABLED.',
  ]);
  await end(id);
  await tell(request);
  expect([await shown('JP'), await shown('US')]).toEqual([1, 1]);
  const history = (await api.as('maker')('GET', pathOf(request, '/history'))).body['data'];
  expect((history as unknown as Json[]).slice(-2)).toMatchObject([
    {
      action: 'suspend',
      actor: { role: 'SERVICE' },
      details: { cause: 'PROGRAM_SUSPENSION', marketplaces: ['JP'], region: 'FE', suspensionId: id, reason },
    },
    { action: 'reinstate', details: { marketplaces: ['JP'], suspensionId: id, reason: 'Well again.' } },
  ]);
  const { rows } = await api.pool.query(
    `select template from mail_outbox where request_id = $1 and recipient_id = 'person_maker' order by id`,
    [request],
  );
  expect(rows.slice(-2)).toEqual([{ template: 'badge-suspended' }, { template: 'badge-reinstated' }]);
});

/** A request whose badge goes live in Japan tomorrow, and how that badge is shown. */
async function goingLive() {
  const request = await requests.underReview();
  await api.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
      select id, 'JP', program, asin, now() + interval '1 day' from badge_requests where id = $1`,
    [request],
  );
  await api.pool.query(`update badge_requests set status = 'PENDING', stage = 'SCHEDULED' where id = $1`, [
    request,
  ]);
  return async () => (await api.as('maker')('GET', pathOf(request))).body['badges']?.[0];
}

test('a badge that is to go live is held back before the call answers, and released by a worker', async () => {
  const badge = await goingLive();
  const id = await opened();
  expect(await badge()).toMatchObject({ status: 'STAGED', causes: ['PROGRAM_SUSPENSION'] });
  await end(id);
  await createSuspensionRelay({ ...world, signalsPerSecond: 5_000 }).drainOne();
  expect(await badge()).toMatchObject({ status: 'STAGED', causes: [] });
});

test('one that cannot be spread at once is there all the same, and a worker spreads it', async () => {
  const badge = await goingLive();
  await api.pool.query('alter table program_suspension_news rename to news_away');
  const { status } = await suspend().finally(() =>
    api.pool.query('alter table news_away rename to program_suspension_news'),
  );
  expect(status).toBe(201);
  expect(await badge()).toMatchObject({ causes: [] });
  expect(api.logged).toContainEqual(
    expect.objectContaining({ level: 40, reason: expect.objectContaining({ code: '42P01' }) as unknown }),
  );
  await api.pool.query('update program_suspensions set next_attempt_at = now()');
  await createSuspensionRelay({ ...world, signalsPerSecond: 5_000 }).drainOne();
  expect(await badge()).toMatchObject({ status: 'STAGED', causes: ['PROGRAM_SUSPENSION'] });
});

test('one holds for a programme, organization and region at a time', async () => {
  const id = await opened();
  const again = await suspend({ reason: 'Another one.' });
  expect([again.status, again.body]).toMatchObject([
    409,
    {
      code: 'ALREADY_SUSPENDED',
      existingSuspensionId: id,
      detail: textLike(/One are suspended in Far East already/),
    },
  ]);
  expect((await suspend({ region: 'NA' })).status).toBe(201);
  expect((await suspend({ organizationId: 'org_two' })).status).toBe(201);
  await end(id);
  expect((await suspend()).status).toBe(201);
  const all = await Promise.all([1, 2, 3].map(() => suspend({ region: 'EU' })));
  expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
});

test('a repeated key has one effect and the same answer, also where the first answer was lost', async () => {
  const first = await suspend({}, 'begin');
  expect((await suspend({}, 'begin')).text).toBe(first.text);
  const lose = () => api.pool.query('update idempotency_keys set status = null, body = null');
  await lose();
  expect((await suspend({}, 'begin')).text).toBe(first.text);
  const id = textOf(first.body['id']);
  const ended = await end(id, 'end');
  await lose();
  expect((await end(id, 'end')).text).toBe(ended.text);
  const other = await end(id, 'other');
  expect([other.status, other.body]).toMatchObject([409, { code: 'ALREADY_ENDED', detail: someText }]);
});

test('they are listed newest first, page by page, of all or of one organization', async () => {
  const ids = [await opened(), await opened({ region: 'NA' }), await opened({ region: 'EU' })].reverse();
  await opened({ organizationId: 'org_two' });
  const list = async (query: string) => (await api.as('operator')('GET', `${PATH}?${query}`)).body;
  const idsOf = ({ data }: Json) => (data as unknown as { id: string }[]).map(({ id }) => id);
  expect(idsOf(await list(''))).toHaveLength(4);
  const first = await list('organizationId=org_one&limit=2');
  const second = await list(`organizationId=org_one&limit=2&cursor=${textOf(first['next'])}`);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  expect(second['next']).toBeNull();
});

test.each<[string, object, string, string, string | null, RegExp]>([
  ['an unknown programme', { program: 'XXX' }, '/program', 'UNKNOWN_PROGRAM', 'XXX', /WWA/],
  ['an unknown region', { region: 'APAC' }, '/region', 'UNKNOWN_REGION', 'APAC', /NA, EU, FE/],
  [
    'an unknown organization',
    { organizationId: 'org_three\u200b' },
    '/organizationId',
    'UNKNOWN_ORGANIZATION',
    'org_threeU+200B',
    /id of an organization/,
  ],
])('refuses %s, and says what is allowed', async (_, changes, pointer, code, found, expected) => {
  const reply = await suspend(changes);
  expect([reply.status, reply.body['errors']]).toMatchObject([
    422,
    [{ pointer, code, found, expected: textLike(expected), detail: someText }],
  ]);
});

test('refuses an end without words, what is not there, and whoever is no operator', async () => {
  const none = await suspend({ reason: ' ' });
  expect([none.status, none.body['errors']]).toMatchObject([422, [{ pointer: '/reason', code: 'REQUIRED' }]]);
  const id = await opened();
  const silent = await end(id, undefined, 'operator', {});
  expect([silent.status, silent.body['errors']]).toMatchObject([422, [{ pointer: '/reason' }]]);
  expect([(await read('psus_none')).status, (await end('psus_none')).status]).toEqual([404, 404]);
  for (const person of ['maker', 'viewer', 'reviewer'] as const) {
    const replies = [await suspend({}, undefined, person), await end(id, undefined, person)];
    replies.push(await api.as(person)('GET', PATH), await api.as(person)('GET', `${PATH}/${id}`));
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  }
});
