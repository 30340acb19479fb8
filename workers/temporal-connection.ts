/** A worker's connection to Temporal, which need not be there yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type pino from 'pino';
import type { TemporalConnectionOptions } from '../temporal-connection';
import { createFailureLog } from './failure-log';

const CONNECT_AGAIN_MS = 500;

/**
 * Connects, again and again while Temporal does not answer, and logs why, the same only now and then: a wrong address or
 * certificate looks like a server that is still starting.
 * @param stopping ends the tries
 * @returns null when told to stop meanwhile
 */
export async function connectNative(
  options: TemporalConnectionOptions,
  stopping: AbortSignal,
  log: pino.Logger,
): Promise<NativeConnection | null> {
  const failed = createFailureLog(({ code: error, alsoUntold }) =>
    log.warn({ error, alsoUntold }, 'Temporal does not answer yet'),
  );
  for (;;) {
    if (stopping.aborted) return null;
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      failed('temporal', { code: (error as Error).message });
      await sleep(CONNECT_AGAIN_MS);
    }
  }
}
