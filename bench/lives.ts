/** Whole lives of requests, driven from outside and timed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StageWatch } from './stage-watch';

/** A program that requests live in: the product, or a bare one it is compared with. Requests go by their ids. */
export interface Program {
  readonly name: string;
  /** Makes what requests need before they exist, no part of any life. Each function creates one request. */
  prepare(count: number): Promise<(() => Promise<string>)[]>;
  submit(id: string): Promise<unknown>;
  approve(id: string): Promise<unknown>;
  certify(id: string): Promise<unknown>;
  readonly watch: StageWatch;
  /** Resolves once everything that followed from the lives is done. */
  settle(): Promise<void>;
}

export interface Life {
  readonly id: string;
  readonly submitToReviewerMs: number;
  readonly certifiedToEnabledMs: number;
}

export interface Series {
  readonly lives: readonly Life[];
  /** What went wrong, in words. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** So many failures end a series: each may have taken its whole patience. */
const ENOUGH_FAILURES = 10;

/**
 * Leads requests through their whole lives, so many at a time.
 * @param pauseMs waits this long before each message but the first
 */
export async function runLives(
  program: Program,
  creations: readonly (() => Promise<string>)[],
  { concurrency, pauseMs = 0 }: { concurrency: number; pauseMs?: number },
): Promise<Series> {
  const lives: Life[] = [];
  const begin = performance.now();
  const failures = await runClosedLoop(creations, concurrency, async (create) => {
    lives.push(await lead(program, create, pauseMs));
  });
  await program.settle();
  return { lives, failures, seconds: (performance.now() - begin) / 1000 };
}

/**
 * Works off items, so many at a time; after ENOUGH_FAILURES nothing new is begun.
 * @returns what went wrong, in words
 */
export async function runClosedLoop<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<string[]> {
  const failures: string[] = [];
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) {
      await work(item).catch((error: Error) => failures.push(error.message));
      if (failures.length >= ENOUGH_FAILURES) return;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return failures;
}

async function lead(program: Program, create: () => Promise<string>, pauseMs: number): Promise<Life> {
  const pause = () => (pauseMs === 0 ? undefined : sleep(pauseMs));
  const id = await create();
  await pause();
  const submitted = performance.now();
  await program.submit(id);
  await program.watch.until(id, 'AWAITING_REVIEWER');
  const submitToReviewerMs = performance.now() - submitted;
  await pause();
  await program.approve(id);
  await pause();
  const certified = performance.now();
  await program.certify(id);
  await program.watch.until(id, 'ENABLED');
  return { id, submitToReviewerMs, certifiedToEnabledMs: performance.now() - certified };
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Half of the values are at most p50, 99 of a hundred at most p99 (nearest rank).
 * @returns null where there are none
 */
export function percentiles(values: readonly number[]): Percentiles | null {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  const [p50, p99, max] = [rank(0.5), rank(0.99), sorted.at(-1)];
  return p50 === undefined || p99 === undefined || max === undefined ? null : { p50, p99, max };
}
