/** How often a request may be submitted in a day. */
import { startApi, textLike, type Api } from './api-server';
import { requestCalls, type RequestCalls } from './request-calls';

let api: Api;
let requests: RequestCalls;
beforeAll(async () => {
  api = await startApi();
  requests = requestCalls(api);
});
afterAll(() => api.close());

/** An incomplete draft that was submitted so often, the first time so many minutes ago and the others since. */
async function submitted(times: number, firstMinutesAgo: number): Promise<string> {
  const id = await requests.create({});
  await api.pool.query('update badge_requests set round = $2 where id = $1', [id, times]);
  await api.pool.query(
    `insert into badge_request_rounds (request_id, round, form, product, submitted_at, submitted_by)
     select $1, n, '{}', '{}', now() - make_interval(mins => case n when 1 then $3 else 1 end), 'person_maker'
       from generate_series(1, $2::integer) n`,
    [id, times, firstMinutesAgo],
  );
  return id;
}
const submit = (id: string) => requests.act('maker', id, 'submit');

test('one that was submitted a hundred times in 24 hours is to wait until the first of them is a day ago', async () => {
  const reply = await submit(await submitted(100, 24 * 60 - 10));
  expect(reply).toMatchObject({ status: 429, body: { code: 'TOO_MANY_SUBMISSIONS' } });
  expect(reply.body['detail']).toEqual(
    textLike(/100 times in the last 24 hours; the next time .* in 10 min/),
  );
  const seconds = Number(reply.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(590);
  expect(seconds).toBeLessThanOrEqual(600);
});

test.each([
  ['fewer times', 99, 5],
  ['so often, one of them more than a day ago,', 100, 24 * 60 + 1],
])('one that was submitted %s is judged by its form', async (_, times, minutes) => {
  expect((await submit(await submitted(times, minutes))).status).toBe(422);
});
