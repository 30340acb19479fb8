import { WithStartWorkflowOperation } from '@temporalio/client';
import { remedyStart, workflowTypes } from '../../workflows/contract';

/** Starts the workflow of a request's badges, or takes the one that runs. Each is good for one call. */
export const remedyOperation = (requestId: string, taskQueue: string) =>
  new WithStartWorkflowOperation(workflowTypes.badgeRemedy, {
    ...remedyStart({ requestId }, taskQueue),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
