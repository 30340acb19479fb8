/** How fast reviews get done when many are submitted at once and Amazon's own rate limits hold. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { runClosedLoop } from './lives';
import type { Surroundings } from './surroundings';
import { connectToProduct } from './product';
import { startProduct } from './product-run';

/** Of one region, so that they share its account's limit. */
const MARKETPLACES = ['US', 'CA'] as const;
/** Calls at a time while drafts are made; all submissions go out together. */
const CONNECTIONS = 100;
const PREPARED_AT_A_TIME = 20;
const DONE_WITHIN_MS = 300_000;
/** Of the run's beginning: Amazon's bucket may have been taken from before. */
const FIRST_SECOND_MS = 1_000;

export interface ReviewFigures {
  readonly reviews: number;
  /** From the first submission until the last request awaits its reviewer. */
  readonly reviewsPerSecond: number;
  /** Lookups, one for each ASIN and marketplace, for each call to the catalogue. */
  readonly lookupsPerCall: number;
  readonly catalogCalls: number;
  /** Calls that the catalogue refused with 429, after the first second. */
  readonly refused: number;
  readonly failures: readonly string[];
}

const calls = z.object({
  calls: z.array(
    z.object({
      path: z.string(),
      status: z.union([z.number(), z.string()]),
      count: z.number(),
      lastAt: z.string(),
    }),
  ),
});

/**
 * Starts a product of its own, with stand-ins that enforce Amazon's limits, and submits all requests at once.
 * @throws Error when it does not start or the reviews take too long
 */
export async function measureReviews(count: number, around: Surroundings): Promise<ReviewFigures> {
  const { signal, say } = around;
  const folder = join(around.folder, 'reviews');
  // As root the embedded PostgreSQL runs as another user, who has to pass.
  await mkdir(folder, { mode: 0o711 });
  say(`${count} submissions of ${MARKETPLACES.length} marketplaces at once, under Amazon’s limits …`);
  const running = await startProduct(join(__dirname, '..', '..'), folder, 'AS_AMAZON');
  around.atEnd(() => running.stop());
  const run = await running.ready(signal);
  const database = new pg.Pool({ connectionString: run.database.url, max: 2 });
  database.on('error', () => undefined);
  const product = connectToProduct(run, database, CONNECTIONS, MARKETPLACES);
  try {
    const ids: string[] = [];
    const creations = await product.prepareOfOneProduct(count);
    const failures = await runClosedLoop(creations, PREPARED_AT_A_TIME, async (create) => {
      ids.push(await create());
    });
    const tallies = new URL('/_calls', run.retail.url);
    await fetch(tallies, { method: 'DELETE' });
    const [begin, begun] = [performance.now(), Date.now()];
    failures.push(...(await runClosedLoop(ids, ids.length, async (id) => void (await product.submit(id)))));
    await untilReviewed(database, ids, signal);
    const seconds = (performance.now() - begin) / 1000;
    const { calls: made } = calls.parse(await (await fetch(tallies)).json());
    const catalog = made.filter(({ path }) => path.startsWith('/catalog/'));
    const sum = (of: typeof catalog) => of.reduce((total, { count: times }) => total + times, 0);
    const late = ({ lastAt }: { lastAt: string }) => Date.parse(lastAt) > begun + FIRST_SECOND_MS;
    return {
      reviews: ids.length,
      reviewsPerSecond: ids.length / seconds,
      lookupsPerCall: (ids.length * MARKETPLACES.length) / sum(catalog),
      catalogCalls: sum(catalog),
      refused: sum(catalog.filter((call) => call.status === 429 && late(call))),
      failures,
    };
  } finally {
    await product.close();
    await database.end();
    await running.stop();
  }
}

async function untilReviewed(database: pg.Pool, ids: readonly string[], signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + DONE_WITHIN_MS; Date.now() < end; await sleep(50)) {
    signal.throwIfAborted();
    const { rows } = await database.query<{ open: number }>(
      `select count(*)::int as open from badge_requests where id = any($1) and stage is distinct from 'AWAITING_REVIEWER'`,
      [ids],
    );
    if (rows[0]?.open === 0) return;
  }
  throw new Error(`Reviews were not done within ${DONE_WITHIN_MS / 1000} s`);
}
