/** `npm run rehearse`, once built: rehearses, prints, and ends everything that it has started. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { readConfig } from '../config';
import { cacheFolder, findTimeSkippingServer } from '../dev/temporal-program';
import { makeThrowAwayFolder } from '../dev/throw-away-folder';
import type { SettingsByProgram } from '../domain/program-settings';
import type { Findings } from './findings';
import { readOpenRequests } from './open-requests';
import { help, readOptions, UsageError } from './options';
import { findProductDatabase } from './product-database';
import { rehearse } from './rehearse';
import { reportOf } from './report';
import { startClock, startCopy, type Starting } from './throw-away-servers';

const FOLDER_PREFIX = 'badge-request-rehearsal-';
const say = (line: string) => console.error(line);
const dist = path.join(__dirname, '..');
/** Exit codes: a request gets stuck, or it cannot be told; the command line is not understood. */
const STUCK = 1;
const MISUSED = 2;
/** So long an ending may take; what then still runs is ended with this process. */
const ENDED_WITHIN_MS = 5_000;

/** @returns the exit code */
async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = readOptions(args, new Date().toISOString());
  if (options === null) {
    console.log(help);
    return 0;
  }
  const begin = performance.now();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort(new Error(`Ended by ${signal}`)));
  // Whatever goes wrong, what was started is ended: a connection may break while its server is being stopped.
  process.on('uncaughtException', (error) => stopping.abort(error));
  const { signal } = stopping;
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  // It may come before anybody waits for it.
  aborted.catch(() => undefined);
  // What the code of a stuck request says is in the report.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
    shutdownSignals: [],
  });

  const { PROGRAM_SETTINGS } = readConfig('rehearse', env);
  const databaseUrl = await findProductDatabase(env, path.join(dist, '..'));
  const folder = await makeThrowAwayFolder(FOLDER_PREFIX);
  const endings: (() => Promise<unknown>)[] = [];
  const running = run({
    env,
    databaseUrl,
    programs: PROGRAM_SETTINGS,
    until: options.until,
    folder,
    signal,
    atEnd: (one) => endings.push(one),
  });
  try {
    const findings = await Promise.race([running, aborted]);
    console.log(reportOf(findings));
    if (options.json !== null) await writeFile(options.json, `${JSON.stringify(findings, null, 2)}\n`);
    say(`Rehearsed in ${((performance.now() - begin) / 1000).toFixed(1)} s.`);
    return findings.stuck.length === 0 ? 0 : STUCK;
  } finally {
    await Promise.race([end(endings), sleep(ENDED_WITHIN_MS)]);
    // What was being started meanwhile is told by the signal, and ends, too.
    await Promise.race([running.catch(() => undefined).then(() => end(endings)), sleep(ENDED_WITHIN_MS)]);
    await folder.remove();
  }
}

interface Run extends Starting {
  readonly env: NodeJS.ProcessEnv;
  readonly databaseUrl: string;
  readonly programs: SettingsByProgram;
  readonly until: string;
}

async function run({ env, databaseUrl, programs, until, ...starting }: Run): Promise<Findings> {
  const { signal } = starting;
  const snapshot = await readOpenRequests(databaseUrl);
  const cache = await cacheFolder(env, path.join(tmpdir(), 'badge-request-service'));
  const program = await findTimeSkippingServer({ env, cache, say, signal });
  const [copying, clocking] = [startCopy(starting), startClock(program.path, starting)];
  // When one of them fails the other is there all the same, and has to be put away.
  await Promise.allSettled([copying, clocking]);
  const [copy, server] = await Promise.all([copying, clocking]);
  say(`Running the open requests, ${snapshot.requests.length}, forward to the end of ${until} …`);
  const workflowBundlePath = path.join(dist, 'workflow-bundle.js');
  return rehearse(snapshot, until, { ...starting, copy, server, workflowBundlePath, programs, say });
}

/** The last is the first. */
async function end(endings: (() => Promise<unknown>)[]): Promise<void> {
  for (let one = endings.pop(); one !== undefined; one = endings.pop())
    await one().catch((error: Error) => console.error(error.message));
}

main(process.argv.slice(2), process.env).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? MISUSED : 1);
  },
);
