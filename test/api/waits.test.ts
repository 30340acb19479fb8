/** What a request's page says while its checks wait for Amazon. */
import { noteWait } from '../../db/review-waits';
import { startApi, type Api } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

let api: Api;
let calls: RequestCalls;
let id: string;
beforeAll(async () => {
  api = await startApi();
  calls = requestCalls(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  id = await calls.create();
  await api.pool.query(
    `update badge_requests set status = 'UNDER_REVIEW', stage = 'CHECKING', round = 2 where id = $1`,
    [id],
  );
});
afterEach(() => api.pool.query('delete from badge_requests where id = $1', [id]));

const nextStep = async () => (await calls.read(id)).body['nextStep'];
const CHECKED =
  'The product’s listing, and its skill if it has one, are being checked; a reviewer decides next.';
const why = 'Amazon’s catalogue answered 429.';
const noonOf = (day: string) => `${day}T12:04:30.000Z`;
const note = (service: string, retryAt: string | null, round = 2, text = why) =>
  noteWait(api.pool, { requestId: id, round, service }, { why: text, retryAt });

test('nothing, while they do not wait', async () => {
  expect(await nextStep()).toBe(CHECKED);
});

test('why, and when it goes on; until they have an answer', async () => {
  await note('catalog/na', noonOf('2099-03-01'));
  const sentence = 'Amazon’s catalogue answered 429; it is asked again on 2099-03-01 at 12:04 UTC.';
  expect(await nextStep()).toBe(sentence);
  const { body } = await api.as('maker')('GET', '/v1/badge-requests?stage=CHECKING');
  expect(body['data']).toMatchObject([{ nextStep: sentence }]);
  await note('catalog/na', null);
  expect(await nextStep()).toBe(why);
  for (let time = 0; time < 2; time += 1)
    await noteWait(api.pool, { requestId: id, round: 2, service: 'catalog/na' }, null);
  expect(await nextStep()).toBe(CHECKED);
});

test('the longest of several waits', async () => {
  await note('catalog/na', null);
  await note('skills', noonOf('2099-03-02'), 2, 'The skill store answered 503.');
  await note('catalog/eu', noonOf('2099-03-01'));
  expect(await nextStep()).toBe(
    'The skill store answered 503; it is asked again on 2099-03-02 at 12:04 UTC.',
  );
});

test('nothing of another round, nor in another stage', async () => {
  await note('catalog/na', noonOf('2099-03-01'), 1);
  expect(await nextStep()).toBe(CHECKED);
  await note('catalog/na', noonOf('2099-03-01'));
  await api.pool.query(`update badge_requests set stage = 'AWAITING_REVIEWER' where id = $1`, [id]);
  expect(await nextStep()).not.toContain('429');
  expect((await api.as('maker')('GET', pathOf(id))).status).toBe(200);
});
