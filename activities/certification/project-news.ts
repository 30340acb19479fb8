/** Tells those whom a project concerns what it says: a few are signalled at once, many by a fan-out of their own. */
import { listConcerned, markHeard } from '../../db/certification-news';
import { readProductOfProject } from '../../db/certified-product';
import { taskQueues, workflowIds, workflowTypes, WORKFLOW_TASK_TIMEOUT_MS } from '../../workflows/contract';
import { tellOne, type CertificationDependencies } from './tell-waiting';

/** A fan-out costs a workflow, as much as eight state transitions: worth it from this many on. */
const FEW = 20;

/**
 * @param whileOneRuns what to do about a fan-out that is under way: a newer version begins anew, otherwise it goes on
 * @returns how many were signalled
 */
export async function tellProject(
  deps: CertificationDependencies,
  projectId: string,
  whileOneRuns: 'BEGIN_ANEW' | 'LET_IT_GO_ON',
): Promise<number> {
  const { pool, client } = deps;
  const product = await readProductOfProject(pool, projectId);
  if (product === null) return 0;
  const concerned = await listConcerned(pool, projectId, product, { limit: FEW + 1 });
  if (concerned.length <= FEW) {
    await Promise.all(concerned.map((each) => tellOne(deps, each, product)));
    await markHeard(pool, concerned, product);
    return concerned.length;
  }
  await client.workflow.start(workflowTypes.certificationFanout, {
    workflowId: workflowIds.certificationFanout(projectId),
    taskQueue: taskQueues.badgeRequests,
    args: [{ projectId }],
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
    workflowIdConflictPolicy: whileOneRuns === 'BEGIN_ANEW' ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
  });
  return 0;
}
