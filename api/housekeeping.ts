import { setInterval } from 'node:timers';
import { forgetSuggestions } from '../db/asin-suggestions';
import { forgetSessions } from '../db/console-sessions';
import { forgetDraftChecks } from '../db/draft-checks';
import { forgetKeys } from '../db/idempotency';
import type { ApiDependencies } from './dependencies';

const EVERY_MS = 3_600_000;
/** The promise is a day. */
const KEYS_KEPT_HOURS = 48;
const CHECKS_KEPT_HOURS = 48;
const SUGGESTIONS_KEPT_HOURS = 1;

/**
 * Forgets once an hour what nobody asks for any more.
 * @returns ends it
 */
export function startHousekeeping({ pool, log }: Pick<ApiDependencies, 'pool' | 'log'>): () => void {
  const tidy = async () => {
    await forgetKeys(pool, KEYS_KEPT_HOURS);
    await forgetDraftChecks(pool, CHECKS_KEPT_HOURS);
    await forgetSuggestions(pool, SUGGESTIONS_KEPT_HOURS);
    await forgetSessions(pool);
  };
  const timer = setInterval(() => {
    tidy().catch((error: unknown) =>
      log.warn({ err: error }, 'housekeeping did not succeed and is tried again'),
    );
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
