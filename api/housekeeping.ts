import { setTimeout as sleep } from 'node:timers/promises';
import { forgetDraftChecks } from '../db/draft-checks';
import { forgetOld, KEPT_TABLES } from '../db/forgetting';
import type { Pool } from '../db/pool';
import { forgetDeletedEndpoints } from '../db/webhook-endpoints';
import type { ApiDependencies } from './dependencies';
import { describeError } from './described-error';

const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 3_600_000;
/** Rows of one statement: many thousands would take longer than a statement may. */
const PAGE = 5_000;

type Forget = (pool: Pool, limit: number) => Promise<number>;

/** By the table that it is about: each forgets at most so many rows, and says how many. */
const parts: readonly (readonly [table: string, forget: Forget])[] = [
  ['draft_checks', forgetDraftChecks],
  ['webhook_endpoints', forgetDeletedEndpoints],
  ...KEPT_TABLES.map((table): [string, Forget] => [table, (pool, limit) => forgetOld(pool, table, limit)]),
];

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
  const tidy = async (table: string, forget: Forget) => {
    try {
      while (!signal.aborted && (await forget(pool, page)) === page);
    } catch (error) {
      log.warn({ table, reason: describeError(error) }, 'housekeeping did not succeed and is tried again');
    }
  };
  const keepHouse = async () => {
    for (let wait = firstAfterMs; ; wait = EVERY_MS) {
      await sleep(wait, undefined, { signal, ref: false });
      for (const [table, forget] of parts) await tidy(table, forget);
    }
  };
  // Ends by being stopped only.
  keepHouse().catch(() => undefined);
  return () => stopping.abort();
}
