/** The bare program, brought up beside the product on the same servers and driven by Temporal's client. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import pg from 'pg';
import type { RunFile } from '../../dev/run-file';
import { asinOf } from '../asins';
import { endChild, startChild } from '../child-program';
import type { Program } from '../lives';
import { watchStages } from '../stage-watch';
import type { BareSettings } from './worker';
import { approveUpdate, certifiedSignal, submitUpdate, type bareRequest, type BareInput } from './workflow';

export interface Bare {
  readonly plain: Program;
  /** With as few activities as the product has. */
  readonly lean: Program;
  /** Of its worker. */
  readonly pid: number;
  close(): Promise<unknown>;
}

const TASK_QUEUE = 'bare';
const DATABASE = 'bare';
/** Beyond the product's own numbers. */
const FIRST_ASIN = 50_000_000;

export const bareWorkflowId = (id: string) => `bare/${id}`;

/** @param folder for the workflow bundle */
export async function startBare(run: RunFile, folder: string, client: Client): Promise<Bare> {
  const databaseUrl = await makeDatabase(run.database.url);
  const bundleFile = join(folder, 'bare-bundle.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, 'workflow.js'),
    logger: new DefaultLogger('ERROR'),
  });
  await writeFile(bundleFile, code);
  const { address, namespace } = run.temporal;
  const settings: BareSettings = {
    address,
    namespace,
    taskQueue: TASK_QUEUE,
    databaseUrl,
    retailUrl: run.retail.url,
    skillsUrl: run.skills.url,
    bundleFile,
  };
  const { child: worker } = await startChild(join(__dirname, 'worker.js'), settings);
  const database = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  let created = 0;

  const handleOf = (id: string) => client.workflow.getHandle<typeof bareRequest>(bareWorkflowId(id));
  const create = async (lean: boolean): Promise<string> => {
    const number = (created += 1);
    const input: BareInput = { id: `bare_${number}`, asin: asinOf(FIRST_ASIN + number), lean };
    await client.workflow.start<typeof bareRequest>('bareRequest', {
      workflowId: bareWorkflowId(input.id),
      taskQueue: TASK_QUEUE,
      args: [input],
      workflowTaskTimeout: '2 seconds',
    });
    return input.id;
  };
  const watch = watchStages(async (ids) => {
    const { rows } = await database.query<{ id: string; stage: string }>({
      name: 'stages',
      text: 'select distinct on (id) id, stage from transitions where id = any($1) order by id, seq desc',
      values: [ids],
    });
    return new Map(rows.map(({ id, stage }) => [id, stage]));
  });
  const programOf = (lean: boolean): Program => ({
    name: lean ? 'lean bare program' : 'bare program',
    prepare: (count) => Promise.resolve(Array.from({ length: count }, () => () => create(lean))),
    submit: (id) => handleOf(id).executeUpdate(submitUpdate),
    approve: (id) => handleOf(id).executeUpdate(approveUpdate),
    certify: (id) => handleOf(id).signal(certifiedSignal),
    watch,
    settle: () => Promise.resolve(),
  });
  const close = async () => {
    await database.end();
    await endChild(worker);
  };
  /** Whoever ends it first has ended it for everybody. */
  let closed: Promise<void> | undefined;
  return {
    plain: programOf(false),
    lean: programOf(true),
    pid: worker.pid ?? 0,
    close: () => (closed ??= close()),
  };
}

/** A database of its own, so that the product's size stays its own. */
async function makeDatabase(productUrl: string): Promise<string> {
  const url = new URL(productUrl);
  await withClient(productUrl, (client) => client.query(`create database ${DATABASE}`));
  url.pathname = DATABASE;
  await withClient(url.href, (client) =>
    client.query(
      `create table transitions (
         id text, seq integer, stage text not null, at timestamptz not null default clock_timestamp(),
         primary key (id, seq));
       create table badges (id text primary key, at timestamptz not null default clock_timestamp())`,
    ),
  );
  return url.href;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
