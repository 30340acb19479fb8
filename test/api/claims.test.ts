/** Of several reviewers one works on a request. */
import { badgeRequest } from '../../api/badge-requests/schemas';
import { transact } from '../../db/pool';
import { takeClaim } from '../../db/review-claims';
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api, type PersonName, type Reply, textLike, textOf } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

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

const see = async (person: PersonName, id: string) => (await api.as(person)('GET', pathOf(id))).body;
const codeOf = ({ status, body }: Reply) => [status, body['code']];
const minutesLeft = (until: unknown) => (Date.parse(String(until)) - Date.now()) / 60_000;
const setLapse = (id: string, interval: string) =>
  api.pool.query('update review_claims set lapses_at = now() + $2::interval where request_id = $1', [
    id,
    interval,
  ]);
const claims = async (id: string) =>
  (await api.pool.query('select 1 from review_claims where request_id = $1', [id])).rowCount;
async function claimed(): Promise<string> {
  const id = await requests.underReview();
  expect((await requests.act('reviewer', id, 'claim')).status).toBe(200);
  return id;
}
const rejection = { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] };
const bodies: Record<string, object> = { approve: { round: 1 }, reject: rejection, recheck: { round: 1 } };

test('a claim is seen by reviewers and operators, with what each may do', async () => {
  const id = await requests.underReview();
  expect(await see('reviewer', id)).toMatchObject({
    claim: null,
    allowedActions: ['approve', 'reject', 'recheck', 'claim'],
  });
  const { status, body } = await requests.act('reviewer', id, 'claim');
  expect([status, body]).toMatchObject([
    200,
    {
      claim: { by: { name: 'Reviewer' }, mine: true },
      allowedActions: ['approve', 'reject', 'recheck', 'release'],
    },
  ]);
  expect(badgeRequest.parse(body)).toEqual(body);
  expect(Math.round(minutesLeft(body['claim']?.['until']))).toBe(30);
  const others = { by: { name: 'Reviewer' }, mine: false, until: textLike(/Z$/) };
  expect(await see('rival', id)).toMatchObject({ claim: others, allowedActions: [] });
  expect(await see('operator', id)).toMatchObject({ claim: others });
  const listed = async (person: PersonName) => {
    const data = (await api.as(person)('GET', `/v1/badge-requests?q=${id}`)).body['data'];
    return data?.[0];
  };
  expect(await listed('rival')).toMatchObject({ claim: others, allowedActions: [] });
  for (const person of ['maker', 'viewer'] as const) {
    expect(await see(person, id)).toMatchObject({ claim: null });
    expect(await listed(person)).toMatchObject({ claim: null });
  }
});

test.each(['claim', 'release', 'approve', 'reject', 'recheck'])(
  'while another reviewer has it, %s is refused and says who has it',
  async (action) => {
    const id = await claimed();
    const before = await see('maker', id);
    const reply = await requests.act('rival', id, action, bodies[action]);
    expect([reply.status, reply.body]).toMatchObject([
      409,
      { code: 'CLAIMED', claim: { by: { name: 'Reviewer' }, until: textLike(/Z$/) } },
    ]);
    expect(reply.body['claim']?.['mine']).toBeUndefined();
    expect(await see('maker', id)).toEqual(before);
    expect(await see('reviewer', id)).toMatchObject({ claim: { mine: true } });
  },
);

test('of two who claim at once, exactly one has it', async () => {
  const ids = await Promise.all([1, 2, 3].map(() => requests.underReview()));
  for (const id of ids) {
    const names = ['reviewer', 'rival'] as const;
    const replies = await Promise.all(names.map((name) => requests.act(name, id, 'claim')));
    expect(replies.map(codeOf).sort()).toEqual([
      [200, undefined],
      [409, 'CLAIMED'],
    ]);
    const winner = names[replies.findIndex(({ status }) => status === 200)] ?? 'reviewer';
    expect(await see(winner, id)).toMatchObject({ claim: { mine: true } });
  }
});

test('what waits for the other’s row loses, also for a claim that has lapsed', async () => {
  const id = await claimed();
  await setLapse(id, '-1 second');
  let second = Promise.resolve(true);
  await transact(api.pool, async (connection) => {
    expect(await takeClaim(connection, { requestId: id, reviewerId: 'person_rival', minutes: 30 })).toBe(
      true,
    );
    second = takeClaim(api.pool, { requestId: id, reviewerId: 'person_reviewer', minutes: 30 });
  });
  expect(await second).toBe(false);
  expect(await see('rival', id)).toMatchObject({ claim: { by: { name: 'rival' }, mine: true } });
});

test('nothing is claimed that is decided meanwhile', async () => {
  const id = await requests.underReview();
  let claim = Promise.resolve(true);
  await transact(api.pool, async (connection) => {
    await connection.query("update badge_requests set status = 'REJECTED' where id = $1", [id]);
    claim = takeClaim(api.pool, { requestId: id, reviewerId: 'person_rival', minutes: 30 });
  });
  expect(await claim).toBe(false);
  expect(codeOf(await requests.act('rival', id, 'claim'))).toEqual([409, 'ACTION_NOT_ALLOWED']);
});

test('a claim is given back, and another one has it then', async () => {
  const id = await claimed();
  expect((await requests.act('reviewer', id, 'release')).body).toMatchObject({
    claim: null,
    allowedActions: ['approve', 'reject', 'recheck', 'claim'],
  });
  expect((await requests.act('reviewer', id, 'release')).status).toBe(200);
  expect((await requests.act('rival', id, 'claim')).body).toMatchObject({ claim: { mine: true } });
  expect(codeOf(await requests.act('reviewer', id, 'approve', { round: 1 }))).toEqual([409, 'CLAIMED']);
});

test.each(['claim', 'release'])(
  '%s of a version that is over is refused, and changes nothing',
  async (action) => {
    const id = action === 'release' ? await claimed() : await requests.underReview();
    const { claim } = await see('operator', id);
    const reply = await api.as('reviewer')('POST', pathOf(id, `/${action}`), {
      body: {},
      headers: { 'if-match': '"0.of-before"' },
    });
    expect(codeOf(reply)).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await see('operator', id)).claim?.['by']).toEqual(claim?.['by']);
  },
);

test('a claim lapses, and another one may claim and decide', async () => {
  const id = await claimed();
  await setLapse(id, '-1 millisecond');
  expect(await see('reviewer', id)).toMatchObject({
    claim: null,
    allowedActions: ['approve', 'reject', 'recheck', 'claim'],
  });
  expect((await requests.act('rival', id, 'claim')).body).toMatchObject({ claim: { mine: true } });
  await setLapse(id, '-1 millisecond');
  expect((await requests.act('reviewer', id, 'approve', { round: 1 })).status).toBe(200);
});

const signs: Record<string, (id: string) => Promise<Reply>> = {
  'reading it': (id) => api.as('reviewer')('GET', pathOf(id)),
  'reading its history': (id) => api.as('reviewer')('GET', pathOf(id, '/history')),
  'reading its thread': (id) => api.as('reviewer')('GET', pathOf(id, '/comments')),
  commenting: (id) => requests.act('reviewer', id, 'comments', { body: 'Which lamp is it?' }),
  'claiming it once more': (id) => requests.act('reviewer', id, 'claim'),
};
test.each(Object.entries(signs))('%s renews a claim', async (_name, sign) => {
  const id = await claimed();
  await setLapse(id, '1 minute');
  expect((await sign(id)).status).toBeLessThan(300);
  const { rows } = await api.pool.query<{ lapses_at: Date }>(
    'select lapses_at from review_claims where request_id = $1',
    [id],
  );
  expect(Math.round(minutesLeft(rows[0]?.lapses_at.toISOString()))).toBe(30);
});

test('others who look do not, nor does a list', async () => {
  const id = await claimed();
  await setLapse(id, '1 minute');
  await api.as('reviewer')('GET', '/v1/badge-requests?claim=mine');
  await see('rival', id);
  await see('maker', id);
  const { claim } = await see('operator', id);
  expect(Math.round(minutesLeft(claim?.['until']))).toBe(1);
});

test('a claim lasts as long as it is configured', async () => {
  const brief = await startApi({ world, deps: { claimMinutes: 5 } });
  const id = await requests.underReview();
  const { body } = await brief.as('reviewer')('POST', pathOf(id, '/claim'));
  expect(Math.round(minutesLeft(body['claim']?.['until']))).toBe(5);
  await brief.close();
});

test('what nobody has claimed may be decided, and of two at once one decides', async () => {
  const id = await requests.underReview();
  const replies = await Promise.all([
    requests.act('reviewer', id, 'approve', { round: 1 }),
    requests.act('rival', id, 'reject', rejection),
  ]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
});

const endings: Record<string, (id: string) => Promise<Reply>> = {
  approved: (id) => requests.act('reviewer', id, 'approve', { round: 1 }),
  rejected: (id) => requests.act('reviewer', id, 'reject', rejection),
  withdrawn: (id) => requests.act('maker', id, 'withdraw'),
};
test.each(Object.entries(endings))('with what is %s its claim ends', async (_name, end) => {
  const id = await claimed();
  expect((await end(id)).status).toBe(200);
  expect(await claims(id)).toBe(0);
  expect(await see('reviewer', id)).toMatchObject({ claim: null, allowedActions: [] });
});

test('a claim is no change of the request and no part of its history', async () => {
  const id = await requests.underReview();
  const before = await see('maker', id);
  const history = async () => (await api.as('maker')('GET', pathOf(id, '/history'))).body;
  const entries = await history();
  await requests.act('reviewer', id, 'claim');
  await requests.act('reviewer', id, 'release');
  expect(await see('maker', id)).toEqual(before);
  expect(await history()).toEqual(entries);
});

test('the queue shows what is mine, and what nobody has claimed', async () => {
  const [mine, theirs, free, lapsed] = [
    await claimed(),
    await requests.underReview(),
    await requests.underReview(),
    await claimed(),
  ];
  await requests.act('rival', theirs, 'claim');
  await setLapse(lapsed, '-1 second');
  const draft = await requests.create();
  const all = [mine, theirs, free, lapsed, draft];
  const list = async (person: PersonName, claim: string) => {
    const path = `/v1/badge-requests?claim=${claim}&limit=100&order=reviewDue`;
    const data = (await api.as(person)('GET', path)).body['data'] as unknown as { id: string }[];
    return data.map(({ id }) => id).filter((id) => all.includes(id));
  };
  expect(await list('reviewer', 'mine')).toEqual([mine]);
  expect(await list('rival', 'mine')).toEqual([theirs]);
  expect((await list('reviewer', 'unclaimed')).sort()).toEqual([free, lapsed].sort());
  expect(await list('operator', 'mine')).toEqual([]);
  const refused = await api.as('maker')('GET', '/v1/badge-requests?claim=unclaimed');
  expect([refused.status, refused.body['errors']]).toMatchObject([422, [{ pointer: '/claim' }]]);
  const wrong = await api.as('reviewer')('GET', '/v1/badge-requests?claim=theirs');
  expect([wrong.status, wrong.body['errors']]).toMatchObject([
    422,
    [{ pointer: '/claim', found: 'theirs', expected: textLike('unclaimed') }],
  ]);
  expect(textOf(wrong.body['code'])).toBe('VALIDATION_FAILED');
});
