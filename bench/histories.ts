/** What lives cost Temporal, read from their histories. */
import type { Client } from '@temporalio/client';

export interface HistoryFigures {
  readonly workflowTasksPerRequest: number;
  readonly eventsPerRequest: number;
  readonly stateTransitionsPerRequest: number;
}

/** Reads one ended workflow; tasks that failed or timed out count as well. */
export async function readHistory(client: Client, workflowId: string): Promise<HistoryFigures> {
  const handle = client.workflow.getHandle(workflowId);
  const [{ raw }, { events }] = await Promise.all([handle.describe(), handle.fetchHistory()]);
  const all = events ?? [];
  return {
    workflowTasksPerRequest: all.filter((event) => event.workflowTaskStartedEventAttributes != null).length,
    eventsPerRequest: all.length,
    stateTransitionsPerRequest: Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0),
  };
}

/** The mean of each figure; null of no history at all. */
export const meanOf = (all: readonly HistoryFigures[]) =>
  combine(all, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);

/** The largest of each figure; null of no history at all. */
export const largestOf = (all: readonly HistoryFigures[]) => combine(all, (values) => Math.max(...values));

function combine(
  all: readonly HistoryFigures[],
  how: (values: readonly number[]) => number,
): HistoryFigures | null {
  if (all.length === 0) return null;
  return {
    workflowTasksPerRequest: how(all.map(({ workflowTasksPerRequest }) => workflowTasksPerRequest)),
    eventsPerRequest: how(all.map(({ eventsPerRequest }) => eventsPerRequest)),
    stateTransitionsPerRequest: how(all.map(({ stateTransitionsPerRequest }) => stateTransitionsPerRequest)),
  };
}
