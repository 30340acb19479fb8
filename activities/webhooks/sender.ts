/** Tells webhook endpoints what has happened: drains `webhook_deliveries`. */
import type { Drainable } from '../../db/drain';
import type { Pool } from '../../db/pool';
import {
  nextDeliveryDue,
  putBack,
  recordAttempt,
  takeDelivery,
  type DueDelivery,
} from '../../db/webhook-deliveries';
import { disableGone, leaveAlone } from '../../db/webhook-endpoints';
import { eventOf, GONE, isTaken, retryAfterSeconds, testEvent } from '../../domain/webhooks';
import { ANSWER_WITHIN_MS, createPoster, type Poster } from './post';
import { createReceivers } from './receivers';

export interface WebhookDependencies {
  readonly pool: Pool;
  /** Whether endpoints may be on this machine or a private network, and without TLS. */
  readonly allowLocal: boolean;
  /** In place of {@link ANSWER_WITHIN_MS}. */
  readonly answerWithinMs?: number;
}

export interface WebhookSender extends Drainable {
  /** Ends what is under way: it is due at once, as if it had not been tried. */
  hurry(): void;
  close(): Promise<void>;
}

/** Deliveries at the same time in one process: nearly all of them wait for a receiver, and hold no connection of ours. */
export const DELIVERIES_AT_ONCE = 100;
/** Whoever is killed while sending leaves the delivery for so long. */
const TAKEN_FOR_SECONDS = 60;

export function createWebhookSender({
  pool,
  allowLocal,
  answerWithinMs = ANSWER_WITHIN_MS,
}: WebhookDependencies): WebhookSender {
  const poster = createPoster({ allowLocal, answerWithinMs });
  const receivers = createReceivers();
  let last = '';
  const look = async () => {
    const taken = await takeDelivery(pool, {
      withinSeconds: TAKEN_FOR_SECONDS,
      busy: receivers.busy(),
      last,
    });
    if (taken === null) return null;
    last = taken.delivery.endpoint.id;
    return { ...taken, done: receivers.call(last) };
  };
  let looking: Promise<unknown> = Promise.resolve();
  /** One after the other, so that each knows what the one before has taken. */
  const take = () => {
    const next = looking.then(look);
    looking = next.catch(() => undefined);
    return next;
  };
  return {
    channel: 'webhook_deliveries',
    async drainOne(_report, another) {
      const taken = await take();
      if (taken === null) return 0;
      if (taken.due > 1) another?.();
      let answered = false;
      let more = false;
      try {
        answered = await deliver(pool, poster, taken.delivery);
      } finally {
        more = taken.done(answered);
      }
      return more ? 2 : taken.due;
    },
    nextDue: (after) => nextDeliveryDue(pool, after),
    hurry: () => poster.hurry(),
    close: () => poster.close(),
  };
}

/** @returns whether there was an answer, or a failure that took no time: what waited for one in vain is false */
async function deliver(pool: Pool, poster: Poster, delivery: DueDelivery): Promise<boolean> {
  const { id, endpoint, told, attempts, dueAt, takenAt } = delivery;
  const event = told === null ? testEvent(endpoint.id, dueAt) : eventOf(told);
  const attempt = await poster.post({ ...endpoint, id, event, at: takenAt });
  if (attempt === null) {
    await putBack(pool, id);
    return true;
  }
  const { answer, leaveAloneMs } = attempt;
  const taken = answer !== null && isTaken(answer);
  if (answer === GONE) await disableGone(pool, endpoint);
  if (!taken && leaveAloneMs > 0) await leaveAlone(pool, endpoint, leaveAloneMs / 1_000);
  // Whoever tries an endpoint looks at what comes of it, and not for three days.
  const seconds = told === null ? null : retryAfterSeconds(attempts, Math.random());
  const later = seconds === null ? 'GIVEN_UP' : { retryAfterSeconds: seconds };
  await recordAttempt(pool, id, attempt, taken ? 'TAKEN' : later);
  return attempt.failure !== 'TIMED_OUT';
}
