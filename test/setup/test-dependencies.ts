/** The servers that tests need, thrown away afterwards: Temporal in memory, PostgreSQL where there is enough of it. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../dev/postgres';
import { cacheFolder, findTemporal, findTimeSkippingServer } from '../../dev/temporal-program';
import { startTemporal } from '../../dev/temporal-server';
import { makeThrowAwayFolder } from '../../dev/throw-away-folder';

const FOLDER_PREFIX = 'badge-request-tests-';
const TEST_NAMESPACE = 'badge-requests';

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
  // ext4 passes over what was deleted in the last minutes: beside databases that come and go, files are dear on it.
  const folder = await makeThrowAwayFolder(FOLDER_PREFIX, { inMemory: true });
  const search = {
    env: process.env,
    cache: await cacheFolder(process.env, join(tmpdir(), 'badge-request-service')),
  };
  const started = await Promise.allSettled([
    startPostgres({
      folder: folder.postgres,
      logFile: join(folder.path, 'postgres.log'),
      password: randomBytes(12).toString('hex'),
      durable: false,
    }),
    findTemporal(search).then((program) =>
      startTemporal({
        program: program.path,
        namespace: TEST_NAMESPACE,
        logFile: join(folder.path, 'temporal.log'),
        pidFile: folder.temporalPid,
      }),
    ),
    findTimeSkippingServer(search),
  ]);
  const [postgres, temporal, timeSkipping] = started;
  const stop = async () => {
    if (postgres.status === 'fulfilled') await postgres.value.stop();
    if (temporal.status === 'fulfilled') await temporal.value.stop();
    await folder.remove();
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
    folder: folder.path,
    stop,
  };
}
