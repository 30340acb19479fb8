/** `npm run chaos`, once built: plays the scenes, prints what they found, and ends everything that it has started. */
import { setMaxListeners } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { help, readOptions, UsageError, type Options } from './options';
import { playScene, type SceneReport } from './scene';

const FOLDER_PREFIX = 'badge-request-chaos-';
/** A killed PostgreSQL's own children may still be writing. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
const SEEDS = 1_000_000;
const SHOWN_WRONGS = 20;
/** Exit codes: something is not as it should be; the command line is not understood. */
const WRONG = 1;
const MISUSED = 2;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, Math.floor(Math.random() * SEEDS));
  if (options === null) {
    console.log(help);
    return 0;
  }
  console.log(`Seed ${options.seed}`);
  const stopping = new AbortController();
  // Every wait of a run listens to it.
  setMaxListeners(0, stopping.signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort(new Error(`Ended by ${signal}`)));
  const aborted = new Promise<never>((_resolve, reject) => {
    stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason as Error));
  });
  const folder = await mkdtemp(join(await realpath(tmpdir()), `${FOLDER_PREFIX}${options.seed}-`));
  let isWell = false;
  // Logs and rows of what went wrong are what it is found by.
  const removeFolder = async () => {
    if (isWell || stopping.signal.aborted) await rm(folder, REMOVAL);
    else console.error(`Data and logs of this run are kept: ${folder}`);
  };
  const endings: (() => Promise<unknown>)[] = [removeFolder];
  const around = {
    folder,
    signal: stopping.signal,
    say: (line: string) => console.log(line),
    atEnd: (end: () => Promise<unknown>) => void endings.push(end),
  };
  try {
    // As root the embedded PostgreSQL runs as another user, who has to pass.
    await chmod(folder, 0o711);
    const reports = await Promise.race([playAll(options, around), aborted]);
    isWell = reports.every(({ wrongs }) => wrongs.length === 0);
    return isWell ? 0 : WRONG;
  } finally {
    for (const end of endings.reverse()) await end().catch((error: Error) => console.error(error.message));
  }
}

async function playAll(
  options: Options,
  around: Parameters<typeof playScene>[2],
): Promise<readonly SceneReport[]> {
  const reports: SceneReport[] = [];
  // One after another: each needs the machine.
  for (const scene of options.scenes) {
    const report = await playScene(scene, options, around);
    around.say(summaryOf(report));
    reports.push(report);
  }
  return reports;
}

function summaryOf({ scene, requests, kills, seconds, wrongs, ...figures }: SceneReport): string {
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(kills).map(([part, count]) => `${part} ${count}`);
  const { mails, mailsAgain, lookups } = figures;
  return [
    `${scene}: ${requests} requests, ${total} kills (${parts.join(', ')}), ${seconds.toFixed(0)} s until nothing was left to do`,
    `  ${mails} mails, ${mailsAgain} of them twice with the same Message-ID; ${lookups} lookups meanwhile`,
    wrongs.length === 0
      ? '  every request, badge and mail is as it should be'
      : `  ${wrongs.length} things are not as they should be:`,
    ...wrongs.slice(0, SHOWN_WRONGS).map((wrong) => `    ${wrong}`),
  ].join('\n');
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? MISUSED : WRONG);
  },
);
