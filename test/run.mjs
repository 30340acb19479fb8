/**
 * `npm test`: every check, from a clean clone. Installs what is missing, then format, types and build beside
 * lint, which takes as long as they do, and all tests; goes on after a failure, so that one run shows everything,
 * and ends with one line of counts.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode, installDependencies } from '../dev/install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = await mkdtemp(path.join(os.tmpdir(), 'badge-request-report-'));
const total = { passed: 0, failed: 0 };

const program = (name, ...parts) => path.join(root, 'node_modules', name, ...parts);

/** Runs a program of the dependencies in the root, its output going where ours goes. */
async function run(script, args) {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** What a program of the root says is kept, to be shown in one piece. */
async function runAside(script, args) {
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  for (const output of [child.stdout, child.stderr]) output.on('data', (part) => said.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(said) }));
  });
}

/** A check that is one: it passes or fails as a whole. */
async function check(name, script, args = []) {
  const begun = Date.now();
  const { failure, said } = await runAside(script, args).then(
    ({ code, said }) => ({ said, failure: code === 0 ? undefined : `ended with ${code}` }),
    (error) => ({ said: '', failure: error.message }),
  );
  total[failure === undefined ? 'passed' : 'failed'] += 1;
  console.log(`\n== ${name}\n${said.toString().trimEnd()}`);
  console.log(`== ${name}: ${failure ?? 'passed'} (${Math.round((Date.now() - begun) / 1000)} s)`);
}

/** A run of tests: each counts; one that could not run at all counts as failed. */
async function tests(name, args) {
  const report = path.join(reports, `${name.replaceAll(' ', '-')}.json`);
  console.log(`\n== ${name}`);
  const code = await run(program('jest', 'bin', 'jest.js'), [...args, '--json', `--outputFile=${report}`]);
  const result = await readFile(report, 'utf8').then(JSON.parse, () => undefined);
  const passed = result?.numPassedTests ?? 0;
  const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
  const left = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
  total.passed += passed;
  total.failed += failed + left + (code !== 0 && failed + left === 0 ? 1 : 0) + (passed === 0 ? 1 : 0);
  console.log(`== ${name}: ${passed} passed, ${failed} failed${left > 0 ? `, ${left} did not run` : ''}`);
}

try {
  checkNode();
  await installDependencies({ say: console.log });
  const inTurn = async () => {
    await check('format', program('prettier', 'bin', 'prettier.cjs'), ['--check', '.']);
    await check('types', program('typescript', 'bin', 'tsc'), ['--noEmit', '-p', 'tsconfig.json']);
    await check('build', path.join(root, 'dev', 'build.mjs'));
  };
  console.log('\nFormat, types and build, lint beside them …');
  await Promise.all([check('lint', program('eslint', 'bin', 'eslint.js'), ['.']), inTurn()]);
  await tests('tests', ['--testPathIgnorePatterns', 'test/end-to-end/']);
  // Alone: it starts the whole product and kills parts of it.
  await tests('end-to-end tests', ['--runInBand', 'test/end-to-end/']);
} catch (error) {
  total.failed += 1;
  console.error(error);
} finally {
  await rm(reports, { recursive: true, force: true });
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
