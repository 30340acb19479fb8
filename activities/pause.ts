import type { Context } from '@temporalio/activity';

/** Below the shortest heartbeat timeout of the activities that pause (`heartbeatTimeout` in workflows). */
const SLICE_MS = 5_000;

/**
 * Waits inside an activity that goes no faster than it may, and has it heartbeat meanwhile: however long it waits, it is not taken
 * for dead.
 * @param ms how long; less than 0 where it is late already
 * @param details kept by the heartbeat: how far the activity is
 * @throws CancelledFailure as soon as the activity is cancelled
 */
export async function pause(context: Context, ms: number, details: unknown): Promise<void> {
  let left = Math.max(0, ms);
  do {
    context.heartbeat(details);
    await context.sleep(Math.min(left, SLICE_MS));
    left -= SLICE_MS;
  } while (left > 0);
}
