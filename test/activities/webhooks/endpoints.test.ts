/** Endpoints that are disabled, slow or gone, and what becomes of what they are to be told. */
import { startDrain } from '../../../db/drain';
import { queueTest, sendAgain } from '../../../db/webhook-deliveries';
import { changeEndpoint, findEndpoint, saveEndpoint } from '../../../db/webhook-endpoints';
import { until } from '../../setup/until';
import { startReceiver } from './receiver';
import { createWebhookScene, ENDPOINT, OTHER_SECRET, type WebhookScene } from './webhook-scene';

let at: WebhookScene;
beforeEach(async () => {
  at = await createWebhookScene();
});
afterEach(() => at.close());

describe('an endpoint', () => {
  it('that answers 410 is disabled; what happens then waits until it is enabled again', async () => {
    at.receiver.answer = 410;
    await at.enter();
    await at.sender.drainOne();
    expect(await findEndpoint(at.pool, ENDPOINT)).toMatchObject({ disabledBecause: 'GONE' });
    await at.enter();
    expect(await at.sender.drainOne()).toBe(0);
    expect(await at.rows()).toMatchObject([{ answer: 410 }, { attempts: 0 }]);
    at.receiver.answer = 204;
    await changeEndpoint(at.pool, ENDPOINT, { enabled: true });
    expect(await at.sender.drainOne()).toBe(2);
    expect(await at.sender.drainOne()).toBe(1);
    expect(await at.rows()).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
  });

  it('that somebody tries is called once, whatever it answers', async () => {
    at.receiver.answer = 503;
    await queueTest(at.pool, { id: 'whe_1', endpointId: ENDPOINT.id });
    await at.sender.drainOne();
    expect(await at.rows()).toMatchObject([{ status: 'given up', attempts: 1, answer: 503, wait: null }]);
  });

  it.each([503, 410])(
    'that is disabled is sent again what somebody says, and tried once where it answers %s',
    async (answer) => {
      await changeEndpoint(at.pool, ENDPOINT, { enabled: false });
      await at.enter();
      const { rows } = await at.pool.query<{ id: string }>('select id from webhook_deliveries');
      await sendAgain(at.pool, { id: rows[0]?.id ?? '', endpointId: ENDPOINT.id });
      at.receiver.answer = answer;
      expect(await at.sender.drainOne()).toBe(1);
      await at.makeDue();
      expect(await at.sender.drainOne()).toBe(0);
      expect(await at.rows()).toMatchObject([{ status: null, attempts: 1, answer }]);
      at.receiver.answer = 204;
      await changeEndpoint(at.pool, ENDPOINT, { enabled: true });
      expect(await at.sender.drainOne()).toBe(1);
      expect(await at.rows()).toMatchObject([{ status: 'delivered', attempts: 2 }]);
    },
  );

  it('that is enabled is told at once what was tried in vain, and no second time what is in hand', async () => {
    at.receiver.answer = 503;
    await at.enter();
    await at.sender.drainOne();
    at.receiver.answer = null;
    await at.enter();
    const sending = at.sender.drainOne();
    await until(() => at.receiver.told.length === 2);
    await changeEndpoint(at.pool, ENDPOINT, { enabled: true });
    const [failed, inHand] = await at.rows();
    expect(failed?.wait).toBeLessThanOrEqual(0);
    expect(inHand?.wait).toBeGreaterThan(50);
    at.sender.hurry();
    await sending;
  });

  const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString();
  it.each([
    ['for so many seconds', '3600', 3_600],
    ['until a date', inAnHour(), 3_600],
    ['for longer than a day', '9999999', 86_400],
  ])('that asks to be left alone %s is, up to a day', async (_, retryAfter, seconds) => {
    Object.assign(at.receiver, { answer: 429, headers: { 'retry-after': retryAfter } });
    await at.enter();
    await at.enter();
    await at.sender.drainOne();
    await at.makeDue();
    expect(await at.sender.drainOne()).toBe(0);
    const rests = async () =>
      Date.parse((await findEndpoint(at.pool, ENDPOINT))?.restsUntil ?? '') - Date.now();
    expect(Math.abs((await rests()) / 1_000 - seconds)).toBeLessThan(30);
    // What somebody waits for is sent all the same.
    await queueTest(at.pool, { id: 'whe_1', endpointId: ENDPOINT.id });
    await at.sender.drainOne();
    expect(at.receiver.told).toHaveLength(2);
    await changeEndpoint(at.pool, ENDPOINT, { enabled: true });
    expect(await at.sender.drainOne()).toBe(2);
  });

  it('that says in no readable way when to come back is tried as if it had not', async () => {
    Object.assign(at.receiver, { answer: 503, headers: { 'retry-after': 'soon' } });
    await at.enter();
    await at.sender.drainOne();
    expect(await findEndpoint(at.pool, ENDPOINT)).toMatchObject({ restsUntil: null });
  });

  it('is looked at again after what came while it was left alone', async () => {
    at.receiver.answer = null;
    await at.enter();
    const first = at.sender.drainOne();
    await until(() => at.receiver.told.length === 1);
    await at.enter();
    expect(await at.sender.drainOne()).toBe(0);
    at.receiver.answerAll(204);
    expect(await first).toBe(2);
  });

  it('that never answers holds up its own events only', async () => {
    const dead = await Promise.all(Array.from({ length: 4 }, startReceiver));
    const drain = startDrain(at.sender, {
      databaseUrl: at.databaseUrl,
      concurrency: 6,
      onError: () => undefined,
    });
    try {
      for (const [n, each] of dead.entries()) {
        each.answer = null;
        await saveEndpoint(at.pool, {
          ...{ id: `wep_dead_${n}`, organizationId: 'org_two', url: each.url, secret: OTHER_SECRET },
        });
      }
      for (let entry = 0; entry < 6; entry += 1) await at.enter('br_2', '2026-01-15T08:00:00Z');
      for (let entry = 0; entry < 20; entry += 1) await at.enter();
      await until(() => at.receiver.told.length === 20, 4_000);
      expect(dead.map(({ told }) => told.length)).toEqual([1, 1, 1, 1]);
    } finally {
      at.sender.hurry();
      await drain.stop();
      for (const each of dead) await each.close();
    }
  });
});
