/** Folders of servers that are thrown away: one of a killed run is found again, and its servers are ended. */
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/**
 * Makes a folder of this process's own, after ending and removing what killed runs have left under the prefix.
 * @param prefix says whose folders they are
 */
export async function makeThrowAwayFolder(prefix: string): Promise<ThrowAwayFolder> {
  await sweepAbandoned(prefix);
  const path = await mkdtemp(join(await realpath(tmpdir()), prefix));
  // As root, PostgreSQL runs as another user, who passes through it.
  await chmod(path, 0o711);
  await rememberProcess(join(path, 'owner.json'), process.pid);
  return {
    path,
    postgres: join(path, 'postgres'),
    temporalPid: join(path, 'temporal.json'),
    remove: () => rm(path, REMOVAL),
  };
}

async function sweepAbandoned(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(await realpath(tmpdir()), name);
    const owner = await recallProcess(join(folder, 'owner.json'));
    // Without an owner it is being made this moment.
    if (owner === undefined || runsStill(owner)) continue;
    await endAbandoned(join(folder, 'postgres', 'data'));
    await endRemembered(join(folder, 'temporal.json'));
    await rm(folder, REMOVAL);
  }
}
