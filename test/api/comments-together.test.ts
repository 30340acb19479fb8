/** Comments that come soon after another: mailed together, over real HTTP and SMTP. */
import { openMailRoute, type MailRoute } from '../setup/mail-route';
import { startApi, type Api, type Json, type PersonName, textOf } from './api-server';
import { commentMailsAbout, putBackTenMinutes } from './comment-mails';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

let api: Api;
let requests: RequestCalls;
let route: MailRoute;
beforeAll(async () => {
  // Nobody works here: drafts are there without their workflows.
  api = await startApi();
  requests = requestCalls(api);
  route = await openMailRoute(api.pool, 'from@service.example');
});
afterAll(async () => {
  await route.close();
  await api.close();
});
beforeEach(() => route.store.clear());

const say = (person: PersonName, id: string, body: string) =>
  api.as(person)('POST', pathOf(id, '/comments'), { body: { body } });
const toMaker = async (id: string) =>
  (await commentMailsAbout(id, route)).filter(({ to }) => to.startsWith('maker@'));
const messageId = (id: string, reply: { body: Json }) =>
  `<${id}.${textOf(reply.body['id'])}.person_maker@service.example>`;

test('further comments are told together when ten minutes are over, and the next ones after ten more', async () => {
  const id = await requests.create();
  await say('reviewer', id, 'One.');
  const second = await say('reviewer', id, 'Two.');
  expect((await toMaker(id)).map(({ text }) => text)).toEqual([expect.stringContaining('wrote:\n  One.')]);
  await say('operator', id, 'Three.');
  expect(await toMaker(id)).toHaveLength(1);

  await putBackTenMinutes(api.pool);
  const [together, ...before] = await toMaker(id);
  expect(before).toHaveLength(1);
  expect(together?.subject).toMatch(/: 2 new comments$/);
  expect(together?.text).toContain(
    'reviewer (reviewer) wrote:\n  Two.\n\noperator (operator) wrote:\n  Three.',
  );
  expect(together?.headers['message-id']).toBe(messageId(id, second));

  await say('reviewer', id, 'Four.');
  expect(await toMaker(id)).toHaveLength(2);
  await putBackTenMinutes(api.pool);
  expect(await toMaker(id)).toHaveLength(3);
});

test('however many comments there are, two mails tell each reader of them, and leave none uncounted', async () => {
  const id = await requests.create();
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, number) => say('reviewer', id, `Number ${number}.`)),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(60).fill(201));
  await putBackTenMinutes(api.pool);
  const mails = await toMaker(id);
  expect(mails.map(({ subject }) => subject.replace(/.*: /, ''))).toEqual(['59 new comments', 'New comment']);
  expect(mails[0]?.text).toContain('And 39 more, to be read in the request.');
  const shown = mails.flatMap(({ text }) => text.match(/Number \d+\./g) ?? []);
  expect(new Set(shown).size).toBe(21);
});

test('whoever comments on very many requests of an organization has its readers told of sixty in an hour, of others later', async () => {
  /** In minutes from now, when the reviewer is told of the last comment on a request. */
  const toldIn = async (person: PersonName) => {
    const { body } = await api.as(person)('POST', '/v1/badge-requests', { body: {} });
    const id = textOf(body['id']);
    expect((await say(person, id, 'A question.')).status).toBe(201);
    const { rows } = await api.pool.query<{ minutes: number }>(
      `select round(extract(epoch from due_at - now()) / 60)::int as minutes
         from mail_outbox where request_id = $1 and recipient_id = 'person_reviewer'`,
      [id],
    );
    return rows.map(({ minutes }) => minutes);
  };
  const told = await requests.create();
  const mails = (from: number, to: number, minutesAgo: number) =>
    api.pool.query(
      `insert into mail_outbox (request_id, mail_key, recipient_id, template, props, due_at, sent_at)
       select $1, 'many.' || n, 'person_reviewer', 'comment', '{}', at, at
         from generate_series($2::int, $3) n, lateral (select now() - make_interval(mins => $4) as at) due`,
      [told, from, to, minutesAgo],
    );
  await mails(1, 1, 61);
  await mails(2, 31, 50);
  await mails(32, 60, 20);
  expect(await toldIn('maker')).toEqual([0]);
  expect(await toldIn('maker')).toEqual([10]);
  expect(await toldIn('stranger')).toEqual([0]);
  await api.pool.query(`delete from mail_outbox where mail_key like 'many.%'`);
});

test.each([
  ['in a sender’s hands', 'select from mail_outbox where id = $1 for update'],
  ['due already', 'update mail_outbox set next_attempt_at = now() where id = $1'],
  ['tried already', 'update mail_outbox set attempts = 1 where id = $1'],
])('a comment is not put into a mail that is %s, and not lost', async (_, change) => {
  const id = await requests.create();
  await say('reviewer', id, 'One.');
  await toMaker(id);
  await say('reviewer', id, 'Two.');
  const { rows } = await api.pool.query<{ id: number }>(
    `select id from mail_outbox where request_id = $1 and recipient_id = 'person_maker' and sent_at is null`,
    [id],
  );
  const sender = await api.pool.connect();
  try {
    await sender.query('begin');
    await sender.query(change, [rows[0]?.id]);
    if (!change.includes('for update')) await sender.query('commit');
    expect((await say('reviewer', id, 'Three.')).status).toBe(201);
    await sender.query('commit');
  } finally {
    sender.release();
  }
  await putBackTenMinutes(api.pool);
  const told = (await toMaker(id)).map(({ text }) =>
    text.match(/wrote:\n {2}\w+/g)?.map((line) => line.slice(9)),
  );
  expect(told.sort()).toEqual([['One'], ['Three'], ['Two']]);
});

test('a comment that is edited before its mail leaves is told as it is then', async () => {
  const id = await requests.create();
  await say('reviewer', id, 'One.');
  const { body } = await say('reviewer', id, 'Tow.');
  await api.as('reviewer')('PATCH', pathOf(id, `/comments/${textOf(body['id'])}`), {
    body: { body: 'Two.' },
  });
  await putBackTenMinutes(api.pool);
  const [mail] = await toMaker(id);
  expect(mail?.text).toContain('wrote:\n  Two.');
  expect(mail?.text).not.toContain('Tow.');
});

test('a mail that a program of the version before has written says what it said', async () => {
  const id = await requests.create();
  await api.pool.query(
    `insert into mail_outbox (request_id, mail_key, recipient_id, template, props)
      values ($1, $1 || '.before', 'person_maker', 'comment', $2)`,
    [id, { author: { name: 'Grace', role: 'REVIEWER' }, body: 'Before.' }],
  );
  const [mail] = await toMaker(id);
  expect(mail?.text).toContain('Grace (reviewer) wrote:\n  Before.');
});
