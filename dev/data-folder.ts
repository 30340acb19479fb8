/** The data folder of `npm start`: one run at a time, and what each part keeps where. */
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endRemembered } from './process-identity';
import { becomeHolder, HeldError } from './sole-holder';

export interface DataFolder {
  path: string;
  /** Path of a part's log file. */
  log(part: string): string;
  /** Path of the note of a part's process. */
  pid(part: string): string;
  /** Ends what a killed run has left running here. */
  endLeftovers(): Promise<void>;
  /** Gives it up for the next run. */
  release(): Promise<void>;
}

/** Another run has this data folder. */
export class DataFolderBusyError extends Error {
  constructor(path: string, pid: number) {
    super(
      `${path} is in use: a service runs on it already, process ${pid}. End that one, or set DATA_DIR to another folder.`,
    );
    this.name = 'DataFolderBusyError';
  }
}

/**
 * Takes a data folder, making it when missing. The claim of a killed run is taken over.
 * @throws {DataFolderBusyError}
 */
export async function claimDataFolder(path: string): Promise<DataFolder> {
  const made = await mkdir(path, { recursive: true });
  // Whoever runs PostgreSQL passes through it; what is private inside has its own mode.
  if (made !== undefined) await chmod(path, 0o711);
  const lock = join(path, 'lock.json');
  await becomeHolder(lock).catch((error: unknown) => {
    throw error instanceof HeldError ? new DataFolderBusyError(path, error.pid) : error;
  });
  const pids = join(path, 'pids');
  await mkdir(pids, { recursive: true, mode: 0o700 });
  await mkdir(join(path, 'logs'), { recursive: true, mode: 0o700 });
  return {
    path,
    log: (part) => join(path, 'logs', `${part}.log`),
    pid: (part) => join(pids, `${part}.json`),
    async endLeftovers() {
      for (const name of await readdir(pids)) await endRemembered(join(pids, name));
    },
    async release() {
      await rm(pids, { recursive: true, force: true });
      await rm(lock, { force: true });
    },
  };
}

/** Writes a file so that a reader finds the old or the new one, whole, and only its owner reads it. */
export async function writePrivately(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, text, { mode: 0o600, flush: true });
  await rename(beside, file);
}
