/** The worker program: `node dist/workers/main.js`. Any number of them; each does what WORKER_TASK_QUEUES names. */
import { once } from 'node:events';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import type { SweepCounts } from '../activities/badge-audit';
import { ConfigurationError, localDefaults, readConfig } from '../config';
import { openPool } from '../db/pool';
import { temporalConnectionOptions } from '../temporal-connection';
import { connectAmazon } from './amazon';
import { createFailureLog } from './failure-log';
import { installRuntime } from './runtime';
import { connectNative } from './temporal-connection';
import { createWorkers, startDrains } from './worker';
import { shortenWorkflowStacks } from './workflow-stacks';

async function main(): Promise<void> {
  const config = readConfig('worker');
  const log = pino({ level: config.LOG_LEVEL, base: { program: 'worker' } });
  for (const remark of localDefaults('worker')) log.warn(remark);
  installRuntime(log, config.WORKER_METRICS_ADDRESS);
  const stopping = new AbortController();
  // Also while it starts: what is waited for only then has come already.
  const told = once(stopping.signal, 'abort');
  const stop = () => stopping.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  process.once('disconnect', stop);

  const pool = openPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    name: 'badge-worker',
    onError: (error) => log.warn({ code: (error as { code?: string }).code }, 'A database connection broke'),
  });
  const options = temporalConnectionOptions(config);
  const connection = await connectNative(options, config.TEMPORAL_NAMESPACE, stopping.signal, log);
  if (connection === null) return pool.end();
  const clientConnection = Connection.lazy(options);
  const client = new Client({ connection: clientConnection, namespace: config.TEMPORAL_NAMESPACE });
  const onError = createFailureLog((failure) => log.warn(failure, 'Trying again'));
  const deps = {
    config,
    pool,
    client,
    connection,
    amazon: connectAmazon({ config, pool, onError }),
    workflowBundlePath: path.join(__dirname, '..', 'workflow-bundle.js'),
    onError,
    onSweep: (counts: SweepCounts) => log.info(counts, 'badges audited'),
  };
  shortenWorkflowStacks();
  const workers = await createWorkers(deps);
  const drains = startDrains(deps);
  const runs = workers.map((worker) => worker.run());
  process.send?.('ready');
  log.info({ taskQueues: config.WORKER_TASK_QUEUES }, 'worker ready');
  // One that ends before it is told to takes the process with it: whoever runs this starts it again. Where tables are
  // drained only there is none.
  await Promise.race([...runs, told]);
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  await drains.stop();
  await Promise.all(runs);
  await connection.close();
  await clientConnection.close();
  await pool.end();
}

main().then(
  () => {
    // An open channel to whoever started it would keep it alive.
    if (process.connected) process.disconnect();
  },
  (error: unknown) => {
    const isConfiguration = error instanceof ConfigurationError;
    console.error(isConfiguration ? error.message : error);
    process.exit(isConfiguration ? 2 : 1);
  },
);
