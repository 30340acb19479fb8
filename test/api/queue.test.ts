/** The reviewers' queue keeps its order from page to page, whatever happens to the requests in it. */
import { newAsin, startApi, type Api, type Json, textOf } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.pool.query('delete from badge_requests');
  // Three are due at the same instant, and none in the order of its id.
  await add('br_e', '2030-01-01T00:00:00Z');
  for (const id of ['br_d', 'br_b', 'br_c']) await add(id, '2030-01-02T00:00:00.000001Z');
  await add('br_a', '2030-01-03T00:00:00Z');
});

const add = (id: string, dueAt: string) =>
  api.pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, asin, status, stage, round, review_due_at)
      values ($1, 'org_one', 'person_maker', 'WWA', $2, 'UNDER_REVIEW', 'AWAITING_REVIEWER', 1, $3)`,
    [id, newAsin(), dueAt],
  );
const page = async (query: string, cursor?: Json) =>
  (
    await api.as('reviewer')(
      'GET',
      `/v1/badge-requests?order=reviewDue&limit=2${query}${cursor ? `&cursor=${textOf(cursor)}` : ''}`,
    )
  ).body;
const idsOf = ({ data }: Json) => (data as unknown as { id: string }[]).map(({ id }) => id);

test('by what is due, then by id, each once', async () => {
  const first = await page('');
  const second = await page('', first['next']);
  const third = await page('', second['next']);
  expect([first, second, third].map(idsOf)).toEqual([['br_e', 'br_b'], ['br_c', 'br_d'], ['br_a']]);
  expect(third['next']).toBeNull();
});

test('goes on where it was when what was seen is decided, claimed or checked again', async () => {
  const first = await page('');
  await api.pool.query(
    "update badge_requests set status = 'PENDING', stage = null, review_due_at = null where id in ('br_e', 'br_b')",
  );
  await api.as('reviewer')('POST', '/v1/badge-requests/br_c/claim');
  await api.pool.query("update badge_requests set stage = 'CHECKING', updated_at = now() where id = 'br_d'");
  const second = await page('', first['next']);
  expect(idsOf(second)).toEqual(['br_c', 'br_d']);
  expect(idsOf(await page('', second['next']))).toEqual(['br_a']);
});

test('a page of what is unclaimed goes on without what was claimed meanwhile', async () => {
  const first = await page('&claim=unclaimed');
  expect(idsOf(first)).toEqual(['br_e', 'br_b']);
  await api.as('rival')('POST', '/v1/badge-requests/br_c/claim');
  const second = await page('&claim=unclaimed', first['next']);
  expect(idsOf(second)).toEqual(['br_d', 'br_a']);
  expect(second['next']).toBeNull();
});

test('a review that is overdue is said to be so, in place of promised for what has passed', async () => {
  await add('br_f', '2026-01-05T09:30:00Z');
  const { data } = (await page('')) as unknown as { data: { id: string; nextStep: string }[] };
  expect(data).toMatchObject([{ reviewOverdue: true }, { reviewOverdue: false }]);
  expect(data.map(({ id, nextStep }) => `${id} ${nextStep}`)).toEqual([
    'br_f A reviewer decides. That was due by 2026-01-05 09:30 UTC and is overdue; the reviewers are told so by mail.',
    'br_e A reviewer decides by 2030-01-01 00:00 UTC.',
  ]);
});
