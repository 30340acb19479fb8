/**
 * Telling one's own processes from others after a kill: a process id alone is reused by the system,
 * the id together with the start time is not.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const ownProcess = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
export type OwnProcess = z.output<typeof ownProcess>;

/**
 * When a process was started, in the words of this system.
 * @returns undefined when no such process runs; one that has ended and is not yet collected does not run
 */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ask(pid, 'lstart=');
  try {
    // Fields of /proc/PID/stat from the third on (the second may hold blanks): proc_pid_stat(5).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** The command line of a running process; undefined when none runs under this id. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ask(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return undefined;
  }
}

function ask(pid: number, column: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-p', String(pid), '-o', column], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    return output.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Describes a running process so that a later run recognises it. */
export function identify(pid: number): OwnProcess | undefined {
  const startedAt = startOf(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether exactly this process still runs. */
export const runsStill = (known: OwnProcess) => startOf(known.pid) === known.startedAt;

/** Reads what `rememberProcess` wrote; undefined when there is nothing readable. */
export async function recallProcess(file: string): Promise<OwnProcess | undefined> {
  try {
    return ownProcess.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes down a process, for `endRemembered` of a later run. */
export async function rememberProcess(file: string, pid: number): Promise<void> {
  await writeFile(file, JSON.stringify(identify(pid) ?? { pid, startedAt: 'ended' }), { mode: 0o600 });
}

/**
 * Ends what a killed run left under this file, if it still is that very process, and forgets it.
 * @returns whether something was ended
 */
export async function endRemembered(file: string): Promise<boolean> {
  const known = await recallProcess(file);
  const running = known !== undefined && runsStill(known);
  if (running) await endProcess(known.pid);
  await rm(file, { force: true });
  return running;
}

/**
 * Ends a process that is not a child of this one: asks, waits, then kills.
 * @param ask the signal that asks it to end
 * @param patienceMs how long it may take for that
 */
export async function endProcess(
  pid: number,
  ask: NodeJS.Signals = 'SIGTERM',
  patienceMs = 5000,
): Promise<void> {
  const known = identify(pid);
  if (known === undefined) return;
  signal(pid, ask);
  if (await isGone(known, patienceMs)) return;
  signal(pid, 'SIGKILL');
  if (!(await isGone(known, 5000))) throw new Error(`process ${pid} does not end`);
}

async function isGone(known: OwnProcess, patienceMs: number): Promise<boolean> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(25))
    if (!runsStill(known)) return true;
  return !runsStill(known);
}

/** Sends a signal to a process, or by a negative id to a group; that it is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS answers EPERM for a group of which only ended processes are left.
    if (code !== 'ESRCH' && !(code === 'EPERM' && pid < 0)) throw error;
  }
}
