/** The bare program's worker: a process of its own, with the settings of the product's workers. */
import { readFile } from 'node:fs/promises';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { createBareActivities } from './activities';

/** Told by whoever starts it, as its one message. */
export interface BareSettings {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly databaseUrl: string;
  readonly retailUrl: string;
  readonly skillsUrl: string;
  readonly bundleFile: string;
}

async function main(settings: BareSettings): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const database = new pg.Pool({ connectionString: settings.databaseUrl, max: 20 });
  const connection = await NativeConnection.connect({ address: settings.address });
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    workflowBundle: { code: await readFile(settings.bundleFile, 'utf8') },
    activities: createBareActivities({ ...settings, database }),
    maxCachedWorkflows: 1000,
    stickyQueueScheduleToStartTimeout: '2 seconds',
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 40 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 20 },
    shutdownForceTime: '2 seconds',
  });
  // Whoever started it is gone, or is done with it.
  process.once('disconnect', () => worker.shutdown());
  process.send?.('ready');
  await worker.run();
  await connection.close();
  await database.end();
}

process.once('message', (settings) => {
  main(settings as BareSettings).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
