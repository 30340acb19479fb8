/** The data folder of `npm start`: one run at a time, and what each part keeps where. */
import { constants } from 'node:fs';
import { access, chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** Nothing can be kept where the data are to be. */
export class DataFolderUnusableError extends Error {
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`No data can be kept in ${path} (${cause.message}). Set DATA_DIR to another folder.`, { cause });
    this.name = 'DataFolderUnusableError';
  }
}

/**
 * Takes a data folder, making it when missing. The claim of a killed run is taken over.
 * @throws {DataFolderBusyError}
 * @throws {DataFolderUnusableError}
 */
export async function claimDataFolder(path: string): Promise<DataFolder> {
  try {
    // Whoever runs PostgreSQL passes through it; what is private inside has its own mode.
    if (await makeFolder(path)) await chmod(path, 0o711);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new DataFolderUnusableError(path, error as NodeJS.ErrnoException);
  }
  const lock = join(path, 'lock.json');
  await becomeHolder(lock).catch((error: unknown) => {
    if (error instanceof HeldError) throw new DataFolderBusyError(path, error.pid);
    throw new DataFolderUnusableError(path, error as NodeJS.ErrnoException);
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

/**
 * Makes a folder, and those that it lies in. Node's own way of doing so never ends where a folder that is there takes
 * none, as /proc.
 * @returns whether it was made; false: it is there
 */
async function makeFolder(path: string): Promise<boolean> {
  const make = () =>
    mkdir(path).then(
      () => true,
      async (error: unknown) => {
        const found = await stat(path).catch(() => undefined);
        if (found?.isDirectory()) return false;
        throw error;
      },
    );
  try {
    return await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    return make();
  }
}

/** Writes a file so that a reader finds the old or the new one, whole, and only its owner reads it. */
export async function writePrivately(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, text, { mode: 0o600, flush: true });
  await rename(beside, file);
}
