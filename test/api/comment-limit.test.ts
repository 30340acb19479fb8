/** How many comments somebody may write on one request. */
import { startApi, type Api, type PersonName } from './api-server';
import { pathOf, requestCalls } from './request-calls';

let api: Api;
let id: string;
beforeAll(async () => {
  api = await startApi();
  // Nobody works here: the draft is there without its workflow.
  id = await requestCalls(api).create();
  await api.pool.query(
    `insert into comments (id, request_id, author_id, body)
      select 'cmt_' || lpad(n::text, 26, '0'), $1, 'person_maker', n::text from generate_series(1, 499) n`,
    [id],
  );
});
afterAll(() => api.close());

const say = (person: PersonName, request = id, key?: string) =>
  api.as(person)('POST', pathOf(request, '/comments'), {
    body: { body: 'One more.' },
    ...(key !== undefined && { key }),
  });

test('are five hundred; whoever else writes on it, and they on others, are not concerned', async () => {
  const last = await say('maker', id, 'last');
  expect(last.status).toBe(201);
  expect(await say('maker')).toMatchObject({ status: 409, body: { code: 'TOO_MANY_COMMENTS' } });
  for (const other of ['colleague', 'reviewer', 'operator'] as const)
    expect((await say(other)).status).toBe(201);
  expect((await say('maker', await requestCalls(api).create())).status).toBe(201);

  await api.pool.query(`update idempotency_keys set status = null, body = null where key = 'last'`);
  const again = await say('maker', id, 'last');
  expect([again.status, again.text]).toEqual([201, last.text]);
});

test('one that is refused tells nobody, and the ones before are corrected as ever', async () => {
  const mails = async () =>
    (await api.pool.query<{ props: unknown }>('select props from mail_outbox order by id')).rows;
  const before = await mails();
  expect((await say('maker')).status).toBe(409);
  expect(await mails()).toEqual(before);
  const first = pathOf(id, `/comments/cmt_${'1'.padStart(26, '0')}`);
  expect((await api.as('maker')('PATCH', first, { body: { body: 'Better.' } })).status).toBe(200);
});
