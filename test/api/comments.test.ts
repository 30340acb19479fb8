/** Comments: who is told by mail, over real HTTP and SMTP, and what nobody is told. */
import { openMailRoute, type MailRoute } from '../setup/mail-route';
import { createWorld, type World } from '../setup/request-world';
import { people, startApi, type Api, type PersonName, textOf } from './api-server';
import { commentMailsAbout, putBackTenMinutes } from './comment-mails';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

let world: World;
let api: Api;
let requests: RequestCalls;
let route: MailRoute;
let addresses: Map<string, string>;
const endings: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  world = await createWorld();
  endings.push(() => world.close());
  api = await startApi({ world });
  endings.push(() => api.close());
  requests = requestCalls(api);
  route = await openMailRoute(world.pool, 'from@service.example');
  endings.push(() => route.close());
  const { rows } = await world.pool.query<{ id: string; email: string }>('select id, email from people');
  addresses = new Map(rows.map(({ id, email }) => [id, email]));
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});
beforeEach(() => route.store.clear());

const say = (person: PersonName, id: string, body: string, key?: string) =>
  api.as(person)('POST', pathOf(id, '/comments'), { body: { body }, ...(key !== undefined && { key }) });
const mailsAbout = (id: string) => commentMailsAbout(id, route);
/** Ids of those who got a comment of this request, in order. */
async function told(id: string): Promise<string[]> {
  const mails = await mailsAbout(id);
  return mails.map(({ to }) => [...addresses].find(([, email]) => email === to)?.[0] ?? to).sort();
}
const until = (id: string, stage: string) =>
  requests.until(id, (request) => (request['stage'] as unknown) === stage);

test('a maker’s comment is told to every reviewer of another organization while none has a part', async () => {
  const id = await requests.create();
  expect((await say('maker', id, 'Which box?')).status).toBe(201);
  expect(await told(id)).toEqual(['person_reviewer', 'person_rival']);
  const [mail] = await mailsAbout(id);
  expect(mail?.text).toContain('Maker (maker) wrote:\n  Which box?');
  expect(mail?.text).toContain(`Open the request: https://badges.example/badge-requests/${id}`);
});

test('a viewer’s comment is told to the reviewers, and nobody of the own organization', async () => {
  const id = await requests.create();
  expect((await say('viewer', id, 'Is the date right?')).status).toBe(201);
  expect(await told(id)).toEqual(['person_reviewer', 'person_rival']);
  const [mail] = await mailsAbout(id);
  expect(mail?.text).toContain('viewer (viewer) wrote:\n  Is the date right?');
});

test('a maker’s comment is told to the reviewer who decided, and no other', async () => {
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'reject', { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] });
  await say('colleague', id, 'It is corrected.');
  expect(await told(id)).toEqual(['person_reviewer']);
});

test('a maker’s comment is told to the reviewer who works on the request, and to all once their claim has lapsed', async () => {
  const id = await requests.underReview();
  await requests.act('rival', id, 'claim');
  await say('maker', id, 'A better picture is there.');
  expect(await told(id)).toEqual(['person_rival']);
  await world.pool.query('update review_claims set lapses_at = now() where request_id = $1', [id]);
  await route.store.clear();
  await putBackTenMinutes(world.pool);
  await say('maker', id, 'And another one.');
  expect(await told(id)).toEqual(['person_reviewer', 'person_rival']);
});

test('a maker’s comment is told to those who commented, never to a reviewer of the own organization', async () => {
  const id = await requests.create();
  await say('insider', id, 'I may not decide.');
  await say('operator', id, 'The check is repeated.');
  await mailsAbout(id);
  await route.store.clear();
  await say('maker', id, 'First answer.');
  expect(await told(id)).toEqual(['person_operator', 'person_reviewer', 'person_rival']);
  await say('reviewer', id, 'I look after it.');
  await putBackTenMinutes(world.pool);
  await mailsAbout(id);
  await route.store.clear();
  await say('maker', id, 'Second answer.');
  expect(await told(id)).toEqual(['person_operator', 'person_reviewer']);
});

test('what nobody sees is no comment, and told to nobody', async () => {
  const id = await requests.create();
  for (const body of ['\u200b\u200d', '\u2066 \u3164']) {
    const { status, body: answer } = await say('reviewer', id, body);
    expect([status, answer['errors']]).toMatchObject([422, [{ pointer: '/body', code: 'REQUIRED' }]]);
  }
  expect(await told(id)).toEqual([]);
  expect((await say('reviewer', id, '\u200bSeen.')).status).toBe(201);
});

test('who has left is told nothing, and stands for nobody', async () => {
  const id = await requests.create();
  await say('reviewer', id, 'I look after it.');
  await mailsAbout(id);
  await route.store.clear();
  const leave = (left: string) =>
    world.pool.query(
      `update people set left_at = ${left} where id in ('person_reviewer', 'person_colleague')`,
    );
  await leave('now()');
  await say('maker', id, 'Is anybody there?');
  expect(await told(id)).toEqual(['person_rival']);
  await route.store.clear();
  await putBackTenMinutes(world.pool);
  await say('operator', id, 'Yes.');
  expect(await told(id)).toEqual(['person_maker']);
  await leave('null');
});

test.each(['reviewer', 'insider', 'operator'] as const)(
  'a comment of a %s is told to every maker of the organization, and nobody else',
  async (name) => {
    const id = await requests.create();
    await say('maker', id, 'A question.');
    await mailsAbout(id);
    await route.store.clear();
    await say(name, id, 'An answer.');
    expect(await told(id)).toEqual(['person_colleague', 'person_maker']);
  },
);

test('a comment that is repeated with its key is told once', async () => {
  const id = await requests.create();
  const first = await say('reviewer', id, 'Once.', 'repeated');
  await world.pool.query(`update idempotency_keys set status = null, body = null where key = 'repeated'`);
  const again = await say('reviewer', id, 'Once.', 'repeated');
  expect([again.status, again.text]).toEqual([201, first.text]);
  const mails = await mailsAbout(id);
  expect(mails.map(({ headers }) => headers['message-id']).sort()).toEqual(
    ['person_colleague', 'person_maker'].map(
      (person) => `<${id}.${textOf(first.body['id'])}.${person}@service.example>`,
    ),
  );
});

test('a comment and its mails are written together or not at all', async () => {
  const id = await requests.create();
  await world.pool.query(
    "alter table mail_outbox add constraint no_mail check (template <> 'comment') not valid",
  );
  try {
    expect((await say('maker', id, 'Lost?', 'together')).status).toBe(500);
    expect((await api.as('maker')('GET', pathOf(id, '/comments'))).body['data']).toEqual([]);
  } finally {
    await world.pool.query('alter table mail_outbox drop constraint no_mail');
  }
  expect((await say('maker', id, 'Lost?', 'together')).status).toBe(201);
  expect(await told(id)).toEqual(['person_reviewer', 'person_rival']);
});

test('a comment’s mail stays when a withdrawal takes back what was written ahead', async () => {
  const id = await requests.underReview();
  await say('reviewer', id, 'Wait a moment.');
  // As when it is written between a transition's reading of the clock and its taking back.
  await world.pool.query(
    `update mail_outbox set due_at = now() + interval '1 minute' where request_id = $1`,
    [id],
  );
  expect((await requests.act('maker', id, 'withdraw')).status).toBe(200);
  expect(await told(id)).toEqual(['person_colleague', 'person_maker']);
});

test('what is written is shown as text', async () => {
  const id = await requests.create();
  await say('reviewer', id, '<img src=x onerror=alert(1)>\nBcc: all@example.com\n& more');
  const [mail] = await mailsAbout(id);
  expect(mail?.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(mail?.html).not.toContain('<img');
  expect(mail?.text).not.toMatch(/^Bcc:/m);
});

test('nobody is shown the address of another: in no mail and in no answer', async () => {
  const id = await requests.underReview();
  await say('maker', id, 'A question.');
  await say('reviewer', id, 'An answer.');
  await say('operator', id, 'A remark.');
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await until(id, 'AWAITING_CERTIFICATION');
  await requests.act('maker', id, 'withdraw');

  await route.sendAll();
  const mails = await route.store.list({});
  expect(mails.filter(({ subject }) => subject.endsWith('New comment')).length).toBeGreaterThan(3);
  for (const { to, headers, ...mail } of mails) {
    expect([...addresses.values()]).toContain(to);
    expect(Object.keys(headers)).not.toContain('reply-to');
    const { to: _, ...others } = headers;
    const shown = JSON.stringify([mail, others]);
    for (const address of addresses.values()) expect(shown).not.toContain(address);
  }

  for (const name of Object.keys(people) as PersonName[])
    for (const path of [pathOf(id), pathOf(id, '/comments'), pathOf(id, '/history'), '/v1/badge-requests']) {
      const { text } = await api.as(name)('GET', path);
      for (const address of addresses.values()) expect(text).not.toContain(address);
    }
});

test('what is written reaches neither the log nor a workflow’s history', async () => {
  const id = await requests.underReview();
  const words = 'Nothing for a history: 5551234.';
  await say('maker', id, words);
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await mailsAbout(id);
  const history = await world.client.workflow.getHandle(`badge-request/${id}`).fetchHistory();
  const payloads = [...JSON.stringify(history).matchAll(/"data":"([^"]*)"/g)]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString('utf8'))
    .join('\n');
  expect(payloads).toContain('person_reviewer');
  for (const text of [payloads, JSON.stringify(api.logged)]) expect(text).not.toContain('5551234');
});
