/** Requests under way without a workflow: somebody has ended it, or Temporal has lost it with its data. */
import type { Client } from '@temporalio/client';
import { forgetHeard } from '../db/certification-news';
import { listUnderWay } from '../db/lost-requests';
import type { Pool } from '../db/pool';
import { requestStart, taskQueues, workflowIds, workflowTypes } from '../workflows/contract';

/** Temporal is asked about so many by one call. */
const PAGE = 200;
/** Pages that one run looks through. */
const PAGES = 25;

export interface LostRequestDependencies {
  readonly pool: Pool;
  readonly client: Client;
  /** Where the workflows of requests run. */
  readonly taskQueue?: string;
}

/**
 * Gives requests under way that have lost their workflow another one, which begins with what is recorded. What Temporal lists
 * is a little behind: one that runs all the same stays as it is.
 * @param after the id to go on from; empty: from the first one
 * @param pause told how many workflows were started, and between pages
 * @returns the id to go on from the next time
 */
export async function reviveLost(
  deps: LostRequestDependencies,
  after: string,
  pause: (revived: number) => Promise<void>,
): Promise<string> {
  const { pool, client } = deps;
  for (let page = 1; page <= PAGES; page += 1) {
    const ids = await listUnderWay(pool, { after, limit: PAGE });
    const running = await listRunning(client, ids);
    const lost = ids.filter((id) => !running.has(workflowIds.badgeRequest(id)));
    for (const id of lost) await revive(deps, id);
    if (lost.length > 0) await pause(lost.length);
    if (ids.length < PAGE) return '';
    await pause(0);
    after = ids.at(-1) ?? '';
  }
  return after;
}

async function listRunning(client: Client, requestIds: readonly string[]): Promise<Set<string>> {
  const running = new Set<string>();
  if (requestIds.length === 0) return running;
  const ids = requestIds.map((id) => `'${workflowIds.badgeRequest(id)}'`).join(', ');
  const query = `ExecutionStatus = 'Running' AND WorkflowId IN (${ids})`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: PAGE })) running.add(workflowId);
  return running;
}

async function revive(
  { pool, client, taskQueue = taskQueues.badgeRequests }: LostRequestDependencies,
  requestId: string,
): Promise<void> {
  await client.workflow.start(workflowTypes.badgeRequest, {
    ...requestStart({ requestId, isLost: true }, taskQueue),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  await forgetHeard(pool, requestId);
}
