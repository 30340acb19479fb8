/** A worker's connection to Temporal, which need not be there yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import { NativeConnection, TransportError } from '@temporalio/worker';
import type pino from 'pino';
import { ConfigurationError } from '../config';
import type { TemporalConnectionOptions } from '../temporal-connection';
import { createFailureLog } from './failure-log';

const CONNECT_AGAIN_MS = 500;
const ANSWERED_WITHIN_MS = 10_000;

/**
 * Connects, again and again while Temporal does not answer, and logs why, the same only now and then: a wrong address or
 * certificate looks like a server that is still starting.
 * @param stopping ends the tries
 * @returns null when told to stop meanwhile
 * @throws {ConfigurationError} where Temporal answers that it has no such namespace, or does not let us in
 */
export async function connectNative(
  options: TemporalConnectionOptions,
  namespace: string,
  stopping: AbortSignal,
  log: pino.Logger,
): Promise<NativeConnection | null> {
  const failed = createFailureLog(({ code: error, alsoUntold }) =>
    log.warn({ error, alsoUntold }, 'Temporal does not answer yet'),
  );
  while (!stopping.aborted) {
    let connection: NativeConnection | undefined;
    try {
      connection = await NativeConnection.connect(options);
      const { workflowService } = connection;
      await connection.withDeadline(Date.now() + ANSWERED_WITHIN_MS, () =>
        workflowService.describeNamespace({ namespace }),
      );
      return connection;
    } catch (error) {
      await connection?.close();
      const refusal = refusalOf(error, namespace);
      if (refusal !== null) throw new ConfigurationError([`${refusal} (${options.address})`]);
      failed('temporal', { code: (error as Error).message });
      await sleep(CONNECT_AGAIN_MS);
    }
  }
  return null;
}

/** Of gRPC. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;
/** The same of the call that connecting makes, which tells it in words only. */
const KEPT_OUT = /does not have permission|valid authentication credentials/;

function refusalOf(error: unknown, namespace: string): string | null {
  const code = isGrpcServiceError(error) ? (error.code as number) : undefined;
  if (code === NOT_FOUND)
    return `TEMPORAL_NAMESPACE: Temporal has no namespace ${namespace}; create it, or name one that is there`;
  const isKeptOut = code === PERMISSION_DENIED || code === UNAUTHENTICATED;
  if (isKeptOut || (error instanceof TransportError && KEPT_OUT.test(error.message)))
    return `Temporal does not let us into the namespace ${namespace}: see to TEMPORAL_API_KEY, or to the client certificate, and to what it may do`;
  return null;
}
