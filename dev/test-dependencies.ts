/** The servers that tests need, thrown away afterwards: PostgreSQL without fsync, Temporal in memory. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './postgres';
import { endAbandoned } from './postgres-cluster';
import { endRemembered, recallProcess, rememberProcess, runsStill } from './process-identity';
import { cacheFolder, findTemporal, findTimeSkippingServer } from './temporal-program';
import { startTemporal } from './temporal-server';

const FOLDER_PREFIX = 'badge-request-tests-';
export const TEST_NAMESPACE = 'badge-requests';

export interface TestDependencies {
  postgresUrl: string;
  temporalAddress: string;
  timeSkippingServerPath: string;
  /** A folder that goes with them. */
  folder: string;
  stop(): Promise<void>;
}

/**
 * Starts both side by side, after ending what killed test runs have left.
 * @throws Error when one of them cannot be had; nothing is left running then
 */
export async function startTestDependencies(): Promise<TestDependencies> {
  await sweepAbandoned();
  const folder = await mkdtemp(join(await realpath(tmpdir()), FOLDER_PREFIX));
  // As root, PostgreSQL runs as another user, who passes through it.
  await chmod(folder, 0o711);
  await rememberProcess(join(folder, 'owner.json'), process.pid);
  const search = {
    env: process.env,
    cache: await cacheFolder(process.env, join(tmpdir(), 'badge-request-service')),
  };
  const started = await Promise.allSettled([
    startPostgres({
      folder: join(folder, 'postgres'),
      logFile: join(folder, 'postgres.log'),
      password: randomBytes(12).toString('hex'),
      durable: false,
    }),
    findTemporal(search).then((program) =>
      startTemporal({
        program: program.path,
        namespace: TEST_NAMESPACE,
        logFile: join(folder, 'temporal.log'),
        pidFile: join(folder, 'temporal.json'),
      }),
    ),
    findTimeSkippingServer(search),
  ]);
  const [postgres, temporal, timeSkipping] = started;
  const stop = async () => {
    if (postgres.status === 'fulfilled') await postgres.value.stop();
    if (temporal.status === 'fulfilled') await temporal.value.stop();
    await rm(folder, { recursive: true, force: true });
  };
  if (
    postgres.status === 'rejected' ||
    temporal.status === 'rejected' ||
    timeSkipping.status === 'rejected'
  ) {
    await stop();
    throw started.find((one): one is PromiseRejectedResult => one.status === 'rejected')?.reason;
  }
  return {
    postgresUrl: postgres.value.url,
    temporalAddress: temporal.value.address,
    timeSkippingServerPath: timeSkipping.value.path,
    folder,
    stop,
  };
}

async function sweepAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(await realpath(tmpdir()), name);
    const owner = await recallProcess(join(folder, 'owner.json'));
    // Without an owner it is being made this moment.
    if (owner === undefined || runsStill(owner)) continue;
    await endAbandoned(join(folder, 'postgres', 'data'));
    await endRemembered(join(folder, 'temporal.json'));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
