/** Carries a project's news to those who wait: a few are signalled at once, many by a fan-out of their own. */
import { listWaiting, readNews, tellNextNews, nextNewsAt } from '../../db/certification-news';
import type { Drainable } from '../../db/drain';
import { taskQueues, workflowIds, workflowTypes, WORKFLOW_TASK_TIMEOUT_MS } from '../../workflows/contract';
import { signalNews, type CertificationDependencies } from './tell-waiting';

/** A fan-out costs a workflow, as much as eight state transitions: worth it from this many on. */
const FEW = 20;
const TOLD_WITHIN_MS = 5_000;

export function createNewsRelay({ pool, client }: CertificationDependencies): Drainable {
  const tell = async (projectId: string): Promise<void> => {
    const news = await readNews(pool, projectId);
    if (news === null) return;
    const waiting = await listWaiting(pool, projectId, '', FEW + 1);
    if (waiting.length > FEW) {
      await client.workflow.start(workflowTypes.certificationFanout, {
        workflowId: workflowIds.certificationFanout(projectId),
        taskQueue: taskQueues.badgeRequests,
        args: [{ projectId }],
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        // A newer version stops a fan-out of an older one and begins anew.
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      });
      return;
    }
    await Promise.all(waiting.map((requestId) => signalNews(client, requestId, news)));
  };
  return {
    channel: 'certification_news',
    drainOne: () =>
      tellNextNews(pool, (projectId) =>
        client.withDeadline(Date.now() + TOLD_WITHIN_MS, () => tell(projectId)),
      ),
    nextDueAt: () => nextNewsAt(pool),
  };
}
