/** The steps outside: activities on the task queue of the outside system they ask, grouped by what a retry does. */
import {
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  type ActivityFailure,
} from '@temporalio/workflow';
import type { CheckActivities } from '../activities/amazon/checks';
import type { RemedyRecordings } from '../activities/remedy/recording';
import type { TransitionActivities } from '../activities/transitions';
import { regionsOf, type MarketplaceCode } from '../domain/marketplaces';
import type { Answer, FindingSummary, ReviewSubjectRef } from '../domain/review';
import { taskQueues } from './contract';

/**
 * Our own rows, each write keyed: repeating is always safe, so it is repeated until the database is back.
 * Local activities, because a row is written faster than a task is handed over.
 */
const writes = {
  startToCloseTimeout: '15 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  // A shorter pause keeps its workflow task, which has to be held by another one every two seconds: all who wait for a
  // database that is away for hours would do little else, and their histories grow without end. A longer one is a timer.
  localRetryThreshold: '2 seconds',
} as const;
export const rows = proxyLocalActivities<TransitionActivities>(writes);
export const badgeRows = proxyLocalActivities<RemedyRecordings>(writes);

/**
 * Reads: repeated as often as the other side asks. Their own patience ends them with *unknown*; the limit
 * here is for a day on which nobody works on the queue at all.
 */
const reads = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  scheduleToCloseTimeout: '25 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;
/** These are due by an instant that is far enough away: whoever waits goes first, and before what has none. */
const timely = { ...reads, priority: { priorityKey: 4 } } as const;
/** Nobody waits for these: whoever does goes first. */
const background = proxyActivities<CheckActivities>({
  ...reads,
  taskQueue: taskQueues.catalog,
  priority: { priorityKey: 5 },
});

/** On the queue of each outside system, */
const apart = {
  catalog: proxyActivities<CheckActivities>({ ...reads, taskQueue: taskQueues.catalog }),
  timely: proxyActivities<CheckActivities>({ ...timely, taskQueue: taskQueues.catalog }),
  skills: proxyActivities<CheckActivities>({ ...reads, taskQueue: taskQueues.skills }),
};
/** or on the request's own, where they start with the answer of the workflow task that schedules them. */
const here = {
  catalog: proxyActivities<CheckActivities>(reads),
  timely: proxyActivities<CheckActivities>(timely),
  skills: proxyActivities<CheckActivities>(reads),
};

export interface Review {
  readonly subject: ReviewSubjectRef;
  readonly marketplaces: readonly MarketplaceCode[];
  readonly hasSkill: boolean;
  /** Milliseconds; absent: as the workers are configured. */
  readonly patienceMs?: number;
}

/**
 * Runs all checks side by side, one activity for each outside system and region; what they find is kept in
 * PostgreSQL. When one fails for good, or the scope is cancelled, the others are cancelled.
 * @param asksHere whether the workers of the requests run them
 */
export async function runChecks({ hasSkill, ...input }: Review, asksHere = false): Promise<void> {
  const { catalog, skills } = asksHere ? here : apart;
  await together([
    ...shares(input.marketplaces).map(
      (marketplaces) => () => catalog.checkListings({ ...input, marketplaces }),
    ),
    ...(hasSkill ? [() => skills.checkSkill(input)] : []),
  ]);
}

/**
 * Asks whether the ASIN is live in each marketplace now.
 * @param asksHere whether the workers of the requests run it
 */
export async function runLivenessChecks(
  input: Omit<Review, 'hasSkill'>,
  asksHere = false,
): Promise<Partial<Record<MarketplaceCode, Answer>>> {
  const steps = asksHere ? here.timely : apart.timely;
  const summaries = await together(
    shares(input.marketplaces).map((marketplaces) => () => steps.checkLiveness({ ...input, marketplaces })),
  );
  return Object.fromEntries(summaries.flat().map(({ marketplace, answer }) => [marketplace, answer]));
}

/** Looks at the listings of badges in trouble, when there is nothing more urgent to ask. */
export async function lookAtListings(input: Omit<Review, 'hasSkill'>): Promise<FindingSummary[]> {
  const summaries = await together(
    shares(input.marketplaces).map(
      (marketplaces) => () => background.lookAtListings({ ...input, marketplaces }),
    ),
  );
  return summaries.flat();
}

const shares = (marketplaces: readonly MarketplaceCode[]) => Object.values(regionsOf(marketplaces));

async function together<Result>(steps: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const scope = new CancellationScope();
  try {
    return await scope.run(() => Promise.all(steps.map((step) => step())));
  } catch (error) {
    scope.cancel();
    throw error;
  }
}

/** An operator reads it, and it is kept in the history. */
const LONGEST_WHY = 300;

/** Which step has failed for good, and why. */
export const describeFailure = ({ activityType, cause }: ActivityFailure): string =>
  `${activityType}: ${cause?.message ?? 'failed'}`.slice(0, LONGEST_WHY);
