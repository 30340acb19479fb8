/** What has happened is told to makers' own programs, over real HTTP, with faults on demand. */
import { Webhook } from 'standardwebhooks';
import { createWebhookSender } from '../../../activities/webhooks/sender';
import { requestEvent } from '../../../api/webhook-endpoints/schemas';
import { startDrain } from '../../../db/drain';
import { replaceSecret } from '../../../db/webhook-endpoints';
import { MOST_ATTEMPTS } from '../../../domain/webhooks';
import { until } from '../../setup/until';
import { setClockWrong } from '../../setup/wrong-clock';
import { startReceiver, type Told } from './receiver';
import { createWebhookScene, ENDPOINT, OTHER_SECRET, SECRET, type WebhookScene } from './webhook-scene';

let at: WebhookScene;
beforeEach(async () => {
  at = await createWebhookScene();
});
afterEach(() => at.close());

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
    await at.enter();
    expect(await at.sender.drainOne()).toBe(1);
    expect(await at.sender.drainOne()).toBe(0);
    const [told] = at.receiver.told;
    if (told === undefined) throw new Error('Nothing came.');
    expect(at.receiver.told).toHaveLength(1);
    expect(isSignedBy(SECRET, told)).toBe(true);
    expect(isSignedBy(OTHER_SECRET, told)).toBe(false);
    expect(told.headers).toMatchObject({ 'content-type': 'application/json' });
    const event: unknown = JSON.parse(told.body);
    expect(requestEvent.parse(event)).toEqual(event);
    expect(event).toMatchObject({
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
    expect(await at.rows()).toEqual([
      { status: 'delivered', attempts: 1, answer: 204, failure: null, wait: null },
    ]);
  });

  it('of another organization is not sent', async () => {
    await at.enter('br_2');
    expect(await at.sender.drainOne()).toBe(0);
    expect(await at.rows()).toEqual([]);
  });

  it('that lies ahead waits for its instant, and is forgotten with it', async () => {
    await at.enter('br_1', new Date(Date.now() + 3_600_000).toISOString());
    expect(await at.sender.drainOne()).toBe(0);
    expect((await at.rows())[0]?.wait).toBeGreaterThan(3_500);
    await at.pool.query(`delete from badge_request_history where request_id = 'br_1'`);
    expect(await at.rows()).toEqual([]);
  });

  it('is signed by both secrets for a day after the first was replaced', async () => {
    await replaceSecret(at.pool, ENDPOINT, { secret: OTHER_SECRET, commandId: 'cmd_1' });
    await at.enter();
    await at.sender.drainOne();
    await at.pool.query(`update webhook_endpoints set earlier_secret_until = now() - interval '1 second'`);
    await at.enter();
    await at.sender.drainOne();
    const signed = at.receiver.told.map((told) =>
      [SECRET, OTHER_SECRET].map((secret) => isSignedBy(secret, told)),
    );
    expect(signed).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it.each([1, -1])(
    'is signed for the moment that it is, also where a worker’s clock is %s h wrong',
    async (hours) => {
      await at.enter();
      const setRight = setClockWrong(hours * 3_600_000);
      await at.sender.drainOne().finally(setRight);
      expect(at.receiver.told.map((told) => isSignedBy(SECRET, told))).toEqual([true]);
    },
  );

  it('is told soon after it is written, also while nothing else happens', async () => {
    const drain = startDrain(at.sender, {
      databaseUrl: at.databaseUrl,
      concurrency: 2,
      onError: () => undefined,
    });
    try {
      await at.enter();
      await until(async () => (await at.rows())[0]?.status === 'delivered');
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
    Object.assign(at.receiver, { answer });
    at.receiver.headers['location'] = at.receiver.url;
    await at.enter();
    await at.sender.drainOne();
    const [row] = await at.rows();
    expect(row).toMatchObject({ status: null, attempts: 1, answer, failure: null });
    expect(row?.wait).toBeGreaterThan(4);
    expect(row?.wait).toBeLessThan(6);
    at.receiver.answer = 200;
    await at.makeDue();
    await at.sender.drainOne();
    expect(await at.rows()).toMatchObject([{ status: 'delivered', attempts: 2, answer: 200 }]);
    expect(at.receiver.told).toHaveLength(2);
    expect(new Set(at.receiver.told.map(idOf)).size).toBe(1);
  });

  it('is without an answer while it is tried again, whatever the try before was answered', async () => {
    at.receiver.answer = 503;
    await at.enter();
    await at.sender.drainOne();
    expect(await at.rows()).toMatchObject([{ attempts: 1, answer: 503 }]);
    at.receiver.answer = null;
    await at.makeDue();
    const sending = at.sender.drainOne();
    await until(() => at.receiver.told.length === 2);
    expect(await at.rows()).toMatchObject([{ attempts: 2, answer: null, failure: null }]);
    at.sender.hurry();
    await sending;
  });

  it('is given up after the last try', async () => {
    at.receiver.answer = 503;
    await at.enter();
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      await at.makeDue();
      expect(await at.sender.drainOne()).toBe(1);
    }
    await at.makeDue();
    expect(await at.sender.drainOne()).toBe(0);
    expect(await at.rows()).toEqual([
      { status: 'given up', attempts: MOST_ATTEMPTS, answer: 503, failure: null, wait: null },
    ]);
  });

  it('because the receiver is not there is told so', async () => {
    await at.receiver.close();
    await at.enter();
    await at.sender.drainOne();
    expect(await at.rows()).toMatchObject([{ status: null, answer: null, failure: 'NOT_REACHED' }]);
    at.receiver = await startReceiver();
  });

  it('because the receiver does not answer in time is told so', async () => {
    const hasty = createWebhookSender({ pool: at.pool, allowLocal: true, answerWithinMs: 50 });
    at.receiver.answer = null;
    await at.enter();
    await hasty.drainOne();
    await hasty.close();
    expect(await at.rows()).toMatchObject([{ status: null, answer: null, failure: 'TIMED_OUT' }]);
  });

  it('is free for others a minute after whoever had it in hand was killed', async () => {
    at.receiver.answer = null;
    await at.enter();
    const sending = at.sender.drainOne();
    await until(() => at.receiver.told.length === 1);
    const [row] = await at.rows();
    expect(row?.wait).toBeGreaterThan(50);
    expect(row?.wait).toBeLessThan(61);
    at.sender.hurry();
    await sending;
  });

  it('because the worker ends is due at once, and counts as no try', async () => {
    at.receiver.answer = null;
    await at.enter();
    await at.pool.query(`update webhook_deliveries set attempts = ${MOST_ATTEMPTS - 1}`);
    const sending = at.sender.drainOne();
    await until(() => at.receiver.told.length === 1);
    at.sender.hurry();
    await sending;
    const [row] = await at.rows();
    expect(row).toMatchObject({ status: null, attempts: MOST_ATTEMPTS - 1, failure: null });
    expect(row?.wait).toBeLessThanOrEqual(0);
  });

  it('is not sent any more by a worker that ends', async () => {
    await at.enter();
    at.sender.hurry();
    await at.sender.drainOne();
    expect(at.receiver.told).toEqual([]);
    expect(await at.rows()).toMatchObject([{ status: null, attempts: 0, failure: null }]);
  });
});
