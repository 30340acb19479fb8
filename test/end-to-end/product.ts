/** The whole product, started as `npm start` starts it, used as its users do, and killed in parts. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, report, type Answer } from '../../chaos/calls';
import type { RunFile } from '../../dev/run-file';

const root = path.join(__dirname, '..', '..');
const READY_WITHIN_MS = 120_000;

export interface Product {
  readonly run: RunFile;
  /** Calls as a person of a role, with one key for all repetitions of a POST. */
  call(role: string, method: string, where: string, body?: object): Promise<Answer>;
  /** Sends a signed certification event until it is accepted. */
  report(data: object): Promise<void>;
  /** Ends a part with SIGKILL; false when it does not run at this moment. */
  kill(part: string): boolean;
  /** Ends everything with SIGKILL, the supervisor first. */
  killAll(): Promise<void>;
  /** Ends it as Ctrl-C does. @returns milliseconds until it was down */
  stop(): Promise<number>;
  /** Processes of it that still run. */
  leftovers(): number[];
}

export async function startProduct(dataDir: string): Promise<Product> {
  const child = spawn(process.execPath, [path.join(root, 'dev', 'start.mjs')], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: '0',
      RATE_LIMITS: 'off',
      SP_API_CALLS_PER_SECOND_NA: '1000',
      SP_API_CALLS_PER_SECOND_EU: '1000',
      SP_API_CALLS_PER_SECOND_FE: '1000',
      NODE_ENV: 'development',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const begun = Date.now();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const run = await waitForRun(child, path.join(dataDir, 'run.json'), begun, () => output);
  const seen = new Set<number>([child.pid ?? 0]);
  const pidOf = (part: string): number | undefined => {
    try {
      const { pid } = JSON.parse(readFileSync(path.join(dataDir, 'pids', `${part}.json`), 'utf8')) as {
        pid: number;
      };
      seen.add(pid);
      return pid;
    } catch {
      return undefined;
    }
  };
  const parts = () => {
    const folder = path.join(dataDir, 'pids');
    return existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\.json$/, '')) : [];
  };
  for (const part of parts()) pidOf(part);
  const kill = (part: string) => signal(pidOf(part), 'SIGKILL');
  return {
    run,
    call: (role, method, where, body) => call(run, role, method, where, body),
    report: (data) => report(run, data),
    kill,
    async killAll() {
      child.kill('SIGKILL');
      for (const part of parts()) kill(part);
      await exited;
    },
    async stop() {
      for (const part of parts()) pidOf(part);
      const begun = Date.now();
      child.kill('SIGTERM');
      await exited;
      return Date.now() - begun;
    },
    leftovers: () => [...seen].filter((pid) => signal(pid, 0)),
  };
}

function signal(pid: number | undefined, name: NodeJS.Signals | 0): boolean {
  if (pid === undefined || pid === 0) return false;
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** @param begun milliseconds since the epoch; an older file is of a killed run */
async function waitForRun(
  child: ChildProcess,
  file: string,
  begun: number,
  output: () => string,
): Promise<RunFile> {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`The product ended:\n${output()}`);
    if (existsSync(file) && statSync(file).mtimeMs >= begun)
      return JSON.parse(readFileSync(file, 'utf8')) as RunFile;
  }
  child.kill('SIGKILL');
  throw new Error(`The product does not become ready:\n${output()}`);
}
