/** Commands that are repeated or cut off, and checks of drafts, with a worker. */
import { ApplicationFailure } from '@temporalio/common';
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api } from './api-server';
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
beforeEach(() => {
  world.outside.check = () => 'YES';
});

test('a repeated key has one effect and the same answer', async () => {
  const id = await requests.create();
  const first = await requests.act('maker', id, 'submit', {}, 'once');
  const again = await requests.act('maker', id, 'submit', undefined, 'once');
  expect(again.text).toBe(first.text);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const history = await api.as('maker')('GET', pathOf(id, '/history'));
  const actions = (history.body['data'] as unknown as { action: string }[]).map(({ action }) => action);
  expect(actions.filter((action) => action === 'submit')).toHaveLength(1);
});

test('a repeat whose first answer was lost answers what is recorded', async () => {
  const id = await requests.create();
  await requests.act('maker', id, 'submit', {}, 'lost');
  // As after a crash between the effect and keeping its answer.
  await api.pool.query(`update idempotency_keys set status = null, body = null where key = 'lost'`);
  const again = await requests.act('maker', id, 'submit', {}, 'lost');
  expect([again.status, again.body]).toMatchObject([200, { status: 'UNDER_REVIEW', round: 1 }]);
});

test('a draft whose creation was cut off before its workflow began is submitted all the same', async () => {
  const id = await requests.create();
  await world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  const reply = await requests.act('maker', id, 'submit');
  expect([reply.status, reply.body['status']]).toEqual([200, 'UNDER_REVIEW']);
});

test('a rejected request whose workflow is lost goes on from what is recorded', async () => {
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'reject', { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] });
  await world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  const reply = await requests.act('maker', id, 'submit');
  expect([reply.status, reply.body]).toMatchObject([200, { status: 'UNDER_REVIEW', round: 2 }]);
  await requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
});

describe('checking a draft', () => {
  test('finds what a review would find, and changes nothing', async () => {
    world.outside.check = (check) => (check === 'SKILL_PUBLISHED' ? 'UNKNOWN' : 'YES');
    const id = await requests.create();
    const before = (await requests.read(id)).body;
    const { status, body } = await requests.act('maker', id, 'check');
    expect(status).toBe(200);
    expect(body['problems']).toEqual([]);
    const findings = body['findings'] as unknown as { check: string; answer: string }[];
    expect(findings.map(({ check, answer }) => `${check} ${answer}`)).toEqual([
      'ASIN_LIVE YES',
      'ASIN_LIVE YES',
      'LISTING_MATCHES YES',
      'LISTING_MATCHES YES',
      'SKILL_PUBLISHED UNKNOWN',
      'SKILL_PUBLISHED UNKNOWN',
    ]);
    expect((await requests.read(id)).body).toEqual(before);
  });

  test('says what the form lacks where there is nothing to ask about', async () => {
    const { status, body } = await requests.act('maker', await requests.create({}), 'check');
    expect([status, body['findings']]).toEqual([200, []]);
    expect((body['problems'] as unknown as unknown[]).length).toBeGreaterThan(4);
  });

  test('may be repeated when it came to no end', async () => {
    world.outside.beforeCheck = async () => {
      throw ApplicationFailure.nonRetryable('access denied');
    };
    const id = await requests.create();
    const failed = await requests.act('maker', id, 'check', {}, 'check');
    expect([failed.status, failed.body['code']]).toEqual([503, 'TRY_AGAIN']);
    world.outside.beforeCheck = async () => undefined;
    const again = await requests.act('maker', id, 'check', {}, 'check');
    expect([again.status, again.body['findings']]).toEqual([
      200,
      expect.arrayContaining([expect.any(Object)]),
    ]);
  });

  test('is for drafts', async () => {
    const reply = await requests.act('maker', await requests.underReview(), 'check');
    expect([reply.status, reply.body['code']]).toEqual([409, 'ACTION_NOT_ALLOWED']);
  });
});
