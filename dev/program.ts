/** Running one program as a child: in a process group of its own, its output in a log file. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { rememberProcess, signal } from './process-identity';

export interface Start {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** As whom it runs; this user when left out. */
  user?: { uid: number; gid: number } | undefined;
  /** Where output is appended. */
  logFile: string;
  /** Where the process is written down, so that a later run can end what a killed one has left. */
  pidFile?: string | undefined;
  /** Kills it at once. */
  killing?: AbortSignal | undefined;
}

export interface Program {
  pid: number;
  /** Resolves, with how in words, when it has ended; never rejects. */
  exited: Promise<string>;
  /** Asks by each signal in turn, waiting so many milliseconds after it; then kills. */
  stop(...asks: readonly (readonly [NodeJS.Signals, number])[]): Promise<void>;
}

/**
 * Starts a program. It gets a process group of its own, so that Ctrl-C in a terminal reaches the
 * supervisor alone and the parts end in its order.
 * @throws Error when it cannot be started at all
 */
export async function runProgram(start: Start): Promise<Program> {
  const log = await open(start.logFile, 'a', 0o600);
  try {
    return await launch(start, ['ignore', log.fd, log.fd]);
  } finally {
    await log.close();
  }
}

async function launch(start: Start, stdio: StdioOptions): Promise<Program> {
  const child = spawn(start.command, start.args, {
    stdio,
    detached: true,
    ...(start.env && { env: start.env }),
    ...(start.cwd !== undefined && { cwd: start.cwd }),
    ...start.user,
  });
  return adopt(child, start);
}

/**
 * Waits until the system has started a child, and takes care of it from then on.
 * @throws Error when it is not started, or cannot be written down; it is killed then
 */
export async function adopt(
  child: ChildProcess,
  start: Pick<Start, 'command' | 'pidFile' | 'killing'>,
): Promise<Program> {
  await spawned(child, start.command);
  const program = programOf(child);
  const kill = () => signal(-program.pid, 'SIGKILL');
  start.killing?.addEventListener('abort', kill);
  void program.exited.then(() => start.killing?.removeEventListener('abort', kill));
  if (start.pidFile === undefined) return program;
  try {
    await rememberProcess(start.pidFile, program.pid);
    return program;
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function spawned(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
  });
}

/** What the supervisor needs to know of a started child that leads a process group. */
function programOf(child: ChildProcess): Program {
  const { pid } = child;
  if (pid === undefined) throw new Error('the child was not started');
  let running = true;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, by) => {
      running = false;
      resolve(by === null ? `ended with code ${code}` : `ended by ${by}`);
    });
  });
  // A signal that cannot be delivered arrives as an event, and one without a listener would end us.
  child.on('error', () => undefined);
  return {
    pid,
    exited,
    async stop(...asks) {
      for (const [name, patienceMs] of asks) {
        if (!running) break;
        child.kill(name);
        await Promise.race([exited, sleep(patienceMs, undefined, { ref: false })]);
      }
      // The whole group, so that nothing a part has started itself stays behind.
      signal(-pid, 'SIGKILL');
      await exited;
    },
  };
}

/** The end of a log file, for an error message; empty when there is none. */
async function lastLines(logFile: string, count = 8): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Waits until a started program can be used.
 * @param isReady asked again and again, 40 ms apart
 * @throws Error when the program ends, the wait is given up, or the time is over; the program is killed then
 */
export async function waitUntilReady(
  name: string,
  program: Program,
  isReady: () => Promise<boolean>,
  options: { timeoutMs: number; logFile: string; signal?: AbortSignal | undefined },
): Promise<void> {
  let end: string | undefined;
  void program.exited.then((how) => (end = how));
  const fail = async (reason: string) => {
    await program.stop();
    const log = await lastLines(options.logFile);
    throw new Error(`${name} ${reason}${log && `; its last lines:\n${log}`}`);
  };
  for (const deadline = Date.now() + options.timeoutMs; ; await sleep(40)) {
    if (end !== undefined) await fail(end);
    if (options.signal?.aborted) await fail('is not needed any longer');
    const ready = await isReady().catch(async (error: unknown) => {
      await program.stop();
      throw error;
    });
    if (ready) return;
    if (Date.now() > deadline) await fail(`was not ready within ${options.timeoutMs / 1000} s`);
  }
}
