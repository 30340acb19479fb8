/** What has happened is told to makers' own programs, over real HTTP, with faults on demand. */
import { Webhook } from 'standardwebhooks';
import { createWebhookSender, type WebhookSender } from '../../../activities/webhooks/sender';
import { requestEvent } from '../../../api/webhook-endpoints/schemas';
import { startDrain } from '../../../db/drain';
import { queueTest } from '../../../db/webhook-deliveries';
import { changeEndpoint, findEndpoint, replaceSecret, saveEndpoint } from '../../../db/webhook-endpoints';
import { MOST_ATTEMPTS } from '../../../domain/webhooks';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { until } from '../../setup/until';
import { startReceiver, type Receiver, type Told } from './receiver';

const SECRET = `whsec_${Buffer.from('the secret of an endpoint, 32 b!').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('the one after it, of 32 bytes, !').toString('base64')}`;
const ref = { id: 'wep_1', organizationId: 'org_one' };

let database: TestDatabase;
let receiver: Receiver;
let sender: WebhookSender;
beforeEach(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  await database.pool.query(
    `insert into organizations (id, name) values ('org_one', 'One'), ('org_two', 'Two')`,
  );
  await database.pool.query(
    `insert into people (id, name, email, role, organization_id)
     values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one')`,
  );
  for (const [id, owner] of [
    ['br_1', 'org_one'],
    ['br_2', 'org_two'],
  ])
    await database.pool.query(
      `insert into badge_requests (id, organization_id, created_by, program, asin)
       values ($1, $2, 'person_maker', 'WWA', 'B0LUMEN001')`,
      [id, owner],
    );
  await saveEndpoint(database.pool, { ...ref, url: receiver.url, secret: SECRET });
  sender = createWebhookSender({ pool: database.pool, allowLocal: true });
});
afterEach(async () => {
  await sender.close();
  await receiver.close();
  await database.drop();
});

let seq = 0;
/** An entry of a request's history, as a transition writes it. */
const enter = (requestId = 'br_1', at = new Date().toISOString(), to = 'UNDER_REVIEW') =>
  database.pool.query(
    `insert into badge_request_history (request_id, seq, at, actor_role, actor_id, action, from_status, to_status, details)
     values ($1, $2, $3, 'MAKER', 'person_maker', 'submit', 'NOT_SUBMITTED', $4, '{"round": 1}')`,
    [requestId, (seq += 1), at, to],
  );

interface Row {
  readonly status: string | null;
  readonly attempts: number;
  readonly answer: number | null;
  readonly failure: string | null;
  readonly wait: number | null;
}
const rows = async () =>
  (
    await database.pool.query<Row>(
      `select case when delivered_at is not null then 'delivered' when given_up_at is not null then 'given up' end as status,
              attempts, answer, failure, extract(epoch from next_attempt_at - now())::float8 as wait
         from webhook_deliveries order by due_at, id`,
    )
  ).rows;
/** In place of waiting: what is tried again is due now. */
const makeDue = () =>
  database.pool.query(
    "update webhook_deliveries set next_attempt_at = now() - interval '1 second' where next_attempt_at is not null",
  );
const idOf = ({ headers }: Told) => headers['webhook-id'];
const isSignedBy = (secret: string, { headers, body }: Told): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

describe('an entry of the history', () => {
  it('is sent once, signed, as the description says', async () => {
    await enter();
    expect(await sender.drainOne()).toBe(1);
    expect(await sender.drainOne()).toBe(0);
    const [told] = receiver.told;
    if (told === undefined) throw new Error('Nothing came.');
    expect(receiver.told).toHaveLength(1);
    expect(isSignedBy(SECRET, told)).toBe(true);
    expect(isSignedBy(OTHER, told)).toBe(false);
    expect(told.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(requestEvent.parse(JSON.parse(told.body))).toMatchObject({
      type: 'badge_request.status_changed',
      data: {
        badgeRequest: { id: 'br_1', program: 'WWA', asin: 'B0LUMEN001' },
        action: 'submit',
        actor: { role: 'MAKER' },
        from: 'NOT_SUBMITTED',
        to: 'UNDER_REVIEW',
        details: { round: 1 },
      },
    });
    expect(told.body).not.toContain('person_maker');
    expect(await rows()).toEqual([
      { status: 'delivered', attempts: 1, answer: 204, failure: null, wait: null },
    ]);
  });

  it('of another organization is not sent', async () => {
    await enter('br_2');
    expect(await sender.drainOne()).toBe(0);
    expect(await rows()).toEqual([]);
  });

  it('that lies ahead waits for its instant, and is forgotten with it', async () => {
    await enter('br_1', new Date(Date.now() + 3_600_000).toISOString());
    expect(await sender.drainOne()).toBe(0);
    expect((await rows())[0]?.wait).toBeGreaterThan(3_500);
    await database.pool.query(`delete from badge_request_history where request_id = 'br_1'`);
    expect(await rows()).toEqual([]);
  });

  it('is signed by both secrets for a day after the first was replaced', async () => {
    await replaceSecret(database.pool, ref, { secret: OTHER, commandId: 'cmd_1' });
    await enter();
    await sender.drainOne();
    await database.pool.query(
      `update webhook_endpoints set earlier_secret_until = now() - interval '1 second'`,
    );
    await enter();
    await sender.drainOne();
    const signed = receiver.told.map((told) => [SECRET, OTHER].map((secret) => isSignedBy(secret, told)));
    expect(signed).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('is told soon after it is written, also while nothing else happens', async () => {
    const drain = startDrain(sender, { databaseUrl: database.url, concurrency: 2, onError: () => undefined });
    try {
      await enter();
      await until(async () => (await rows())[0]?.status === 'delivered');
    } finally {
      await drain.stop();
    }
  });
});

describe('what is not taken', () => {
  it.each([
    ['an error', 500],
    ['a refusal', 404],
    ['a redirect, which is not followed', 302],
  ])('is tried again after %s', async (_what, answer) => {
    Object.assign(receiver, { answer });
    receiver.headers['location'] = receiver.url;
    await enter();
    await sender.drainOne();
    const [row] = await rows();
    expect(row).toMatchObject({ status: null, attempts: 1, answer, failure: null });
    expect(row?.wait).toBeGreaterThan(4);
    expect(row?.wait).toBeLessThan(6);
    receiver.answer = 200;
    await makeDue();
    await sender.drainOne();
    expect(await rows()).toMatchObject([{ status: 'delivered', attempts: 2, answer: 200 }]);
    expect(receiver.told).toHaveLength(2);
    expect(new Set(receiver.told.map(idOf)).size).toBe(1);
  });

  it('is without an answer while it is tried again, whatever the try before was answered', async () => {
    receiver.answer = 503;
    await enter();
    await sender.drainOne();
    expect(await rows()).toMatchObject([{ attempts: 1, answer: 503 }]);
    receiver.answer = null;
    await makeDue();
    const sending = sender.drainOne();
    await until(() => receiver.told.length === 2);
    expect(await rows()).toMatchObject([{ attempts: 2, answer: null, failure: null }]);
    sender.hurry();
    await sending;
  });

  it('is given up after the last try', async () => {
    receiver.answer = 503;
    await enter();
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      await makeDue();
      expect(await sender.drainOne()).toBe(1);
    }
    await makeDue();
    expect(await sender.drainOne()).toBe(0);
    expect(await rows()).toEqual([
      { status: 'given up', attempts: MOST_ATTEMPTS, answer: 503, failure: null, wait: null },
    ]);
  });

  it('because the receiver is not there is told so', async () => {
    await receiver.close();
    await enter();
    await sender.drainOne();
    expect(await rows()).toMatchObject([{ status: null, answer: null, failure: 'NOT_REACHED' }]);
    receiver = await startReceiver();
  });

  it('because the receiver does not answer in time is told so', async () => {
    const hasty = createWebhookSender({ pool: database.pool, allowLocal: true, answerWithinMs: 50 });
    receiver.answer = null;
    await enter();
    await hasty.drainOne();
    await hasty.close();
    expect(await rows()).toMatchObject([{ status: null, answer: null, failure: 'TIMED_OUT' }]);
  });

  it('is free for others a minute after whoever had it in hand was killed', async () => {
    receiver.answer = null;
    await enter();
    const sending = sender.drainOne();
    await until(() => receiver.told.length === 1);
    const [row] = await rows();
    expect(row?.wait).toBeGreaterThan(50);
    expect(row?.wait).toBeLessThan(61);
    sender.hurry();
    await sending;
  });

  it('because the worker ends is due at once, and counts as no try', async () => {
    receiver.answer = null;
    await enter();
    await database.pool.query(`update webhook_deliveries set attempts = ${MOST_ATTEMPTS - 1}`);
    const sending = sender.drainOne();
    await until(() => receiver.told.length === 1);
    sender.hurry();
    await sending;
    const [row] = await rows();
    expect(row).toMatchObject({ status: null, attempts: MOST_ATTEMPTS - 1, failure: null });
    expect(row?.wait).toBeLessThanOrEqual(0);
  });

  it('is not sent any more by a worker that ends', async () => {
    await enter();
    sender.hurry();
    await sender.drainOne();
    expect(receiver.told).toEqual([]);
    expect(await rows()).toMatchObject([{ status: null, attempts: 0, failure: null }]);
  });
});

describe('an endpoint', () => {
  it('that answers 410 is disabled; what happens then waits until it is enabled again', async () => {
    receiver.answer = 410;
    await enter();
    await sender.drainOne();
    expect(await findEndpoint(database.pool, ref)).toMatchObject({ disabledBecause: 'GONE' });
    await enter();
    expect(await sender.drainOne()).toBe(0);
    expect(await rows()).toMatchObject([
      { answer: 410, wait: null },
      { attempts: 0, wait: null },
    ]);
    receiver.answer = 204;
    await changeEndpoint(database.pool, ref, { enabled: true });
    expect(await sender.drainOne()).toBe(2);
    expect(await sender.drainOne()).toBe(1);
    expect(await rows()).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
  });

  it.each([503, 410])('that is disabled is tried once, and no more where it answers %s', async (answer) => {
    await changeEndpoint(database.pool, ref, { enabled: false });
    await queueTest(database.pool, { id: 'whe_1', endpointId: ref.id });
    receiver.answer = answer;
    expect(await sender.drainOne()).toBe(1);
    expect(await rows()).toEqual([{ status: null, attempts: 1, answer, failure: null, wait: null }]);
    receiver.answer = 204;
    await changeEndpoint(database.pool, ref, { enabled: true });
    expect(await sender.drainOne()).toBe(1);
    expect(await rows()).toMatchObject([{ status: 'delivered', attempts: 2 }]);
  });

  it('is looked at again after what came while it was left alone', async () => {
    receiver.answer = null;
    await enter();
    const first = sender.drainOne();
    await until(() => receiver.told.length === 1);
    await enter();
    expect(await sender.drainOne()).toBe(0);
    receiver.answerAll(204);
    expect(await first).toBe(2);
  });

  it('that never answers holds up its own events only', async () => {
    const dead = await Promise.all(Array.from({ length: 4 }, startReceiver));
    const drain = startDrain(sender, { databaseUrl: database.url, concurrency: 6, onError: () => undefined });
    try {
      for (const [n, each] of dead.entries()) {
        each.answer = null;
        await saveEndpoint(database.pool, {
          ...{ id: `wep_dead_${n}`, organizationId: 'org_two', url: each.url, secret: OTHER },
        });
      }
      for (let entry = 0; entry < 6; entry += 1) await enter('br_2', '2026-01-15T08:00:00Z');
      for (let entry = 0; entry < 20; entry += 1) await enter();
      await until(() => receiver.told.length === 20, 4_000);
      expect(dead.map(({ told }) => told.length)).toEqual([1, 1, 1, 1]);
    } finally {
      sender.hurry();
      await drain.stop();
      for (const each of dead) await each.close();
    }
  });
});
