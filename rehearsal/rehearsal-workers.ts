/** The workers of a rehearsal: the product's workflows and transitions, and an outside that is assumed. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { createTransitionActivities } from '../activities/transitions';
import type { Pool } from '../db/pool';
import type { SettingsByProgram } from '../domain/program-settings';
import { taskQueues } from '../workflows/contract';
import { createAssumedOutside } from './assumed-outside';
import { SKIPPING_NAMESPACE, type SkippingServer } from './skipping-server';
import type { StepWatch } from './step-watch';

export interface WorkerOptions {
  readonly server: SkippingServer;
  readonly copy: Pool;
  readonly workflowBundlePath: string;
  /** What a programme asks for, and whether it approves by itself. */
  readonly programs: SettingsByProgram;
  readonly watch: StepWatch;
  /** How many workflows there are. */
  readonly count: number;
}

/** About 0.2 MiB each. */
const MOST_CACHED = 3_000;
/** Many tasks share two cores at one midnight: none may time out in its queue. */
export const PATIENT = '2 minutes';
/** Nothing is submitted in a rehearsal, so no review's clock is started. */
const NO_REVIEW_TERM = {
  workingDays: 0,
  calendar: { zone: 'UTC', weekdays: ['MON'], holidays: [] },
} as const;

/** @returns what ends them all */
export async function startWorkers(options: WorkerOptions): Promise<() => Promise<void>> {
  const { server, copy, watch } = options;
  const clock = async () => new Date(await server.now()).toISOString();
  const connection = await NativeConnection.connect({ address: server.address });
  const common = {
    connection,
    namespace: SKIPPING_NAMESPACE,
    shutdownForceTime: '3 seconds' as const,
    interceptors: { activity: [watch.interceptor] },
  };
  const { checkListings, checkLiveness, checkSkill } = createAssumedOutside(copy, clock);
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: taskQueues.badgeRequests,
      workflowBundle: { codePath: options.workflowBundlePath },
      activities: createTransitionActivities({
        pool: copy,
        clock,
        reviewTerm: NO_REVIEW_TERM,
        programs: options.programs,
      }),
      maxCachedWorkflows: Math.min(Math.max(options.count, 100), MOST_CACHED),
      stickyQueueScheduleToStartTimeout: PATIENT,
    }),
    Worker.create({ ...common, taskQueue: taskQueues.catalog, activities: { checkListings, checkLiveness } }),
    Worker.create({ ...common, taskQueue: taskQueues.skills, activities: { checkSkill } }),
  ]);
  // What a worker fails with is seen by nothing getting done any more.
  const runs = workers.map((worker) => worker.run().catch(() => undefined));
  return async () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all(runs);
    await connection.close();
  };
}
