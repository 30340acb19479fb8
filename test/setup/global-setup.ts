/**
 * Once per test run: the servers, a migrated template database and the workflow bundle. Tests find
 * them in TEST_DATABASE_URL (of the template `badge_template`), TEST_TEMPORAL_ADDRESS,
 * TEST_TIME_SKIPPING_SERVER and TEST_WORKFLOW_BUNDLE; what they share besides they put into TEST_RUN_FOLDER, which
 * goes with the run.
 */
import { bundleWorkflowCode } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../db/migrations';
import { startTestDependencies, type TestDependencies } from './test-dependencies';

const root = join(__dirname, '..', '..');
export const TEMPLATE_DATABASE = 'badge_template';

declare global {
  /** Handed from setup to teardown, which run in one process. */
  var testDependencies: TestDependencies | undefined;
}

export default async function setUp(): Promise<void> {
  const bundling = bundleWorkflows();
  // Awaited below, once what must be stopped is known.
  bundling.catch(() => undefined);
  const dependencies = await startTestDependencies();
  globalThis.testDependencies = dependencies;
  process.env['TEST_RUN_FOLDER'] = dependencies.folder;
  try {
    process.env['TEST_DATABASE_URL'] = await makeTemplate(dependencies.postgresUrl);
    process.env['TEST_TEMPORAL_ADDRESS'] = dependencies.temporalAddress;
    process.env['TEST_TIME_SKIPPING_SERVER'] = dependencies.timeSkippingServerPath;
    const bundle = await bundling;
    if (bundle !== undefined) {
      const file = join(dependencies.folder, 'workflow-bundle.js');
      await writeFile(file, bundle);
      process.env['TEST_WORKFLOW_BUNDLE'] = file;
    }
  } catch (error) {
    await dependencies.stop();
    throw error;
  }
}

async function makeTemplate(adminUrl: string): Promise<string> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`create database ${TEMPLATE_DATABASE}`).finally(() => client.end());
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE_DATABASE}`;
  await migrate(url.href, join(root, 'db', 'migrations'));
  return url.href;
}

async function bundleWorkflows(): Promise<string | undefined> {
  const workflowsPath = join(root, 'workflows', 'index.ts');
  if (!existsSync(workflowsPath)) return undefined;
  const silent = () => undefined;
  const logger = {
    log: silent,
    trace: silent,
    debug: silent,
    info: silent,
    warn: console.warn,
    error: console.error,
  };
  return (await bundleWorkflowCode({ workflowsPath, logger })).code;
}
