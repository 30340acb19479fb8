/** What the SDK says, written as everything else that a worker logs. */
import { DefaultLogger, Runtime, type LogEntry, type RuntimeOptions } from '@temporalio/worker';
import type pino from 'pino';
import { ConfigurationError } from '../config';

/**
 * Once in a process, before anything else of the SDK is used.
 * @param metricsAddress host:port on which Prometheus may ask for what the SDK measures; undefined: nowhere
 * @throws {ConfigurationError} for an address that cannot be listened on
 */
export function installRuntime(log: pino.Logger, metricsAddress?: string): void {
  const level = log.isLevelEnabled('debug') ? 'DEBUG' : 'WARN';
  const options: RuntimeOptions = {
    logger: new DefaultLogger(level, (entry) => write(log, entry)),
    // Its native part writes for people to standard output unless told otherwise.
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress !== undefined && { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
    shutdownSignals: [],
  };
  try {
    Runtime.install(options);
  } catch (error) {
    if (metricsAddress === undefined) throw error;
    throw new ConfigurationError([
      `WORKER_METRICS_ADDRESS, ${metricsAddress}: ${error instanceof Error ? error.message : 'not usable'}`,
    ]);
  }
}

function write(log: pino.Logger, { level, message, meta }: LogEntry): void {
  // Workers of the outside systems run activities only, which is meant.
  if (message.startsWith('No workflows registered')) return;
  const { workflowId, runId, activityType, taskQueue, error } = (meta ?? {}) as Record<string, unknown>;
  const said = error instanceof Error ? error.message : typeof error === 'string' ? error : undefined;
  const fields = { workflowId, runId, activityType, taskQueue, error: said };
  if (level === 'ERROR') log.error(fields, message);
  else if (level === 'WARN') log.warn(fields, message);
  else log.debug(fields, message);
}
