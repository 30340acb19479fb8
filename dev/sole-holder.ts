/** A file that says which process has something, of which there is one at a time whatever is killed when. */
import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { recallProcess, rememberProcess, runsStill } from './process-identity';

/** Another process that runs has it, or is taking it over. */
export class HeldError extends Error {
  constructor(readonly pid: number) {
    super(`held by process ${pid}`);
    this.name = 'HeldError';
  }
}

/**
 * Makes this process the one that a file names. It replaces one that was killed, and a file that cannot be read.
 * @throws {HeldError}
 */
export async function becomeHolder(file: string): Promise<void> {
  const mine = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await rememberProcess(mine, process.pid);
    await hold(file, mine);
  } finally {
    await rm(mine, { force: true });
  }
}

async function hold(file: string, mine: string): Promise<void> {
  // Making a second name for a file is one step, and fails when the name is taken.
  while (!(await link(mine, file).then(() => true, unless('EEXIST', false)))) {
    const left = await readIfThere(file);
    if (left === undefined) continue;
    const holder = await recallProcess(file);
    if (holder !== undefined && runsStill(holder)) throw new HeldError(holder.pid);
    if (await replace(file, left, mine)) return;
  }
}

/**
 * Where what is to be replaced is there still once one has the turn, nobody else replaces it: it is replaced in one step,
 * so that at no time the name is free. Who is killed meanwhile leaves a turn that is taken over in the same way.
 */
async function replace(file: string, left: string, mine: string): Promise<boolean> {
  const turn = turnAfter(file, left);
  await hold(turn, mine);
  try {
    if ((await readIfThere(file)) !== left) return false;
    const copy = `${mine}.copy`;
    await link(mine, copy);
    await rename(copy, file);
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}

/** The file that says whose turn it is to replace one that holds this text. */
export const turnAfter = (file: string, left: string): string =>
  `${file}.after-${createHash('sha256').update(left).digest('hex').slice(0, 16)}`;

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(unless('ENOENT', undefined));

const unless =
  <Value>(code: string, value: Value) =>
  (error: NodeJS.ErrnoException): Value => {
    if (error.code === code) return value;
    throw error;
  };
