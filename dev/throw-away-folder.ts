/** Folders of servers that are thrown away: one of a killed run is found again, and its servers are ended. */
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, statfs, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { endAbandoned } from './postgres-cluster';
import { endRemembered, recallProcess, rememberProcess, runsStill } from './process-identity';

export interface ThrowAwayFolder {
  readonly path: string;
  /** Where PostgreSQL keeps its data, so that a later run finds a server that was left. */
  readonly postgres: string;
  /** Where the process of the Temporal server is written down, for the same. */
  readonly temporalPid: string;
  remove(): Promise<void>;
}

/** A killed PostgreSQL's own children may still be writing. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** A file system in memory, on Linux. */
const MEMORY = '/dev/shm';
/** Several times what the databases of a test run take at once. */
const MEMORY_BYTES = 2 * 1024 ** 3;
/** Never what a link says: whoever can write to the folder for temporary files could make one. */
const inMemory = (folder: string) => join(MEMORY, basename(folder));

/**
 * Makes a folder of this process's own, after ending and removing what killed runs have left under the prefix.
 * @param prefix says whose folders they are
 * @param options.inMemory PostgreSQL's data lie in memory where there is enough of it
 */
export async function makeThrowAwayFolder(
  prefix: string,
  options: { inMemory?: boolean } = {},
): Promise<ThrowAwayFolder> {
  await sweepAbandoned(prefix);
  const path = await mkdtemp(join(await realpath(tmpdir()), prefix));
  // As root, PostgreSQL runs as another user, who passes through it.
  await chmod(path, 0o711);
  await rememberProcess(join(path, 'owner.json'), process.pid);
  const postgres = join(path, 'postgres');
  if (options.inMemory && (await memoryLeft()) > MEMORY_BYTES) {
    await mkdir(inMemory(path), { mode: 0o700 });
    await symlink(inMemory(path), postgres);
  }
  return {
    path,
    postgres,
    temporalPid: join(path, 'temporal.json'),
    remove: () => remove(path),
  };
}

async function memoryLeft(): Promise<number> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return Math.min(bavail * bsize, process.availableMemory());
}

async function remove(folder: string): Promise<void> {
  await rm(inMemory(folder), REMOVAL);
  await rm(folder, REMOVAL);
}

async function sweepAbandoned(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(await realpath(tmpdir()), name);
    const owner = await recallProcess(join(folder, 'owner.json'));
    // Without an owner it is being made this moment.
    if (owner === undefined || runsStill(owner)) continue;
    // By the path that it was started with first: the other may lead to the same data.
    for (const postgres of [inMemory(folder), join(folder, 'postgres')])
      await endAbandoned(join(postgres, 'data'));
    await endRemembered(join(folder, 'temporal.json'));
    await remove(folder);
  }
}
