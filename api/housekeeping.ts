import { setTimeout as sleep } from 'node:timers/promises';
import { forgetSuggestions } from '../db/asin-suggestions';
import { forgetRevokedFeeds } from '../db/calendar-feeds';
import { forgetEvents } from '../db/certification-inbox';
import { forgetSessions } from '../db/console-sessions';
import { forgetDraftChecks } from '../db/draft-checks';
import { forgetKeys } from '../db/idempotency';
import { forgetReasons } from '../db/operator-decisions';
import { forgetMails } from '../db/outbox';
import type { Pool } from '../db/pool';
import { forgetDecisions } from '../db/reviewer-decisions';
import { forgetDeliveries } from '../db/webhook-deliveries';
import { forgetDeletedEndpoints } from '../db/webhook-endpoints';
import type { ApiDependencies } from './dependencies';
import { describeError } from './described-error';

const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 3_600_000;
/** Rows of one statement: many thousands would take longer than a statement may. */
const PAGE = 5_000;
/** The promise is a day. */
const KEYS_KEPT_HOURS = 48;
const CHECKS_KEPT_HOURS = 48;
const SUGGESTIONS_KEPT_HOURS = 1;
/** As long as somebody may ask whether a mail has left. */
const MAILS_KEPT_DAYS = 90;
/** As long as somebody may ask what the pipeline has sent. */
const EVENTS_KEPT_DAYS = 90;
/** Of a command that nobody repeats any more. */
const DECISIONS_KEPT_DAYS = 90;
/** Ten times as long as a delivery is tried. */
const DELIVERIES_KEPT_DAYS = 30;

/** Each forgets at most so many rows, and says how many. */
const parts: Readonly<Record<string, (pool: Pool, limit: number) => Promise<number>>> = {
  keys: (pool, limit) => forgetKeys(pool, { olderThanHours: KEYS_KEPT_HOURS, limit }),
  checks: (pool, limit) => forgetDraftChecks(pool, { olderThanHours: CHECKS_KEPT_HOURS, limit }),
  suggestions: (pool, limit) => forgetSuggestions(pool, { olderThanHours: SUGGESTIONS_KEPT_HOURS, limit }),
  mails: (pool, limit) => forgetMails(pool, { olderThanDays: MAILS_KEPT_DAYS, limit }),
  events: (pool, limit) => forgetEvents(pool, { olderThanDays: EVENTS_KEPT_DAYS, limit }),
  decisions: (pool, limit) => forgetDecisions(pool, { olderThanDays: DECISIONS_KEPT_DAYS, limit }),
  reasons: (pool, limit) => forgetReasons(pool, { olderThanDays: DECISIONS_KEPT_DAYS, limit }),
  deliveries: (pool, limit) => forgetDeliveries(pool, { olderThanDays: DELIVERIES_KEPT_DAYS, limit }),
  endpoints: (pool, limit) => forgetDeletedEndpoints(pool, { olderThanHours: KEYS_KEPT_HOURS, limit }),
  feeds: (pool, limit) => forgetRevokedFeeds(pool, { olderThanHours: KEYS_KEPT_HOURS, limit }),
  sessions: (pool, limit) => forgetSessions(pool, { limit }),
};

export interface HousekeepingOptions {
  readonly firstAfterMs?: number;
  readonly page?: number;
}

/**
 * Forgets what nobody asks for any more, soon after the start and then once an hour: one that is started more often than
 * that tidies, too.
 * @returns ends it
 */
export function startHousekeeping(
  { pool, log }: Pick<ApiDependencies, 'pool' | 'log'>,
  { firstAfterMs = FIRST_AFTER_MS, page = PAGE }: HousekeepingOptions = {},
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const tidy = async (part: string, forget: (pool: Pool, limit: number) => Promise<number>) => {
    try {
      while (!signal.aborted && (await forget(pool, page)) === page);
    } catch (error) {
      log.warn({ part, reason: describeError(error) }, 'housekeeping did not succeed and is tried again');
    }
  };
  const keepHouse = async () => {
    for (let wait = firstAfterMs; ; wait = EVERY_MS) {
      await sleep(wait, undefined, { signal, ref: false });
      for (const [part, forget] of Object.entries(parts)) await tidy(part, forget);
    }
  };
  // Ends by being stopped only.
  keepHouse().catch(() => undefined);
  return () => stopping.abort();
}
