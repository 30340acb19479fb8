/** Tells webhook endpoints what has happened: drains `webhook_deliveries`. */
import type { Drainable } from '../../db/drain';
import type { Pool } from '../../db/pool';
import { nextDeliveryDue, recordAttempt, takeDelivery, type DueDelivery } from '../../db/webhook-deliveries';
import { disableGone } from '../../db/webhook-endpoints';
import { eventOf, GONE, isTaken, retryAfterSeconds, testEvent } from '../../domain/webhooks';
import { ANSWER_WITHIN_MS, createPoster, type Poster } from './post';

export interface WebhookDependencies {
  readonly pool: Pool;
  /** Whether endpoints may be on this machine or a private network, and without TLS. */
  readonly allowLocal: boolean;
  /** In place of {@link ANSWER_WITHIN_MS}. */
  readonly answerWithinMs?: number;
}

export interface WebhookSender extends Drainable {
  /** Ends what is under way: it is sent again. */
  hurry(): void;
  close(): Promise<void>;
}

/** Deliveries at the same time in one process, and of them to one endpoint: a slow receiver leaves room for others. */
export const DELIVERIES_AT_ONCE = 20;
const TO_ONE_ENDPOINT = 4;
/** Whoever is killed while sending leaves the delivery for so long. */
const TAKEN_FOR_SECONDS = 60;

export function createWebhookSender({
  pool,
  allowLocal,
  answerWithinMs = ANSWER_WITHIN_MS,
}: WebhookDependencies): WebhookSender {
  const poster = createPoster({ allowLocal, answerWithinMs });
  const inHand = new Map<string, number>();
  const count = (endpointId: string, by: 1 | -1) => {
    const left = (inHand.get(endpointId) ?? 0) + by;
    if (left === 0) inHand.delete(endpointId);
    else inHand.set(endpointId, left);
  };
  return {
    channel: 'webhook_deliveries',
    async drainOne() {
      const busy = [...inHand].filter(([, many]) => many >= TO_ONE_ENDPOINT).map(([id]) => id);
      const taken = await takeDelivery(pool, { withinSeconds: TAKEN_FOR_SECONDS, busy });
      if (taken === null) return 0;
      const { id } = taken.delivery.endpoint;
      count(id, 1);
      try {
        await deliver(pool, poster, taken.delivery);
      } finally {
        count(id, -1);
      }
      return taken.due;
    },
    nextDue: (after) => nextDeliveryDue(pool, after),
    hurry: () => poster.hurry(),
    close: () => poster.close(),
  };
}

async function deliver(pool: Pool, poster: Poster, delivery: DueDelivery): Promise<void> {
  const { id, endpoint, entry, attempts, dueAt } = delivery;
  const event = entry === null ? testEvent(endpoint.id, dueAt) : eventOf(entry);
  const attempt = await poster.post({ ...endpoint, id, event });
  const { answer } = attempt;
  if (answer !== null && isTaken(answer)) return recordAttempt(pool, id, attempt, 'TAKEN');
  if (answer === GONE) await disableGone(pool, endpoint);
  const seconds = retryAfterSeconds(attempts, Math.random());
  await recordAttempt(pool, id, attempt, seconds === null ? 'GIVEN_UP' : { retryAfterSeconds: seconds });
}
