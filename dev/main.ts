/** `npm start`, once installed and built: everything up, kept up, and down again in order. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, readConfig } from '../config';
import { bringUpDevelopment, bringUpProduction, type BringUp } from './bring-up';
import { claimDataFolder, type DataFolder } from './data-folder';
import { readyTable } from './ready-table';
import { removeRunFile, writeRunFile } from './run-file';
import { environmentProblems } from './settings';
import { stopStages } from './supervisor';

/** Everything must be down this soon after it was asked; what is not by then is killed. */
const DOWN_WITHIN_MS = 9000;
/** npm hands Ctrl-C on although the terminal has sent it to everybody: both together are one. */
const SAME_KEYSTROKE_MS = 500;

const say = (line: string) => console.log(line);
const complain = (error: unknown) => console.error(error instanceof Error ? error.message : error);

/** The course of a run: when it is to end, and when at once. */
interface Course {
  stopping: AbortController;
  killing: AbortController;
}

/** @returns the exit code */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const problems = environmentProblems(env);
  if (problems.length > 0) {
    complain(new ConfigurationError(problems));
    return 2;
  }
  const course = { stopping: new AbortController(), killing: new AbortController() };
  listenForSignals(course);
  const { DATA_DIR } = readConfig('start', env);
  // Only the default lies in the project, wherever it is started from.
  const dataDir = env['DATA_DIR'] ? path.resolve(DATA_DIR) : path.join(__dirname, '..', '..', DATA_DIR);
  const folder = await claimDataFolder(dataDir);
  try {
    await removeRunFile(dataDir);
    await folder.endLeftovers();
    return await run(env, folder, course);
  } finally {
    await folder.release();
  }
}

async function run(
  env: NodeJS.ProcessEnv,
  folder: DataFolder,
  { stopping, killing }: Course,
): Promise<number> {
  let failed = false;
  const up: BringUp = {
    env,
    folder,
    say,
    stages: [],
    stopping: stopping.signal,
    killing: killing.signal,
    failed() {
      failed ||= !stopping.signal.aborted;
      stopping.abort();
    },
  };
  try {
    await keepUp(up);
  } catch (error) {
    // What fails because it was told to end is no failure.
    up.failed();
    if (failed) complain(error);
  }
  await removeRunFile(folder.path);
  const inTime = setTimeout(() => killing.abort(), DOWN_WITHIN_MS);
  await stopStages(up.stages);
  clearTimeout(inTime);
  return failed ? 1 : 0;
}

async function keepUp(up: BringUp): Promise<void> {
  const begin = performance.now();
  const dataDir = up.folder.path;
  if (readConfig('start', up.env).NODE_ENV === 'production') {
    const content = await bringUpProduction(up);
    await writeRunFile(dataDir, content);
    say(`Ready: ${content.url}`);
  } else {
    const content = await bringUpDevelopment(up);
    await writeRunFile(dataDir, content);
    say(readyTable(content, dataDir, (performance.now() - begin) / 1000));
  }
  await new Promise<void>((resolve) => {
    up.stopping.addEventListener('abort', () => resolve());
    if (up.stopping.aborted) resolve();
  });
}

function listenForSignals({ stopping, killing }: Course): void {
  let first: number | undefined;
  const end = () => {
    if (first === undefined) {
      first = performance.now();
      say('Ending …');
      stopping.abort();
    } else if (performance.now() - first > SAME_KEYSTROKE_MS) {
      killing.abort();
      // The system needs a moment to end what was killed.
      void sleep(200).then(() => process.exit(130));
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // Whoever reads our output may go before we do.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    complain(error);
    process.exitCode = 1;
    end();
  });
}

main(process.env).then(
  (code) => process.exit(process.exitCode ?? code),
  (error: unknown) => {
    complain(error);
    process.exit(1);
  },
);
