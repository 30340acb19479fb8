/** A world for workflow tests: a real Temporal server, real rows, and Amazon's answers as the test says. */
import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { CheckActivities } from '../../activities/amazon/checks';
import { createReconciliation } from '../../activities/certification/reconciliation';
import { tellProject } from '../../activities/certification/project-news';
import { createCertificationActivities } from '../../activities/certification/tell-waiting';
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { createTransitionActivities } from '../../activities/transitions';
import type { Pool } from '../../db/pool';
import { MARKETPLACE_CODES } from '../../domain/marketplaces';
import { defaultProgramSettings, type SettingsByProgram } from '../../domain/program-settings';
import { createTestDatabase } from './database';
import { createOutside, fakeChecks, type Outside } from './outside-fakes';
import { reviewTerm } from './review-term';
import { createRequest, PRODUCT, type RequestForm, type RequestInWorld, unique } from './world-requests';

export { MAKER, OPERATOR, PRODUCT, REVIEWER, type RequestForm, type RequestInWorld } from './world-requests';

export interface World {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly client: Client;
  readonly outside: Outside;
  /** The queue of this world's requests. */
  readonly taskQueue: string;
  create(form?: RequestForm): Promise<RequestInWorld>;
  certify(
    projectId: string,
    change: { status: string; result?: string; marketplaces?: string[] },
  ): Promise<void>;
  /** Ends the worker as a kill does: what it held is lost. */
  restartWorker(): Promise<void>;
  close(): Promise<void>;
}

// Failures that a test arranges are warnings; they would drown what went wrong.
Runtime.install({ logger: new DefaultLogger('ERROR') });

export interface WorldOptions {
  /** An environment with a clock of its own; else the dev server of this run. */
  readonly skipping?: { client: Client; connection: NativeConnection; now: () => Promise<string> };
  readonly maxCachedWorkflows?: number;
  readonly stagingRetryDays?: number;
  /** The checks' activities, in place of those that answer as `outside` says. */
  readonly checks?: (pool: Pool) => CheckActivities;
  /** Absent: as by default. */
  readonly programs?: SettingsByProgram;
  /** Whether the requests' own worker asks the outside; absent: it does. */
  readonly asksHere?: boolean;
  /** What its worker does beside a request's own activities. */
  readonly activities?: (pool: Pool) => object;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = await createTestDatabase();
  const { pool } = database;
  const taskQueue = unique('requests');
  const { asksHere = true } = options;
  const outsideQueue = asksHere ? taskQueue : `${taskQueue}-outside`;
  const outside = createOutside();
  await seed(pool);
  const address = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
  const namespace = options.skipping === undefined ? 'badge-requests' : 'default';
  const native = options.skipping?.connection ?? (await NativeConnection.connect({ address }));
  const connection = options.skipping === undefined ? await Connection.connect({ address }) : undefined;
  const client = options.skipping?.client ?? new Client({ connection: connection as Connection, namespace });
  const recorder = { pool, ...(options.skipping === undefined ? {} : { clock: options.skipping.now }) };
  const activities = {
    ...createTransitionActivities({
      ...recorder,
      reviewTerm,
      programs: options.programs ?? defaultProgramSettings,
      stagingRetryDays: options.stagingRetryDays ?? 30,
      asksHere,
    }),
    ...createRemedyRecordings({ ...recorder, graceDays: 7, removeDays: 90 }),
    ...(options.checks?.(pool) ?? fakeChecks(pool, outside)),
    ...createCertificationActivities({ pool, client, taskQueue, signalsPerSecond: 1000 }),
    ...createReconciliation({ pool, client, taskQueue, signalsPerSecond: 1000 }),
    ...options.activities?.(pool),
  };
  const code = readFileSync(process.env['TEST_WORKFLOW_BUNDLE'] ?? '', 'utf8');
  const startWorkers = async () => {
    const common = { connection: native, namespace, activities, shutdownForceTime: '1 second' } as const;
    // The checks' queues are the contract's: this run's worlds share them, so each world works on its own.
    const requests = await Worker.create({
      ...common,
      taskQueue,
      workflowBundle: { code: redirectQueues(code, outsideQueue) },
      maxCachedWorkflows: options.maxCachedWorkflows ?? 100,
      stickyQueueScheduleToStartTimeout: '2 seconds',
    });
    const workers = asksHere
      ? [requests]
      : [requests, await Worker.create({ ...common, taskQueue: outsideQueue })];
    const run = Promise.all(workers.map((worker) => worker.run()));
    return { workers, run };
  };
  let running = await startWorkers();
  const stopWorkers = async () => {
    for (const worker of running.workers) worker.shutdown();
    await running.run;
  };
  return {
    pool,
    databaseUrl: database.url,
    client,
    outside,
    taskQueue,
    create: (form) => createRequest({ pool, client, taskQueue }, form),
    certify: (projectId, change) => certify({ pool, client, taskQueue }, projectId, change),
    async restartWorker() {
      await stopWorkers();
      running = await startWorkers();
    },
    async close() {
      await stopWorkers();
      if (connection !== undefined) {
        await connection.close();
        await native.close();
      }
      await database.drop();
    },
  };
}

/** Bundled workflow code whose outside activities stay on one world's queue. */
function redirectQueues(code: string, taskQueue: string): string {
  return code
    .replaceAll("catalog: 'catalog'", `catalog: '${taskQueue}'`)
    .replaceAll("skills: 'skills'", `skills: '${taskQueue}'`)
    .replaceAll("certification: 'certification'", `certification: '${taskQueue}'`);
}

export const PROJECT = 'cert_one';

async function seed(pool: Pool): Promise<void> {
  await pool.query("insert into organizations (id, name) values ('org_one', 'One')");
  await pool.query(
    `insert into people (id, name, email, role, organization_id) values
       ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one'),
       ('person_reviewer', 'Reviewer', 'reviewer@badges.example', 'REVIEWER', null),
       ('person_operator', 'Operator', 'operator@badges.example', 'OPERATOR', null)`,
  );
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
     values ($1, 'org_one', $2, 1, 'UNDER_TEST', $3)`,
    [PROJECT, PRODUCT, MARKETPLACE_CODES],
  );
  await pool.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ($1, 'org_one', 'Lamp', 'Brand', 'M-1', 'LIGHT', $2, $3, 1)`,
    [PRODUCT, { kind: 'SKILL', skillId: 'amzn1.ask.skill.one', vendorId: 'V' }, PROJECT],
  );
}

async function certify(
  { pool, client, taskQueue }: Pick<World, 'pool' | 'client' | 'taskQueue'>,
  projectId: string,
  change: { status: string; result?: string; marketplaces?: string[] },
): Promise<void> {
  await pool.query(
    `update certification_projects set version = version + 1, status = $2, result = $3,
            marketplaces = coalesce($4, marketplaces) where id = $1`,
    [projectId, change.status, change.result ?? null, change.marketplaces ?? null],
  );
  await tellProject({ pool, client, taskQueue, signalsPerSecond: 5_000 }, projectId, 'LET_IT_GO_ON');
}
