/**
 * Requests under way without a workflow: somebody has ended it, or Temporal has lost it with its data. And those whose
 * workflow is behind its rows: what it had recorded is lost to it, and nothing that it has heard since leads it there.
 */
import type { Client } from '@temporalio/client';
import { forgetHeard } from '../db/certification-news';
import { listUnderWay, type UnderWay } from '../db/lost-requests';
import type { Pool } from '../db/pool';
import {
  catchUpUpdate,
  recordedSeqQuery,
  requestStart,
  taskQueues,
  workflowIds,
  workflowTypes,
} from '../workflows/contract';

/** Temporal is asked about so many by one call. */
const PAGE = 200;
/** Pages that one run looks through. */
const PAGES = 25;
/** Workflows that are started, or asked how far they are, side by side. */
const AT_ONCE = 20;
/** How long one that is asked may take to answer. */
const ANSWERED_WITHIN_MS = 5_000;

export interface LostRequestDependencies {
  readonly pool: Pool;
  readonly client: Client;
  /** Where the workflows of requests run. */
  readonly taskQueue?: string;
}

/**
 * Gives requests under way that have lost their workflow another one, which begins with what is recorded; has a workflow that
 * has left undone for long what is due take over what it does not know. What Temporal lists is a little behind: one that runs
 * all the same stays as it is.
 * @param after the id to go on from; empty: from the first one
 * @param pause told of every few workflows that were started or asked how many they are, and between pages
 * @returns the id to go on from the next time
 */
export async function reviveLost(
  deps: LostRequestDependencies,
  after: string,
  pause: (moved: number) => Promise<void>,
): Promise<string> {
  const { pool, client } = deps;
  const eachOf = async (
    requests: readonly UnderWay[],
    act: (deps: LostRequestDependencies, request: UnderWay) => Promise<void>,
  ) => {
    for (let next = 0; next < requests.length; next += AT_ONCE) {
      const some = requests.slice(next, next + AT_ONCE);
      await Promise.all(some.map((request) => act(deps, request)));
      await pause(some.length);
    }
  };
  for (let page = 1; page <= PAGES; page += 1) {
    const requests = await listUnderWay(pool, { after, limit: PAGE });
    const running = await listRunning(
      client,
      requests.map(({ id }) => id),
    );
    const runs = ({ id }: UnderWay) => running.has(workflowIds.badgeRequest(id));
    const lost = requests.filter((request) => !runs(request));
    await eachOf(lost, revive);
    const overdue = requests.filter((request) => request.isOverdue && runs(request));
    await eachOf(overdue, leadToRows);
    if (requests.length < PAGE) return '';
    await pause(0);
    after = requests.at(-1)?.id ?? '';
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
  { id }: UnderWay,
): Promise<void> {
  await client.workflow.start(workflowTypes.badgeRequest, {
    ...requestStart({ requestId: id, isLost: true }, taskQueue),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  await forgetHeard(pool, id);
}

/**
 * Has a workflow that is behind its rows take them over. What it had heard may be of before what it takes over, so it is told
 * once more. One that does not answer is asked the next time.
 */
async function leadToRows({ pool, client }: LostRequestDependencies, { id, seq }: UnderWay): Promise<void> {
  const handle = client.workflow.getHandle(workflowIds.badgeRequest(id));
  // One that has had no workflow task yet answers no query.
  const known = () => handle.query(recordedSeqQuery).catch(() => 0);
  const isLed = client.withDeadline(Date.now() + ANSWERED_WITHIN_MS, async () => {
    if ((await known()) >= seq) return false;
    await handle.executeUpdate(catchUpUpdate);
    return true;
  });
  if (await isLed.catch(() => false)) await forgetHeard(pool, id);
}
