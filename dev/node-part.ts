/**
 * Running one of our own programs. It is tied to us by an IPC channel: when we are killed, the
 * channel closes and the program ends by itself.
 */
import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { openLog, type Log } from './bounded-log';
import { adopt, waitUntilReady } from './program';
import type { Part } from './supervisor';

const WARNING = 40;
/** What pino writes; everything else in a log is passed over. */
const logLine = z.object({ level: z.number(), msg: z.string() });
const QUIET_MS = 10_000;

export interface NodePart {
  name: string;
  script: string;
  args?: readonly string[];
  /** Of Node itself, beside what all our programs are started with. */
  nodeOptions?: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  pidFile: string;
  killing: AbortSignal;
  /** How long it may take from SIGTERM to its end. */
  graceMs: number;
  /** Told each warning of the program, the same one at most every ten seconds. */
  say: (line: string) => void;
}

/** It is ready when it sends the message `ready`, or prints a line that begins with this word. */
export const nodePart = (options: NodePart): Part => ({
  name: options.name,
  async start(stopping) {
    const { script, args = [], nodeOptions = [], env, logFile, pidFile, killing } = options;
    const log = openLog(logFile);
    const child = fork(script, args, {
      env,
      execArgv: ['--enable-source-maps', ...nodeOptions],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let ready = false;
    child.on('message', (message) => (ready ||= message === 'ready'));
    const warn = withoutRepetition((line) => options.say(`${options.name}: ${line}`));
    const read = (line: string) => {
      ready ||= /^ready\b/.test(line);
      const warning = warningOf(line);
      if (warning !== undefined) warn(warning);
    };
    for (const output of [child.stdout, child.stderr]) if (output) follow(output, log, read);
    child.once('close', () => log.close());
    const program = await adopt(child, { command: script, pidFile, killing });
    const waiting = { timeoutMs: 60_000, logFile, signal: stopping };
    await waitUntilReady(options.name, program, () => Promise.resolve(ready), waiting);
    return {
      exited: program.exited,
      stop() {
        // An open channel keeps a program alive that has nothing left to do.
        if (child.connected) child.disconnect();
        return program.stop(['SIGTERM', options.graceMs]);
      },
    };
  },
});

function follow(output: NodeJS.ReadableStream, log: Log, read: (line: string) => void): void {
  output.on('data', (chunk: Buffer) => log.write(chunk));
  createInterface({ input: output }).on('line', read);
}

function warningOf(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg } = logLine.parse(JSON.parse(line));
    return level >= WARNING ? msg.slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
}

function withoutRepetition(say: (line: string) => void): (line: string) => void {
  const last = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    for (const [said, at] of last) if (now - at > QUIET_MS) last.delete(said);
    if (last.has(line)) return;
    last.set(line, now);
    say(line);
  };
}
