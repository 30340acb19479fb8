import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ReconciliationActivities } from '../activities/certification/reconciliation';
import { taskQueues } from './contract';

const { reconcileCertification } = proxyActivities<ReconciliationActivities>({
  taskQueue: taskQueues.certification,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/**
 * Tells those who wait what they have not heard; a Schedule runs it every few minutes.
 * @returns how far it has come with those whose workflow may be lost; the next run goes on there
 */
export async function certificationReconcile(): Promise<string> {
  return reconcileCertification(workflowInfo().lastResult as string | undefined);
}
