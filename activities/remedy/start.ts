import { WithStartWorkflowOperation } from '@temporalio/client';
import { workflowIds, workflowTypes, WORKFLOW_TASK_TIMEOUT_MS } from '../../workflows/contract';

/** Starts the workflow of a request's badges, or takes the one that runs. Each is good for one call. */
export const remedyStart = (requestId: string, taskQueue: string) =>
  new WithStartWorkflowOperation(workflowTypes.badgeRemedy, {
    workflowId: workflowIds.badgeRemedy(requestId),
    taskQueue,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ requestId }],
  });
