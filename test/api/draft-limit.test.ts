/** How many drafts an organization may have that it never submitted. */
import { createWorld, type World } from '../setup/request-world';
import { readyForm, startApi, type Api, textLike, textOf } from './api-server';
import { requestCalls, type RequestCalls } from './request-calls';

const LIMIT = 3;
let world: World;
let api: Api;
let requests: RequestCalls;
beforeAll(async () => {
  world = await createWorld();
  api = await startApi({ world, deps: { draftsPerOrganization: LIMIT } });
  requests = requestCalls(api);
});
afterAll(async () => {
  await api.close();
  await world.close();
});
afterEach(() => api.pool.query('delete from badge_requests'));

const create = (key?: string, person: 'maker' | 'colleague' = 'maker') =>
  api.as(person)('POST', '/v1/badge-requests', { body: {}, ...(key !== undefined && { key }) });
async function fill(): Promise<string[]> {
  const replies = await Promise.all(Array.from({ length: LIMIT }, () => create()));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  return replies.map(({ body }) => textOf(body['id']));
}
const refusal = { status: 409, body: { code: 'TOO_MANY_DRAFTS' } };

test('whoever of the organization creates one more is told, and nothing of it is there', async () => {
  await fill();
  const reply = await create(undefined, 'colleague');
  expect(reply).toMatchObject(refusal);
  expect(reply.body['detail']).toEqual(textLike(/^Your organization has 3 drafts /));
  const { body } = await api.as('maker')('GET', '/v1/badge-requests');
  expect(body['data']).toHaveLength(LIMIT);
});

test('one that was submitted makes room for good, also once it is withdrawn', async () => {
  await fill();
  expect(await create()).toMatchObject(refusal);
  await api.pool.query(`delete from badge_requests where id = (select min(id) from badge_requests)`);
  const id = await requests.underReview();
  expect((await create()).status).toBe(201);
  expect((await requests.act('maker', id, 'withdraw')).body).toMatchObject({ status: 'NOT_SUBMITTED' });
  expect(await create()).toMatchObject(refusal);
  await api.pool.query(`delete from badge_requests where id = (select max(id) from badge_requests)`);
  expect((await create()).status).toBe(201);
});

test('one that is discarded makes room when a day is over', async () => {
  const [id = ''] = await fill();
  expect((await requests.act('maker', id, 'discard')).status).toBe(200);
  expect(await create()).toMatchObject(refusal);
  const age = `update badge_requests set created_at = created_at - interval '1 day' where id = $1`;
  await api.pool.query(age, [id]);
  expect((await create()).status).toBe(201);
  expect(await create()).toMatchObject(refusal);
});

test('one that is open counts however old it is', async () => {
  await fill();
  await api.pool.query(`update badge_requests set created_at = created_at - interval '1 year'`);
  expect(await create()).toMatchObject(refusal);
});

test('the repeat of one that was made is answered as before, also when its first answer was lost', async () => {
  const first = await create('again');
  for (let others = 1; others < LIMIT; others += 1) await create();
  await api.pool.query(`update idempotency_keys set status = null, body = null where key = 'again'`);
  const again = await create('again');
  expect([again.status, again.body['id']]).toEqual([201, first.body['id']]);
  expect(await create()).toMatchObject(refusal);
});

test('an organization takes nothing from another', async () => {
  await fill();
  const body = { ...readyForm(), productId: 'prod_two' };
  expect((await api.as('stranger')('POST', '/v1/badge-requests', { body })).status).toBe(201);
});
