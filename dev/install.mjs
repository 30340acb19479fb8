/** Installs the dependencies, with nothing but Node: `npm start` and `npm test` begin with it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEAST_NODE = [20, 19];

/** Ends the start with a sentence in place of a stack. */
export class StartError extends Error {}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  throw new StartError(`Node ${LEAST_NODE.join('.')} or later is needed; this is ${process.versions.node}.`);
}

const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'));

/** Whether npm has installed what the lock file says; what is for other platforms may be missing. */
async function matchesLock() {
  try {
    const wanted = (await readJson(path.join(root, 'package-lock.json'))).packages;
    const installed = (await readJson(path.join(root, 'node_modules', '.package-lock.json'))).packages;
    return Object.entries(wanted).every(
      ([name, entry]) =>
        name === '' ||
        (installed[name] ? installed[name].version === entry.version : entry.optional === true),
    );
  } catch {
    return false;
  }
}

/**
 * Installs what package-lock.json says unless it is there.
 * @param say told what takes long
 * @throws {StartError} when npm cannot be run or fails
 */
export async function installDependencies({ say = () => undefined } = {}) {
  const stampFile = path.join(root, 'node_modules', '.installed-lock');
  const lock = createHash('sha256')
    .update(await readFile(path.join(root, 'package-lock.json')))
    .digest('hex');
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === lock) return;
  if (!(await matchesLock())) {
    say('Installing the dependencies, which takes a minute or two …');
    await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  await writeFile(stampFile, lock);
}

/** Runs npm in the root; a signal that ends this process ends npm first. */
async function runNpm(args) {
  // Under `npm start` npm says where it is, which holds also where it is not on PATH.
  const own = /npm-cli\.[cm]?js$/.test(process.env.npm_execpath ?? '') ? process.env.npm_execpath : undefined;
  const [command, first] = own ? [process.execPath, [own]] : ['npm', []];
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: !own && process.platform === 'win32',
  });
  const { code, signal } = await ended(child).catch((error) => {
    throw new StartError(`npm cannot be run (${error.message}); run \`npm ci\` in ${root} yourself.`);
  });
  if (signal) process.kill(process.pid, signal);
  if (code !== 0)
    throw new StartError(
      `The dependencies cannot be installed: \`npm ci\` ended with code ${code}. It needs a package registry that can be reached.`,
    );
}

/** Waits for a program's end; what ends us meanwhile ends it first. */
export async function ended(child) {
  const handOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  } finally {
    for (const signal of signals) process.off(signal, handOn);
  }
}
