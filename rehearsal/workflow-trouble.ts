/** What is wrong with a workflow, read from the server. */
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';

export type TroubleKind = 'TASK_FAILS' | 'STEP_FAILS' | 'STEP_HANGS' | 'WORKFLOW_FAILED';

export interface Trouble {
  readonly kind: TroubleKind;
  /** For people. */
  readonly why: string;
}

/** How a workflow ended: not at all, as it should, or with a failure. */
export type End = 'RUNNING' | 'COMPLETED' | Trouble;

/** A workflow that does not get on, and for how many tasks it keeps the server's clock from jumping. */
export interface Blockade {
  readonly trouble: Trouble;
  readonly locks: number;
}

/**
 * What keeps a workflow from getting on. The history tells: the time-skipping server describes no pending task.
 * @param standstill whether nothing at all has got done for long: then a step that is at work hangs
 * @returns null where it only waits, or has ended
 */
export async function readBlockade(handle: WorkflowHandle, standstill: boolean): Promise<Blockade | null> {
  const { isOpen, failure } = await readLastTask(handle);
  if (isOpen && failure !== null) return { trouble: { kind: 'TASK_FAILS', why: failure }, locks: 1 };
  if (!standstill) return null;
  const { raw } = await handle.describe();
  const activities = (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
  const steps = isOpen ? ['its workflow task', ...activities] : activities;
  if (steps.length === 0) return null;
  return { trouble: { kind: 'STEP_HANGS', why: `${steps.join(', ')} does not end` }, locks: steps.length };
}

/** Whether the newest workflow task is open, and what the one before it failed with. */
async function readLastTask(handle: WorkflowHandle): Promise<{ isOpen: boolean; failure: string | null }> {
  const { events } = await handle.fetchHistory();
  let isOpen = false;
  for (const event of (events ?? []).reverse()) {
    if (event.workflowTaskCompletedEventAttributes) break;
    const failed = event.workflowTaskFailedEventAttributes;
    if (failed) return { isOpen, failure: failed.failure?.message || 'its workflow task fails' };
    if (event.workflowTaskScheduledEventAttributes) isOpen = true;
  }
  return { isOpen, failure: null };
}

export async function readEnd(handle: WorkflowHandle): Promise<End> {
  const { status } = await handle.describe();
  if (status.name === 'RUNNING' || status.name === 'COMPLETED') return status.name;
  return { kind: 'WORKFLOW_FAILED', why: await handle.result().then(() => status.name, describeEnd) };
}

function describeEnd(error: unknown): string {
  const { message } = error instanceof WorkflowFailedError ? (error.cause ?? error) : (error as Error);
  return message;
}
