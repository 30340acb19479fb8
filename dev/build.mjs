/**
 * `npm run build`: compiles everything but the tests into dist/, copies what is not TypeScript, and
 * bundles the workflow code. With nothing changed since the last build it does nothing.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ended } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');
const stampFile = path.join(dist, '.built');
const SOURCE_FOLDERS = [
  'config',
  'domain',
  'workflows',
  'activities',
  'workers',
  'api',
  'db',
  'dev',
  'bench',
  'rehearsal',
  'chaos',
  'console',
];
const SOURCE_FILES = ['tsconfig.json', 'package-lock.json'];
/** Beside these the compiled programs find at run time what they need. */
const ASSETS = /\.(sql|html|css|js|json|svg|png)$/;
const NOT_ASSETS = /tsconfig\.json$/;

/** What is wrong has been printed already. */
export class BuildError extends Error {}

/** Paths of all files below a folder, relative to the root, in a fixed order. */
async function filesBelow(folder) {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true, recursive: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Names of the modules that lie in the root. */
async function rootModules() {
  return (await readdir(root)).filter((name) => name.endsWith('.ts')).sort();
}

/** One hash over every file that a build reads. */
async function fingerprint(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) {
    const content = await readFile(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function compile() {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const child = spawn(process.execPath, [compiler, '-p', path.join(root, 'dev', 'build.tsconfig.json')], {
    stdio: 'inherit',
  });
  const { code, signal } = await ended(child);
  if (signal) process.kill(process.pid, signal);
  if (code !== 0) throw new BuildError('The compiler has found faults.');
}

/** Removes what the compiler has written for sources that are gone. */
async function removeStale(sources) {
  const made = await filesBelow('dist');
  const wanted = new Set(
    sources
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        ['.js', '.js.map'].map((ending) => path.join('dist', file.replace(/\.ts$/, ending))),
      ),
  );
  const stale = made.filter((file) => /\.(js|js\.map|sql|html|css)$/.test(file) && !wanted.has(file));
  await Promise.all(stale.map((file) => rm(path.join(root, file))));
}

async function copyAssets(sources) {
  for (const file of sources.filter(
    (name) => ASSETS.test(name) && !NOT_ASSETS.test(name) && name.includes(path.sep),
  )) {
    await mkdir(path.dirname(path.join(dist, file)), { recursive: true });
    await copyFile(path.join(root, file), path.join(dist, file));
  }
}

/** Workers load the bundle in place of making one at every start. */
async function bundleWorkflows() {
  const { bundleWorkflowCode } = createRequire(import.meta.url)('@temporalio/worker');
  const silent = () => undefined;
  const logger = {
    log: silent,
    trace: silent,
    debug: silent,
    info: silent,
    warn: console.warn,
    error: console.error,
  };
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(dist, 'workflows', 'index.js'),
    logger,
  });
  await writeFile(path.join(dist, 'workflow-bundle.js'), code);
}

/**
 * Builds unless what lies in dist/ is of these very sources.
 * @returns whether something was built
 */
export async function build({ say = () => undefined } = {}) {
  const sources = [
    ...SOURCE_FILES,
    ...(await rootModules()),
    ...(await Promise.all(SOURCE_FOLDERS.map(filesBelow))).flat(),
  ];
  const wanted = await fingerprint(sources);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === wanted) return false;
  say('Building …');
  await rm(stampFile, { force: true });
  await compile();
  await removeStale(sources);
  await copyAssets(sources);
  await bundleWorkflows();
  await writeFile(stampFile, wanted);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log((await build({ say: console.log })) ? 'Built.' : 'Nothing has changed since the last build.');
  } catch (error) {
    console.error(error instanceof BuildError ? error.message : error);
    process.exitCode = 1;
  }
}
