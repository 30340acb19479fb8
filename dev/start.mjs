/**
 * `npm start`. Uses nothing but Node until the dependencies are there: installs them when they are
 * missing or others than package-lock.json says, builds when sources have changed, and goes on in
 * dist/dev/main.js within this process, which so gets every signal itself.
 */
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkNode, installDependencies, StartError } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A killed run leaves its run.json behind: it goes before anything else, unless its run is still alive. */
async function removeStaleRunFile() {
  const dataDir = process.env.DATA_DIR ? path.resolve(process.env.DATA_DIR) : path.join(root, '.data');
  // One that was cut off while it was written names nobody.
  const lock = await readFile(path.join(dataDir, 'lock.json'), 'utf8')
    .then(JSON.parse)
    .catch(() => null);
  if (lock !== null && isAlive(lock)) return;
  await rm(path.join(dataDir, 'run.json'), { force: true }).catch(() => undefined);
}

/** As `runsStill` of process-identity.ts, which is not built yet: one that has ended, or has only its number, is not it. */
function isAlive({ pid, startedAt }) {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return !'ZX'.includes(fields[0]) && startedAt.endsWith(` ${fields[19]}`);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * npm hands a signal on to the shell between it and this process, and dash keeps it to itself: that
 * the shell is gone is the signal then.
 */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

try {
  checkNode();
  endWithNpm();
  await removeStaleRunFile();
  await installDependencies({ say: console.log });
  const { build, BuildError } = await import('./build.mjs');
  await build({ say: console.log }).catch((error) => {
    throw error instanceof BuildError ? new StartError(error.message) : error;
  });
  await import(pathToFileURL(path.join(root, 'dist', 'dev', 'main.js')).href);
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
