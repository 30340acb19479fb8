/** The built product as `npm start` brings it up, on a data folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFileOf, type RunFile } from '../dev/run-file';

export interface ProductRun {
  readonly dataDir: string;
  /** Of the program that runs the parts. */
  readonly pid: number;
  /**
   * Resolves when everything is ready.
   * @throws Error with the last lines of its output
   */
  ready(signal: AbortSignal): Promise<RunFile>;
  stop(): Promise<void>;
}

/** Installing and building are over by then; fetching the Temporal server may not be. */
const READY_WITHIN_MS = 180_000;
/** The product itself promises 10 s. */
const DOWN_WITHIN_MS = 15_000;
const LAST_LINES = 15;

/** What would put something else in the place of an embedded part: everything is measured on this machine. */
const ELSEWHERE =
  /^(NODE_ENV|DATABASE_URL|SMTP_URL|SP_API_.*|SMAPI_.*|TEMPORAL_(?!CLI_PATH).*|WORKER_TASK_QUEUES)$/;

/** Stand-ins that answer at once and without rate limits, or as Amazon does. */
const standIns = {
  LIFTED: {
    RATE_LIMITS: 'off',
    ANSWER_AT_ONCE: 'on',
    SP_API_CALLS_PER_SECOND_NA: '1000',
    SP_API_CALLS_PER_SECOND_EU: '1000',
    SP_API_CALLS_PER_SECOND_FE: '1000',
  },
  AS_AMAZON: {},
} as const;

/**
 * Starts the product.
 * @param folder for its data and its output
 * @param settings further variables
 */
export async function startProduct(
  root: string,
  folder: string,
  limits: keyof typeof standIns = 'LIFTED',
  settings: Readonly<Record<string, string>> = {},
): Promise<ProductRun> {
  const dataDir = join(folder, 'data');
  const logFile = join(folder, 'start.log');
  const kept = Object.entries(process.env).filter(([name]) => !ELSEWHERE.test(name));
  const log = await open(logFile, 'a');
  // A process group of its own, so that Ctrl-C in a terminal reaches this program alone.
  const child = spawn(process.execPath, [join(root, 'dev', 'start.mjs')], {
    cwd: root,
    env: { ...Object.fromEntries(kept), ...standIns[limits], ...settings, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  const exited = once(child, 'exit');
  await once(child, 'spawn').finally(() => log.close());
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const readOutput = async () =>
    (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-LAST_LINES).join('\n');

  return {
    dataDir,
    pid: child.pid ?? 0,
    async ready(signal) {
      for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(50)) {
        signal.throwIfAborted();
        const text = await readFile(runFileOf(dataDir), 'utf8').catch(() => null);
        if (text !== null) return JSON.parse(text) as RunFile;
        if (hasEnded()) break;
      }
      throw new Error(`The product did not become ready; its last lines:\n${await readOutput()}`);
    },
    async stop() {
      if (hasEnded()) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), DOWN_WITHIN_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
