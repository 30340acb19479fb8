/** `npm run bench`, once built: measures, prints, and ends everything that it has started. */
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableOf } from './figures';
import { measure } from './measure';
import { help, longestRun, readOptions, UsageError } from './options';

const FOLDER_PREFIX = 'badge-request-bench-';
/** A killed PostgreSQL's own children may still be writing. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
/** Exit code of a command line that is not understood. */
const MISUSED = 2;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    console.log(help);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort(new Error(`Ended by ${signal}`)));
  const longest = longestRun(options);
  const tooLong = new Error(`Given up after ${Math.round(longest / 60_000)} minutes`);
  setTimeout(() => stopping.abort(tooLong), longest).unref();
  const aborted = new Promise<never>((_resolve, reject) => {
    stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason as Error));
  });

  const folder = await mkdtemp(join(await realpath(tmpdir()), FOLDER_PREFIX));
  const endings: (() => Promise<unknown>)[] = [() => rm(folder, REMOVAL)];
  try {
    // As root the embedded PostgreSQL runs as another user, who has to pass.
    await chmod(folder, 0o711);
    const measuring = measure(options, {
      folder,
      signal: stopping.signal,
      say: console.error,
      atEnd: (end) => endings.push(end),
    });
    const figures = await Promise.race([measuring, aborted]);
    console.log(tableOf(figures));
    if (options.json !== null) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
    return figures.failed === 0 ? 0 : 1;
  } finally {
    for (const end of endings.reverse()) await end().catch((error: Error) => console.error(error.message));
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? MISUSED : 1);
  },
);
