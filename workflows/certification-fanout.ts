import { proxyActivities } from '@temporalio/workflow';
import type { CertificationActivities } from '../activities/certification/tell-waiting';
import { taskQueues, type FanoutInput } from './contract';

/** Signals are repeatable: a request ignores news that it has heard. */
const { tellWaiting } = proxyActivities<CertificationActivities>({
  taskQueue: taskQueues.certification,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Tells every request that waits for a project what the project says, at a bounded rate, from where it stopped. */
export async function certificationFanout({ projectId }: FanoutInput): Promise<void> {
  await tellWaiting(projectId);
}
