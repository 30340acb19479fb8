/** Looks at the listings of enabled badges again, many at a time; only a badge in trouble gets a workflow. */
import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { putOffAudits, takeDueBadges, type AuditBatch, type DueBadge } from '../db/audits';
import type { Drainable } from '../db/drain';
import type { Pool } from '../db/pool';
import { MARKETPLACE_CODES, regionsOf, type MarketplaceCode, type Region } from '../domain/marketplaces';
import type { Finding } from '../domain/review';
import { callSignal } from './amazon/bounded-request';
import { CallLaterError, UnreadableAnswerError } from './amazon/call-later';
import { SEARCHED_AT_ONCE } from './amazon/catalog-connection';
import { listingChecks, listingQuestion, type ListingSources } from './amazon/listing-question';
import { reportTrouble } from './remedy/report-trouble';

export interface BadgeAuditDependencies {
  readonly pool: Pool;
  readonly client: Client;
  readonly amazon: ListingSources;
  /** Whose marketplaces' badges: each region's account has a limit of its own. */
  readonly region: Region;
  /** How often each badge is looked at, in hours. */
  readonly intervalHours: number;
  /** Gives up what waits for Amazon, for somebody else to do. */
  readonly stopping: AbortSignal;
  readonly onSweep: (counts: SweepCounts) => void;
  /** Told of what is no answer of Amazon's, such as Temporal being away. */
  readonly onError: (error: unknown) => void;
  /** The queue of workflows; else the contract's. */
  readonly taskQueue?: string;
}

/** What one batch has come to, in badges. */
export interface SweepCounts {
  readonly marketplace: MarketplaceCode;
  readonly badges: number;
  readonly fine: number;
  readonly inTrouble: number;
  /** Amazon's answer decides nothing. */
  readonly unknown: number;
  /** There was no answer, or nobody to report trouble to. */
  readonly unanswered: number;
}
type Outcome = Exclude<keyof SweepCounts, 'marketplace' | 'badges'>;

/** Lookups that wait together fill the calls; only the last call of a batch may have room. */
const BADGES_AT_ONCE = 20 * SEARCHED_AT_ONCE;
/** How long badges wait for enough others to fill a call, in seconds. */
export const SLACK_SECONDS = 3_600;
/** How long a batch waits for its calls; interactive ones go first. Milliseconds. */
const PATIENCE_MS = 300_000;
/** Longer than a batch takes with all that follows from it, in seconds. */
const LEASE_SECONDS = 600;
/** When a badge without an answer is looked at again, in seconds. */
const AFTER_NO_ANSWER_SECONDS = 900;
/** Which part of the interval a badge that is not known to be well waits. */
const SOONER = 4;
/** How far from each other badges move that were looked at together. */
const JITTER = 0.1;
/** How long a region is left alone that answers nothing at all, in milliseconds. */
const REST_MS = { least: 5_000, most: 900_000 };
const REPORTED_WITHIN_MS = 5_000;

/** @returns what works off one batch of badges at a time, of one marketplace of the region */
export function createBadgeAudit(deps: BadgeAuditDependencies): Drainable {
  const { pool, stopping } = deps;
  const marketplaces = regionsOf(MARKETPLACE_CODES)[deps.region] ?? [];
  let restsUntil = Number.NEGATIVE_INFINITY;

  const sweep = async (batch: AuditBatch): Promise<void> => {
    const patience = callSignal(PATIENCE_MS, stopping);
    // Each lookup listens to it.
    setMaxListeners(0, patience);
    const looks = await Promise.all(batch.badges.map((badge) => look(deps, badge, patience)));
    const outcomes = await reportAll(deps, looks);
    const seconds = looks.map(({ badge }, index): [string, number] => {
      const outcome = outcomes[index] ?? 'unanswered';
      return [
        badge.requestId,
        stopping.aborted && outcome === 'unanswered' ? 0 : secondsAfter(deps, outcome),
      ];
    });
    await putOffAudits(pool, batch, new Map(seconds));
    if (looks.every(({ later }) => later !== null) && !stopping.aborted)
      restsUntil = performance.now() + restAfter(looks);
    deps.onSweep({ marketplace: batch.marketplace, badges: looks.length, ...countOf(outcomes) });
  };

  return {
    // Nobody notifies, and nothing is due to the second: it is looked for now and then.
    channel: 'badge_audits',
    nextDue: async () => null,
    async drainOne() {
      if (stopping.aborted || performance.now() < restsUntil) return 0;
      const batch = await takeDueBadges(pool, {
        marketplaces,
        most: BADGES_AT_ONCE,
        enough: SEARCHED_AT_ONCE,
        slackSeconds: SLACK_SECONDS,
        leaseSeconds: LEASE_SECONDS,
      });
      if (batch === null) return 0;
      await sweep(batch);
      // Whether there is another one only taking it tells.
      return 2;
    },
  };
}

/** What a look at a badge's listing has found, and why there is more to be found later. */
interface Look {
  readonly badge: DueBadge;
  readonly findings: readonly Finding[];
  readonly later: Error | null;
}

/** Never throws: one badge must not keep the others from being looked at. */
async function look(deps: BadgeAuditDependencies, badge: DueBadge, signal: AbortSignal): Promise<Look> {
  const { subject, marketplace } = badge;
  const question = listingQuestion(deps.amazon, subject, marketplace, {
    checks: listingChecks,
    // Offers are asked for one by one, at half a call a second: too slow for every badge.
    buyability: 'LISTED',
    priority: 'background',
  });
  try {
    return { badge, findings: await question.ask(signal), later: null };
  } catch (error) {
    const isAmazons =
      error instanceof CallLaterError || error instanceof UnreadableAnswerError || signal.aborted;
    if (!isAmazons) deps.onError(error);
    const later = error instanceof Error ? error : new Error(String(error));
    // What is known of the item counts even when nothing is known of its hub.
    return { badge, findings: isAmazons ? question.giveUp(later.message) : [], later };
  }
}

/** Reports the badges in trouble, one after the other: a fault of Amazon's may make many of them at once. */
async function reportAll(deps: BadgeAuditDependencies, looks: readonly Look[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let isTemporalAway = false;
  for (const { badge, findings, later } of looks) {
    const isWrong = findings.some(({ answer }) => answer === 'NO');
    if (isWrong && !isTemporalAway)
      try {
        await deps.client.withDeadline(Date.now() + REPORTED_WITHIN_MS, () =>
          reportTrouble(deps, { ...badge, findings }),
        );
      } catch (error) {
        isTemporalAway = true;
        deps.onError(error);
      }
    if (isWrong) outcomes.push(isTemporalAway ? 'unanswered' : 'inTrouble');
    else if (later !== null) outcomes.push('unanswered');
    else outcomes.push(findings.every(({ answer }) => answer === 'YES') ? 'fine' : 'unknown');
  }
  return outcomes;
}

function secondsAfter({ intervalHours }: BadgeAuditDependencies, outcome: Outcome): number {
  const interval = intervalHours * 3_600;
  const spread = 1 + JITTER * (2 * Math.random() - 1);
  const seconds = {
    fine: interval,
    // Its workflow looks at it by itself.
    inTrouble: interval,
    unknown: interval / SOONER,
    unanswered: Math.min(AFTER_NO_ANSWER_SECONDS, interval / SOONER),
  } satisfies Record<Outcome, number>;
  return seconds[outcome] * spread;
}

function restAfter(looks: readonly Look[]): number {
  const asked = looks.map(({ later }) => (later instanceof CallLaterError ? later.retryAfterMs : 0));
  return Math.min(REST_MS.most, Math.max(REST_MS.least, ...asked));
}

function countOf(outcomes: readonly Outcome[]): Record<Outcome, number> {
  const counts = { fine: 0, inTrouble: 0, unknown: 0, unanswered: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}
