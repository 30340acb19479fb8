/** Carries what operators suspend or end in a region to the badges that it concerns, one request after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Drainable } from '../db/drain';
import type { Pool } from '../db/pool';
import { nextSuspensionNewsDue, spreadNext, tellNextOfSuspension } from '../db/program-suspension-news';
import {
  programSuspensionChangedSignal,
  remedyStart,
  taskQueues,
  workflowTypes,
} from '../workflows/contract';

export interface SuspensionRelayDependencies {
  readonly pool: Pool;
  readonly client: Client;
  /** Signals a second that one relay sends at the most. */
  readonly signalsPerSecond: number;
  /** Ends the pause after a signal. */
  readonly stopping?: AbortSignal;
  /** Where the workflows of requests run. */
  readonly taskQueue?: string;
}

const TOLD_WITHIN_MS = 5_000;

export function createSuspensionRelay({
  pool,
  client,
  signalsPerSecond,
  stopping,
  taskQueue = taskQueues.badgeRequests,
}: SuspensionRelayDependencies): Drainable {
  const tell = (requestId: string) =>
    client.withDeadline(Date.now() + TOLD_WITHIN_MS, async () => {
      await client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
        ...remedyStart({ requestId }, taskQueue),
        signal: programSuspensionChangedSignal,
      });
    });
  let slot = 0;
  return {
    channel: 'program_suspensions',
    async drainOne(report) {
      if (await spreadNext(pool, null, report)) return 2;
      const due = await tellNextOfSuspension(pool, tell, report);
      // What a pause was too long is made up for in the next one.
      if (due > 0) {
        slot = Math.max(slot + 1000 / signalsPerSecond, performance.now());
        const pause = Math.max(0, slot - performance.now());
        await sleep(pause, undefined, { signal: stopping }).catch(() => undefined);
      }
      return due;
    },
    nextDue: (after) => nextSuspensionNewsDue(pool, after),
  };
}
