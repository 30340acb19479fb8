import { proxyActivities } from '@temporalio/workflow';
import type { CertificationActivities } from '../activities/certification/tell-waiting';
import { taskQueues, type FanoutInput } from './contract';

/**
 * Signals are repeatable: a request ignores news that it has heard. A killed teller is noticed by its silence, which counts
 * as an attempt: many kills in a row must not make the pauses long.
 */
const { tellWaiting } = proxyActivities<CertificationActivities>({
  taskQueue: taskQueues.certification,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },
});

/** Tells every request that waits for a project what the project says, at a bounded rate, from where it stopped. */
export async function certificationFanout({ projectId }: FanoutInput): Promise<void> {
  await tellWaiting(projectId);
}
