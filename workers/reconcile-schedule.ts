/** The Schedule that runs `certificationReconcile`: there from the first worker's start on, as the newest one wants it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { RECONCILE_SCHEDULE, workflowTypes, WORKFLOW_TASK_TIMEOUT_MS } from '../workflows/contract';

const AGAIN_MS = 5_000;
const ARRANGED_WITHIN_MS = 10_000;

export interface ReconcileSchedule {
  readonly client: Client;
  /** Where its workflow runs. */
  readonly taskQueue: string;
  readonly everyMinutes: number;
}

/** Creates the Schedule, or makes the one that is there the same; any number of times, by any number of workers. */
export async function arrangeReconciling(schedule: ReconcileSchedule): Promise<void> {
  const { client, taskQueue, everyMinutes } = schedule;
  const wanted = {
    spec: { intervals: [{ every: everyMinutes * 60_000 }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: workflowTypes.certificationReconcile,
      workflowId: RECONCILE_SCHEDULE,
      taskQueue,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
    },
    // One that takes long is enough, and what an outage has skipped the next one does.
    policies: { overlap: 'SKIP' as const, catchupWindow: 60_000 },
  };
  await client.withDeadline(Date.now() + ARRANGED_WITHIN_MS, async () => {
    try {
      await client.schedule.create({ scheduleId: RECONCILE_SCHEDULE, ...wanted });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(RECONCILE_SCHEDULE).update((found) => ({ ...found, ...wanted }));
    }
  });
}

/**
 * Arranges it in the background, again until it is done.
 * @returns gives up where it is not done yet
 */
export function startArranging(
  schedule: ReconcileSchedule,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const arranging = (async () => {
    while (!stopping.signal.aborted)
      try {
        return await arrangeReconciling(schedule);
      } catch (error) {
        onError(error);
        await sleep(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
  })();
  return {
    async stop() {
      stopping.abort();
      await arranging;
    },
  };
}
