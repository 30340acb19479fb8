/** The Schedule that runs `certificationReconcile`: there from the first worker's start on, as the newest one wants it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, ScheduleNotFoundError, type Client } from '@temporalio/client';
import { RECONCILE_SCHEDULE, workflowTypes, WORKFLOW_TASK_TIMEOUT_MS } from '../workflows/contract';

const AGAIN_MS = 5_000;
const ARRANGED_WITHIN_MS = 10_000;
const UPDATED_WITHIN_MS = 5_000;

export interface ReconcileSchedule {
  readonly client: Client;
  /** Where its workflow runs. */
  readonly taskQueue: string;
  readonly everyMinutes: number;
}

/**
 * Creates the Schedule, or makes the one that is there the same; any number of times, by any number of workers. One that
 * answers nothing is replaced: where its server was away for months, Temporal goes through every run that was missed,
 * longer than it lets a workflow task take, so it never comes to an update.
 * @param leave one that is there is left as it is
 */
export async function arrangeReconciling(
  { client, taskQueue, everyMinutes }: ReconcileSchedule,
  leave = false,
): Promise<void> {
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
  /** @returns false where there is one */
  const create = () =>
    client.schedule.create({ scheduleId: RECONCILE_SCHEDULE, ...wanted }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleAlreadyRunning) return false;
        throw error;
      },
    );
  const update = () =>
    client.withDeadline(Date.now() + UPDATED_WITHIN_MS, () =>
      client.schedule.getHandle(RECONCILE_SCHEDULE).update((found) => ({ ...found, ...wanted })),
    );
  const replace = async () => {
    await client.schedule
      .getHandle(RECONCILE_SCHEDULE)
      .delete()
      .catch((error: unknown) => {
        // Another worker arranges it at the same time.
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      });
    await create();
  };
  await client.withDeadline(Date.now() + ARRANGED_WITHIN_MS, async () => {
    if ((await create()) || leave) return;
    await update().catch(replace);
  });
}

/**
 * Arranges it in the background, again until it is done; from then on looks as often as it runs whether it is still
 * there, since Temporal may lose its data while workers go on.
 * @param lookAgainMs how often, in milliseconds
 * @returns gives up where it is not done yet
 */
export function startArranging(
  schedule: ReconcileSchedule,
  onError: (error: unknown) => void,
  lookAgainMs = schedule.everyMinutes * 60_000,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const arranging = (async () => {
    let isArranged = false;
    while (!stopping.signal.aborted) {
      let pauseMs = lookAgainMs;
      try {
        // As another worker wants it since, if it is newer.
        await arrangeReconciling(schedule, isArranged);
        isArranged = true;
      } catch (error) {
        onError(error);
        pauseMs = AGAIN_MS;
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await arranging;
    },
  };
}
