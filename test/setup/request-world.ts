/**
 * A world for workflow tests: a real Temporal server, real rows, and Amazon's answers as the test says.
 * The checks are typed as the real activities; they write findings as those do.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { CheckActivities, CheckInput } from '../../activities/amazon/checks';
import { createCertificationActivities } from '../../activities/certification/tell-waiting';
import { createTransitionActivities } from '../../activities/transitions';
import { saveFindings } from '../../db/findings';
import type { Pool } from '../../db/pool';
import type { GoLive } from '../../domain/go-live';
import type { Status, Stage } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { ReasonCode } from '../../domain/reasons';
import type { Answer, CheckName, Finding, FindingSummary } from '../../domain/review';
import type { badgeRequest } from '../../workflows';
import * as contract from '../../workflows/contract';
import { createTestDatabase } from './database';

export const MAKER = { id: 'person_maker', role: 'MAKER', ownOrganization: true } as const;
export const REVIEWER = { id: 'person_reviewer', role: 'REVIEWER', ownOrganization: false } as const;
export const OPERATOR = { id: 'person_operator', role: 'OPERATOR', ownOrganization: false } as const;

/** What the outside says, by marketplace or for all; a function decides at each call. */
export interface Outside {
  /** The answer of every check; a reason code is a NO. */
  check: (check: CheckName, marketplace: MarketplaceCode) => Answer | ReasonCode;
  live: (marketplace: MarketplaceCode) => Answer;
  /** Awaited by each listing check before it answers; may throw. */
  beforeCheck: (input: CheckInput) => Promise<void>;
  beforeLiveness: (input: CheckInput) => Promise<void>;
}

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

export interface RequestForm {
  readonly goLive?: GoLive;
  readonly marketplaces?: readonly MarketplaceCode[];
  readonly productId?: string;
}

export interface Row {
  status: Status;
  stage: Stage | null;
  round: number;
  transition_seq: number;
  attention: string | null;
  marketplaces: MarketplaceCode[];
  reasons: { code: ReasonCode; marketplace: string | null; action: string }[];
  enabled_at: Date | null;
}

interface HistoryRow {
  action: string;
  to_status: string;
  at: Date;
}
interface MailRow {
  template: string;
  due_at: Date;
}
interface BadgeRow {
  marketplace: string;
  effective_at: Date;
}

export interface RequestInWorld {
  readonly id: string;
  readonly handle: WorkflowHandle<typeof badgeRequest>;
  row(): Promise<Row>;
  /** Waits until the row satisfies a condition. */
  until(condition: (row: Row) => boolean): Promise<Row>;
  history(): Promise<HistoryRow[]>;
  mails(): Promise<MailRow[]>;
  badges(): Promise<BadgeRow[]>;
  submit(commandId?: string): Promise<{ status: string; stage: string | null; round: number }>;
  approve(
    round?: number,
    commandId?: string,
  ): Promise<{ status: string; stage: string | null; round: number }>;
  reject(code: ReasonCode, round?: number): Promise<{ status: string }>;
  withdraw(): Promise<{ status: string }>;
  discard(): Promise<{ status: string }>;
  retry(): Promise<{ status: string; stage: string | null }>;
  reschedule(goLive: GoLive): Promise<{ status: string }>;
}

// Failures that a test arranges are warnings; they would drown what went wrong.
Runtime.install({ logger: new DefaultLogger('ERROR') });

// The Temporal server is shared by all files of a run.
const world = randomBytes(4).toString('hex');
let counter = 0;
const unique = (prefix: string) => `${prefix}_${world}_${(counter += 1)}`;

export interface WorldOptions {
  /** An environment with a clock of its own; else the dev server of this run. */
  readonly skipping?: { client: Client; connection: NativeConnection; now: () => Promise<string> };
  readonly maxCachedWorkflows?: number;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = await createTestDatabase();
  const { pool } = database;
  const taskQueue = unique('requests');
  const outside: Outside = {
    check: () => 'YES',
    live: () => 'YES',
    beforeCheck: async () => undefined,
    beforeLiveness: async () => undefined,
  };
  await seed(pool);
  const address = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
  const namespace = options.skipping === undefined ? 'badge-requests' : 'default';
  const native = options.skipping?.connection ?? (await NativeConnection.connect({ address }));
  const connection = options.skipping === undefined ? await Connection.connect({ address }) : undefined;
  const client = options.skipping?.client ?? new Client({ connection: connection as Connection, namespace });
  const activities = {
    ...createTransitionActivities({
      pool,
      reviewDueHours: 48,
      ...(options.skipping === undefined ? {} : { clock: options.skipping.now }),
    }),
    ...fakeChecks(pool, outside),
    ...createCertificationActivities({ pool, client, signalsPerSecond: 1000 }),
  };
  const code = readFileSync(process.env['TEST_WORKFLOW_BUNDLE'] ?? '', 'utf8');
  const startWorkers = async () => {
    // The checks' queues are the contract's: this run's worlds share them, so each world works on its own.
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue,
      workflowBundle: { code: redirectQueues(code, taskQueue) },
      activities,
      maxCachedWorkflows: options.maxCachedWorkflows ?? 100,
      stickyQueueScheduleToStartTimeout: '2 seconds',
      shutdownForceTime: '1 second',
    });
    return { worker, run: worker.run() };
  };
  let running = await startWorkers();
  const stopWorkers = async () => {
    running.worker.shutdown();
    await running.run;
  };
  return {
    pool,
    databaseUrl: database.url,
    client,
    outside,
    taskQueue,
    create: (form) => createRequest({ pool, client, taskQueue }, form),
    certify: (projectId, change) => certify({ pool, client }, projectId, change),
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

function fakeChecks(pool: Pool, outside: Outside): CheckActivities {
  const find = (check: CheckName, marketplace: MarketplaceCode): Finding => {
    const said = outside.check(check, marketplace);
    const isAnswer = said === 'YES' || said === 'NO' || said === 'UNKNOWN';
    const codes: ReasonCode[] = isAnswer ? [] : [said];
    return {
      check,
      marketplace,
      answer: isAnswer ? said : 'NO',
      code: codes[0] ?? null,
      codes,
      found: {},
      expected: {},
      checkedAt: '2026-11-22T10:00:00.000Z',
    };
  };
  const keep = async (input: CheckInput, checks: readonly CheckName[]): Promise<FindingSummary[]> => {
    const findings = checks.flatMap((check) => input.marketplaces.map((code) => find(check, code)));
    await saveFindings(pool, input.subject, findings);
    return findings.map(({ check, marketplace, answer }) => ({ check, marketplace, answer }));
  };
  return {
    async checkListings(input) {
      await outside.beforeCheck(input);
      return keep(input, ['ASIN_LIVE', 'LISTING_MATCHES']);
    },
    checkSkill: (input) => keep(input, ['SKILL_PUBLISHED']),
    async checkLiveness(input) {
      await outside.beforeLiveness(input);
      return input.marketplaces.map((marketplace) => ({
        check: 'ASIN_LIVE',
        marketplace,
        answer: outside.live(marketplace),
      }));
    },
  };
}

export const PROJECT = 'cert_one';
export const PRODUCT = 'prod_one';
const everywhere = [
  'US',
  'CA',
  'MX',
  'BR',
  'UK',
  'IE',
  'DE',
  'FR',
  'IT',
  'ES',
  'NL',
  'IN',
  'SA',
  'AE',
  'AU',
  'JP',
];

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
    [PROJECT, PRODUCT, everywhere],
  );
  await pool.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ($1, 'org_one', 'Lamp', 'Brand', 'M-1', 'LIGHT', $2, $3, 1)`,
    [PRODUCT, { kind: 'SKILL', skillId: 'amzn1.ask.skill.one', vendorId: 'V' }, PROJECT],
  );
}

type Parts = Pick<World, 'pool' | 'client' | 'taskQueue'>;

async function createRequest(
  { pool, client, taskQueue }: Parts,
  { goLive, marketplaces, productId }: RequestForm = {},
): Promise<RequestInWorld> {
  const id = unique('br');
  const asin = `B0${String((counter += 1)).padStart(8, '0')}`;
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, identifier_type,
        identifier_code, asin, go_live_kind, go_live_date, marketplaces)
     values ($1, 'org_one', 'person_maker', 'WWA', $2, 'UPC', '036000291452', $3, $4, $5, $6)`,
    [
      id,
      productId ?? PRODUCT,
      asin,
      goLive?.kind ?? 'AS_SOON_AS_POSSIBLE',
      goLive?.kind === 'ON_DATE' ? goLive.date : null,
      marketplaces ?? ['US'],
    ],
  );
  const handle = await client.workflow.start<typeof badgeRequest>(contract.workflowTypes.badgeRequest, {
    workflowId: contract.workflowIds.badgeRequest(id),
    taskQueue,
    args: [{ requestId: id }],
    workflowTaskTimeout: contract.WORKFLOW_TASK_TIMEOUT_MS,
  });
  const command = (actor: contract.CommandActor, commandId = unique('command')) => ({ commandId, actor });
  const row = async () => {
    const { rows } = await pool.query<Row>('select * from badge_requests where id = $1', [id]);
    if (rows[0] === undefined) throw new Error(`There is no ${id}.`);
    return rows[0];
  };
  return {
    id,
    handle,
    row,
    async until(condition) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const now = await row();
        if (condition(now)) return now;
        if (Date.now() > deadline) throw new Error(`Still ${now.status} ${now.stage ?? ''}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async history() {
      return (
        await pool.query<HistoryRow>(
          'select * from badge_request_history where request_id = $1 order by seq',
          [id],
        )
      ).rows;
    },
    async mails() {
      return (await pool.query<MailRow>('select * from mail_outbox where request_id = $1 order by id', [id]))
        .rows;
    },
    async badges() {
      return (
        await pool.query<BadgeRow>('select * from badges where request_id = $1 order by marketplace', [id])
      ).rows;
    },
    submit: (commandId) =>
      handle.executeUpdate(contract.submitUpdate, {
        args: [command(MAKER, commandId)],
        ...(commandId === undefined ? {} : { updateId: commandId }),
      }),
    approve: (round = 1, commandId) =>
      handle.executeUpdate(contract.approveUpdate, { args: [{ ...command(REVIEWER, commandId), round }] }),
    async reject(code, round = 1) {
      const given = command(REVIEWER);
      await pool.query(
        `insert into reviewer_decisions (command_id, request_id, round, reviewer_id, reasons) values ($1, $2, $3, $4, $5)`,
        [
          given.commandId,
          id,
          round,
          REVIEWER.id,
          JSON.stringify([{ code, action: 'Do it.', marketplace: null }]),
        ],
      );
      return handle.executeUpdate(contract.rejectUpdate, { args: [{ ...given, round }] });
    },
    withdraw: () => handle.executeUpdate(contract.withdrawUpdate, { args: [command(MAKER)] }),
    discard: () => handle.executeUpdate(contract.discardUpdate, { args: [command(MAKER)] }),
    retry: () => handle.executeUpdate(contract.retryUpdate, { args: [command(OPERATOR)] }),
    reschedule: (goLive) =>
      handle.executeUpdate(contract.rescheduleUpdate, { args: [{ ...command(MAKER), goLive }] }),
  };
}

async function certify(
  { pool, client }: Pick<World, 'pool' | 'client'>,
  projectId: string,
  change: { status: string; result?: string; marketplaces?: string[] },
): Promise<void> {
  const { rows } = await pool.query<{ version: number }>(
    `update certification_projects set version = version + 1, status = $2, result = $3,
            marketplaces = coalesce($4, marketplaces) where id = $1 returning version`,
    [projectId, change.status, change.result ?? null, change.marketplaces ?? null],
  );
  const verdict =
    change.result === 'APPROVED' ? 'APPROVED' : change.status === 'ON_HOLD' ? 'OPEN' : 'REFUSED';
  const waiting = await pool.query<{ id: string }>("select id from badge_requests where status = 'PENDING'");
  for (const { id } of waiting.rows)
    await client.workflow
      .getHandle(contract.workflowIds.badgeRequest(id))
      .signal(contract.certificationChangedSignal, { projectId, version: rows[0]?.version ?? 0, verdict });
}
