import pino from 'pino';
import { fingerprint, runOnce } from '../../api/idempotency';
import type { StoredAnswer } from '../../db/idempotency';
import { readyForm, startApi, type Api, textOf } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const create = (body: unknown, key: string, person: 'maker' | 'colleague' = 'maker') =>
  api.as(person)('POST', '/v1/badge-requests', { body, key });
const count = async () =>
  (await api.pool.query<{ count: number }>('select count(*)::integer as count from badge_requests')).rows[0]
    ?.count ?? 0;

test('the same key and body again gives the first answer again, byte for byte', async () => {
  const form = readyForm();
  const first = await create(form, 'a key');
  const again = await create(Object.fromEntries(Object.entries(form).reverse()), 'a key');
  expect([again.status, again.text]).toEqual([201, first.text]);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
});

test('another body is refused', async () => {
  await create(readyForm(), 'reused');
  const other = await create(readyForm(), 'reused');
  expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
});

test('bodies are the same however they are written, and others in whatever they say', () => {
  const body = { round: 1, reasons: [{ code: 'OTHER', text: 'No.' }], marketplace: null };
  const same = { marketplace: null, reasons: [{ text: 'No.', code: 'OTHER' }], round: 1 };
  expect(fingerprint(same)).toEqual(fingerprint(body));
  const others = [
    { ...body, round: 2 },
    { ...body, round: '1' },
    { ...body, round: true },
    { ...body, round: false },
    { ...body, reasons: [{ code: 'OTHER', text: 'Yes.' }] },
    { ...body, reasons: [...body.reasons, ...body.reasons] },
    { round: body.round, reasons: body.reasons },
    [1, 2],
    [2, 1],
    null,
  ];
  const all = [body, ...others].map((each) => fingerprint(each).toString('hex'));
  expect(new Set(all).size).toBe(all.length);
});

test('a key belongs to one person', async () => {
  await create(readyForm(), 'mine');
  expect((await create(readyForm(), 'mine', 'colleague')).status).toBe(201);
});

test('a key belongs to one address', async () => {
  const { body } = await create(readyForm(), 'address');
  const comment = () =>
    api.as('maker')('POST', `/v1/badge-requests/${textOf(body['id'])}/comments`, {
      body: { body: 'Hi' },
      key: 'address',
    });
  const [first, again] = [await comment(), await comment()];
  expect([first.status, again.text]).toEqual([201, first.text]);
  const thread = await api.as('maker')('GET', `/v1/badge-requests/${textOf(body['id'])}/comments`);
  expect(thread.body['data']).toHaveLength(1);
});

test('a slash at the end of the address makes no other call of it', async () => {
  const body = readyForm();
  const first = await create(body, 'slash');
  const again = await api.as('maker')('POST', '/v1/badge-requests/', { body, key: 'slash' });
  expect(again.text).toBe(first.text);
});

test('nor does an id that is encoded more than it has to be', async () => {
  const { id } = (await create(readyForm(), 'encoding')).body;
  const comment = (of: string) =>
    api.as('maker')('POST', `/v1/badge-requests/${of}/comments`, { body: { body: 'Hi' }, key: 'encoded' });
  const [first, again] = [await comment(textOf(id)), await comment(textOf(id).replace('_', '%5F'))];
  expect([first.status, again.text]).toEqual([201, first.text]);
});

test('of twenty equal calls at once one creates, the others get its answer or are told to wait', async () => {
  const before = await count();
  const form = readyForm();
  const replies = await Promise.all(Array.from({ length: 20 }, () => create(form, 'many')));
  expect(await count()).toBe(before + 1);
  const created = replies.filter(({ status }) => status === 201);
  expect(new Set(created.map(({ text }) => text)).size).toBe(1);
  for (const { status, body, headers } of replies.filter((reply) => reply.status !== 201)) {
    expect([status, body['code']]).toEqual([409, 'IDEMPOTENCY_KEY_IN_USE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test('a refusal is kept too', async () => {
  const form = readyForm();
  const { body } = await create(form, 'first');
  const refused = await create(form, 'second');
  expect(refused.status).toBe(409);
  await api.pool.query(`update badge_requests set status = 'DISCARDED' where id = $1`, [body['id']]);
  const again = await create(form, 'second');
  expect([again.status, again.text]).toEqual([409, refused.text]);
});

test('a body that its schema refuses does not use the key up', async () => {
  expect((await create({ asin: 5 }, 'mistyped')).status).toBe(422);
  expect((await create({}, 'mistyped')).status).toBe(201);
});

test('a call that was cut off is taken over with the same id once its time is over', async () => {
  const form = readyForm();
  const first = await create(form, 'cut off');
  await api.pool.query(
    `update idempotency_keys set status = null, body = null, locked_until = now() + interval '1 minute' where key = 'cut off'`,
  );
  expect((await create(form, 'cut off')).body['code']).toBe('IDEMPOTENCY_KEY_IN_USE');
  await api.pool.query(`update idempotency_keys set locked_until = now() where key = 'cut off'`);
  const again = await create(form, 'cut off');
  expect([again.status, again.body['id']]).toEqual([201, first.body['id']]);
});

test('a call keeps its key as long as it runs, and no longer than a moment when its program is gone', async () => {
  const call = { scope: 'long', key: 'long', body: {}, resourceId: 'br_long', isSecret: false };
  const deps = { pool: api.pool, log: pino({ level: 'silent' }) };
  let end: (answer: StoredAnswer) => void = () => undefined;
  const running = runOnce(deps, call, () => new Promise((resolve) => (end = resolve)), 300);
  const lockedUntil = async () => {
    const { rows } = await api.pool.query<{ until: Date; over: boolean }>(
      `select locked_until as until, locked_until < now() as over from idempotency_keys where key = 'long'`,
    );
    return rows[0];
  };
  let first = await lockedUntil();
  while (first === undefined) first = await lockedUntil();
  const { until } = first;
  const isPast = async () =>
    (await api.pool.query<{ past: boolean }>('select $1::timestamptz < now() as past', [until])).rows[0]
      ?.past;
  while (!(await isPast()));
  const never = () => Promise.reject(new Error('It runs twice'));
  await expect(runOnce(deps, call, never, 300)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_IN_USE' });
  end({ status: 200, headers: {}, text: '{}' });
  await running;
  expect(await runOnce(deps, call, never, 300)).toMatchObject({ replayed: true });
});

test.each([
  [200, true],
  [404, true],
  [409, true],
  [422, true],
  [499, true],
  [401, false],
  [403, false],
  [429, false],
  [500, false],
  [503, false],
])('an answer of %d is kept for repeats: %s', async (status, isKept) => {
  const call = { scope: 'kept', key: `key of ${status}`, body: {}, resourceId: 'br_kept', isSecret: false };
  const deps = { pool: api.pool, log: pino({ level: 'silent' }) };
  const run = jest.fn(() => Promise.resolve({ status, headers: {}, text: '{}' }));
  await runOnce(deps, call, run);
  const { replayed } = await runOnce(deps, call, run);
  expect([replayed, run.mock.calls.length]).toEqual([isKept, isKept ? 1 : 2]);
});

test('what a database quotes of an answer that it does not keep reaches no log', async () => {
  await api.pool.query(
    `alter table idempotency_keys add constraint refused check (key <> 'refused' or body is null)`,
  );
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const call = { scope: 'kept', key: 'refused', body: {}, resourceId: 'br_kept', isSecret: false };
  const run = () => Promise.resolve({ status: 200, headers: {}, text: '"Somebody’s words"' });
  const { replayed } = await runOnce({ pool: api.pool, log }, call, run);
  await api.pool.query('alter table idempotency_keys drop constraint refused');
  expect(replayed).toBe(false);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 40, reason: { code: '23514' } },
  ]);
  expect(lines.join()).not.toContain('words');
});

test.each(['', 'x'.repeat(256), 'caf\u00e9'])('a key of %j is refused', async (key) => {
  const reply = await create({}, key);
  expect([reply.status, reply.body['code']]).toEqual([400, 'INVALID_HEADER']);
  expect(textOf(reply.body['detail'])).toContain('Idempotency-Key');
});

test('a key of 255 characters is taken', async () => {
  expect((await create({}, 'x'.repeat(255))).status).toBe(201);
});

test('what nobody recorded in time is not kept: the repeat tries again', async () => {
  const slow = await startApi({ deps: { answerDeadlineMs: 200 } });
  const { body } = await slow.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
  const submit = () =>
    slow.as('maker')('POST', `/v1/badge-requests/${textOf(body['id'])}/submit`, { body: {}, key: 'again' });
  const first = await submit();
  expect([first.status, first.body['code'], first.headers.get('retry-after')]).toEqual([
    503,
    'TRY_AGAIN',
    '2',
  ]);
  expect((await submit()).body['code']).toBe('TRY_AGAIN');
  await slow.close();
});
