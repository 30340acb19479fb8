/** How an audit of many badges gets on under Amazon's own rate limits, and what reviews notice of it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { MARKETPLACE_CODES, regionsOf } from '../domain/marketplaces';
import { asinOf } from './asins';
import { addEnabledBadges, readOwner } from './enabled-badges';
import { percentiles, runClosedLoop, type Percentiles } from './lives';
import type { Surroundings } from './surroundings';
import { connectToProduct } from './product';
import { startProduct } from './product-run';

/** Of one region, so that the badges and the reviews share its account's limit. */
const MARKETPLACES = regionsOf(MARKETPLACE_CODES).na ?? [];
/** How long the audit is watched; longer than a batch takes to be told of. */
const WATCHED_MS = 60_000;
/** Between two reviews, so that each finds the sweep at work and not the one before. */
const APART_MS = 1_000;
/** Listings of the badges; those of the reviews come before. */
const FIRST_LISTING = 10_000_000;
const DUE_SINCE_HOURS = 2;
const ENDED_WITHIN_MS = 90_000;

export interface AuditFigures {
  readonly badges: number;
  /** Badges looked at while it was watched, and how many a second. */
  readonly audited: number;
  readonly auditedPerSecond: number;
  /** Of the catalogue's searches, which the audit makes nearly all of. */
  readonly lookupsPerCall: number;
  /** Calls that the catalogue refused with 429. */
  readonly refused: number;
  /** From the submission of a request of one marketplace until it awaits its reviewer, meanwhile. */
  readonly reviewMs: Percentiles | null;
  readonly failures: readonly string[];
}

const calls = z.object({
  calls: z.array(
    z.object({ path: z.string(), status: z.union([z.number(), z.string()]), count: z.number() }),
  ),
});

/**
 * Starts a product of its own, with stand-ins that enforce Amazon's limits, and makes so many badges due.
 * @throws Error when it does not start
 */
export async function measureAudits(count: number, around: Surroundings): Promise<AuditFigures> {
  const { signal, say } = around;
  const folder = join(around.folder, 'audits');
  // As root the embedded PostgreSQL runs as another user, who has to pass.
  await mkdir(folder, { mode: 0o711 });
  say(`An audit of ${count} badges, under Amazon’s limits …`);
  const running = await startProduct(join(__dirname, '..', '..'), folder, 'AS_AMAZON');
  around.atEnd(() => running.stop());
  const run = await running.ready(signal);
  const database = new pg.Pool({ connectionString: run.database.url, max: 2 });
  database.on('error', () => undefined);
  const product = connectToProduct(run, database, 2, ['US']);
  try {
    const creations = await product.prepareOfOneProduct(WATCHED_MS / APART_MS);
    await addEnabledBadges(database, await readOwner(database), {
      count: Math.ceil(count / MARKETPLACES.length),
      ...{ marketplaces: MARKETPLACES, from: FIRST_LISTING, dueSinceHours: DUE_SINCE_HOURS },
    });
    const tallies = new URL('/_calls', run.retail.url);
    await fetch(tallies, { method: 'DELETE' });
    const begin = performance.now();
    const times: number[] = [];
    const failures = await runClosedLoop(creations, 1, async (create) => {
      signal.throwIfAborted();
      if (performance.now() - begin > WATCHED_MS) return;
      const id = await create();
      const submitted = performance.now();
      await product.submit(id);
      await product.watch.until(id, 'AWAITING_REVIEWER');
      times.push(performance.now() - submitted);
      await sleep(APART_MS);
    });
    const audited = await endAudit(database, signal);
    const seconds = (performance.now() - begin) / 1000;
    const { calls: made } = calls.parse(await (await fetch(tallies)).json());
    const catalog = made.filter(({ path }) => path.startsWith('/catalog/'));
    const sum = (of: typeof catalog) => of.reduce((total, { count: often }) => total + often, 0);
    return {
      badges: count,
      audited,
      auditedPerSecond: audited / seconds,
      // Each review looks one listing up, in a call of the audit's where there is one.
      lookupsPerCall: (audited + times.length) / sum(catalog.filter(({ status }) => status === 200)),
      refused: sum(catalog.filter(({ status }) => status === 429)),
      reviewMs: percentiles(times),
      failures,
    };
  } finally {
    await product.close();
    await database.end();
    await running.stop();
  }
}

/**
 * Takes away what nobody has begun yet and waits for what is in hand, so that each call's lookups are counted.
 * A lease is ten minutes long; what had no answer is put off for more.
 * @returns how many badges were looked at: they are put off by the interval, give or take its spread
 */
async function endAudit(database: pg.Pool, signal: AbortSignal): Promise<number> {
  await database.query(
    `update badges set audit_due_at = now() + interval '30 days' where audit_due_at <= now()`,
  );
  for (const end = Date.now() + ENDED_WITHIN_MS; Date.now() < end; await sleep(100)) {
    signal.throwIfAborted();
    const { rows } = await database.query<{ audited: number; inHand: number }>(
      `select count(*) filter (where audit_due_at between now() + interval '40 hours' and now() + interval '60 hours')
                ::int as audited,
              count(*) filter (where asin >= $1 and audit_due_at < now() + interval '12 minutes')::int as "inHand"
         from badges`,
      [asinOf(FIRST_LISTING)],
    );
    if (rows[0]?.inHand === 0) return rows[0].audited;
  }
  throw new Error(`The audit did not end within ${ENDED_WITHIN_MS / 1000} s`);
}
