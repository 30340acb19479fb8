/** One event of the certification pipeline, for a project that many requests wait for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { workflowIds } from '../workflows/contract';
import { percentiles, type Percentiles } from './lives';
import type { OneProject } from './one-project';
import { spentBetween, type CpuTimes } from './processes';

const MOVED_WITHIN_MS = 600_000;
/** Somebody submits a request so often meanwhile. */
const PROBE_EVERY_MS = 500;
const HISTORIES = 20;

export interface FanoutFigures {
  readonly waiting: number;
  /** From the event to its answer. */
  readonly answeredMs: number;
  /** From the event until the badges of the last request are staged. */
  readonly lastMovedSeconds: number;
  /** From the event on, until the badges are staged. */
  readonly workflowTasksPerRequest: number | null;
  readonly cpuMsPerRequest: CpuTimes;
  /** How long others wait for their submission's answer meanwhile. */
  readonly submitMs: Percentiles | null;
  /** Answers 429 or 503: to those others, and of the stand-ins to the product. */
  readonly refused: number;
  readonly failures: readonly string[];
}

/**
 * Certifies the project, and waits until all of its requests are staged.
 * @throws Error when that takes too long
 */
export async function measureFanout(project: OneProject, signal: AbortSignal): Promise<FanoutFigures> {
  const { product, database, ids, run } = project;
  const tallies = new URL('/_calls', run.retail.url);
  await fetch(tallies, { method: 'DELETE' });
  const before = await project.readCpu();
  const begin = performance.now();
  const others = submitMeanwhile(project);
  let answeredMs: number;
  let lastMovedSeconds: number;
  try {
    await product.certify(ids[0] ?? '');
    answeredMs = performance.now() - begin;
    await untilStaged();
    lastMovedSeconds = (performance.now() - begin) / 1000;
  } finally {
    await others.end();
  }
  const cpu = spentBetween(before, await project.readCpu());
  await product.settle();
  return {
    waiting: ids.length,
    answeredMs,
    lastMovedSeconds,
    workflowTasksPerRequest: await tasksSinceNews(project.temporal, ids),
    cpuMsPerRequest:
      cpu && Object.fromEntries(Object.entries(cpu).map(([name, ms]) => [name, ms / ids.length])),
    submitMs: percentiles(others.times),
    refused: others.refused() + (await refusedCalls(tallies)),
    failures: others.failures,
  };

  async function untilStaged(): Promise<void> {
    for (const end = Date.now() + MOVED_WITHIN_MS; Date.now() < end; await sleep(100)) {
      signal.throwIfAborted();
      const { rows } = await database.query<{ open: boolean }>({
        name: 'unstaged',
        text: 'select exists (select from badge_requests where id = any($1) and enabled_at is null) as open',
        values: [ids],
      });
      if (rows[0]?.open === false) return;
    }
    throw new Error(`Requests were not staged within ${MOVED_WITHIN_MS / 1000} s`);
  }
}

/** Creates and submits a request now and then, as makers do while the news goes round. */
function submitMeanwhile({ product }: OneProject) {
  const times: number[] = [];
  const failures: string[] = [];
  let ended = false;
  const submitOne = async (): Promise<void> => {
    const [create] = await product.prepareOfOneProduct(1);
    const id = await create?.();
    if (id === undefined) return;
    const begin = performance.now();
    await product.submit(id);
    times.push(performance.now() - begin);
  };
  const running = (async () => {
    while (!ended) {
      await submitOne().catch((error: Error) => failures.push(error.message));
      await sleep(PROBE_EVERY_MS);
    }
  })();
  return {
    times,
    failures,
    refused: () => failures.filter((message) => /answered (429|503)/.test(message)).length,
    async end() {
      ended = true;
      await running;
    },
  };
}

const calls = z.object({
  calls: z.array(z.object({ status: z.union([z.number(), z.string()]), count: z.number() })),
});

async function refusedCalls(tallies: URL): Promise<number> {
  const made = calls.parse(await (await fetch(tallies)).json()).calls;
  return made
    .filter(({ status }) => [429, 503].includes(Number(status)))
    .reduce((sum, { count }) => sum + count, 0);
}

/** The mean over some of the requests; null of none. */
async function tasksSinceNews(temporal: Client, ids: readonly string[]): Promise<number | null> {
  const some = ids.slice(-HISTORIES);
  const counts = await Promise.all(
    some.map(async (id) => {
      const { events } = await temporal.workflow.getHandle(workflowIds.badgeRequest(id)).fetchHistory();
      const all = events ?? [];
      const heard = all.findIndex((event) => event.workflowExecutionSignaledEventAttributes != null);
      return all.slice(heard).filter((event) => event.workflowTaskStartedEventAttributes != null).length;
    }),
  );
  return some.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0) / some.length;
}
