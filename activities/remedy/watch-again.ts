import type { Client } from '@temporalio/client';
import type { SuspendedForListing } from '../../db/badges-suspended-for-listing';
import type { Pool } from '../../db/pool';
import { readAfterwards } from '../../db/transitions/afterwards';
import { newRemedyState, remedyStart, taskQueues, workflowTypes } from '../../workflows/contract';

/** A listing that nobody has looked at since is looked at at once. */
const LONG_AGO = new Date(0).toISOString();

/**
 * Starts the workflow of badges that are suspended for their listings from what is recorded, where somebody has ended it or
 * Temporal has lost it; one that runs stays as it is. What the listings were wrong in beyond the warning the next look
 * finds.
 */
export async function watchAgain(
  {
    pool,
    client,
    taskQueue = taskQueues.badgeRequests,
  }: { pool: Pool; client: Client; taskQueue?: string | undefined },
  { requestId, badges }: SuspendedForListing,
): Promise<void> {
  const state = {
    ...newRemedyState(),
    ...(await readAfterwards({ pool }, requestId)),
    known: true,
    troubles: badges.map(({ marketplace, codes, removeAt }) => ({
      ...{ marketplace, stage: 'SUSPENDED' as const, reasons: [], dueAt: removeAt },
      ...{ checks: ['ASIN_LIVE' as const, 'LISTING_MATCHES' as const], codes: [...codes] },
    })),
    lookedAt: LONG_AGO,
  };
  await client.workflow.start(workflowTypes.badgeRemedy, {
    ...remedyStart({ requestId, state }, taskQueue),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
