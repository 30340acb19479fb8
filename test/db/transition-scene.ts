/** Requests to record transitions of, on one clock: each has a product and a certification project of its own. */
import { createRemedyRecordings, type RemedyRecordings } from '../../activities/remedy/recording';
import { createTransitionActivities, type TransitionActivities } from '../../activities/transitions';
import { saveFindings } from '../../db/findings';
import type { Pool } from '../../db/pool';
import type { TransitionRef } from '../../db/transitions/record';
import type { GoLive } from '../../domain/go-live';
import type { Stage, Status } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { ReasonCode } from '../../domain/reasons';
import type { CheckName, Finding } from '../../domain/review';
import { createTestDatabase } from '../setup/database';
import { reviewTerm } from '../setup/review-term';

export const people = {
  maker: { id: 'person_maker', role: 'MAKER' },
  reviewer: { id: 'person_reviewer', role: 'REVIEWER' },
  operator: { id: 'person_operator', role: 'OPERATOR' },
} as const;
export type Person = (typeof people)[keyof typeof people];

/** Everything that transitions leave of a request, as it is stored. */
export interface Traces {
  readonly row: {
    readonly status: Status;
    readonly stage: Stage | null;
    readonly version: number;
  } & Readonly<Record<string, unknown>>;
  readonly history: readonly {
    action: string;
    from_status: string;
    to_status: string;
    at: string;
    details: Record<string, unknown>;
  }[];
  readonly mails: readonly { template: string; due_at: string; props: Record<string, unknown> }[];
  readonly rounds: readonly Record<string, unknown>[];
  readonly badges: readonly { marketplace: string; effective_at: string; status: string; causes: string[] }[];
  readonly commands: readonly Record<string, unknown>[];
}

export interface RequestOptions {
  readonly asin?: string | null;
  readonly goLive?: GoLive;
  readonly marketplaces?: readonly MarketplaceCode[];
  readonly organization?: 'org_one' | 'org_two';
  readonly productOf?: 'org_one' | 'org_two';
}

/** One transition that was recorded, to be recorded again. */
export interface Step {
  readonly outcome: unknown;
  readonly repeat: () => Promise<unknown>;
}

export interface SceneRequest {
  readonly id: string;
  readonly projectId: string;
  /** In the order in which they were recorded, from number 1. */
  readonly steps: readonly Step[];
  /** The reference of the transition that is recorded next. */
  next(by?: Person | null, commandId?: string): TransitionRef;
  /** Records the next transition. */
  record<Outcome>(write: (ref: TransitionRef) => Promise<Outcome>, by?: Person | null): Promise<Outcome>;
  certify(change: { status: string; result?: string; marketplaces?: readonly string[] }): Promise<void>;
  /** Keeps what the checks of this round found; a reason code is a NO. */
  find(said?: 'YES' | ReasonCode): Promise<void>;
  decide(commandId: string, round?: number): Promise<void>;
  place(status: Status, stage: Stage | null): Promise<void>;
  traces(): Promise<Traces>;
}

export interface Scene {
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly activities: TransitionActivities;
  /** The database's clock, as the transitions read it. */
  now: string;
  create(options?: RequestOptions): Promise<SceneRequest>;
  readonly badgeActivities: RemedyRecordings;
  /** A request that a reviewer has approved. */
  approved(options?: RequestOptions): Promise<SceneRequest>;
  close(): Promise<void>;
}

let counter = 0;
const unique = (prefix: string) => `${prefix}_${String((counter += 1)).padStart(4, '0')}`;

export async function createScene(): Promise<Scene> {
  const database = await createTestDatabase();
  const { pool } = database;
  await pool.query("insert into organizations (id, name) values ('org_one', 'One'), ('org_two', 'Two')");
  await pool.query(
    `insert into people (id, name, email, role, organization_id) values
       ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one'),
       ('person_other', 'Other', 'maker@two.example', 'MAKER', 'org_two'),
       ('person_reviewer', 'Reviewer', 'reviewer@badges.example', 'REVIEWER', null),
       ('person_operator', 'Operator', 'operator@badges.example', 'OPERATOR', null)`,
  );
  const scene: Scene = {
    pool,
    databaseUrl: database.url,
    now: '2027-01-10T12:00:00.000Z',
    activities: createTransitionActivities({
      pool,
      reviewTerm,
      stagingRetryDays: 30,
      clock: () => scene.now,
    }),
    badgeActivities: createRemedyRecordings({ pool, clock: () => scene.now, graceDays: 7, removeDays: 90 }),
    create: (options) => createRequest(pool, options),
    async approved(options) {
      const request = await createRequest(pool, options);
      await request.record(scene.activities.recordSubmission, people.maker);
      await request.find();
      await request.record(scene.activities.recordChecks);
      await request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer);
      return request;
    },
    close: () => database.drop(),
  };
  return scene;
}

async function createRequest(pool: Pool, options: RequestOptions = {}): Promise<SceneRequest> {
  const { goLive, marketplaces = ['US'], organization = 'org_one' } = options;
  const id = unique('br');
  const projectId = unique('cert');
  await insertProduct(pool, { productId: `prod_${id}`, projectId, owner: options.productOf ?? organization });
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, identifier_type,
        identifier_code, asin, go_live_kind, go_live_date, marketplaces)
     values ($1, $2, 'person_maker', 'WWA', $3, 'UPC', '036000291452', $4, $5, $6, $7)`,
    [
      id,
      organization,
      `prod_${id}`,
      options.asin === undefined ? `B0${unique('').slice(1).padStart(8, '0')}` : options.asin,
      goLive?.kind ?? 'AS_SOON_AS_POSSIBLE',
      goLive?.kind === 'ON_DATE' ? goLive.date : null,
      marketplaces,
    ],
  );
  const steps: Step[] = [];
  const request: SceneRequest = {
    id,
    projectId,
    steps,
    next: (by = null, commandId = unique('command')) => ({
      requestId: id,
      seq: steps.length + 1,
      command: by === null ? null : { commandId, actor: by },
    }),
    async record(write, by = null) {
      const ref = request.next(by);
      const outcome = await write(ref);
      steps.push({ outcome, repeat: () => write(ref) });
      return outcome;
    },
    async certify({ status, result = null, marketplaces: covered = null }) {
      await pool.query(
        `update certification_projects set version = version + 1, status = $2, result = $3,
                marketplaces = coalesce($4, marketplaces),
                was_approved = was_approved or ($2 = 'COMPLETE' and $3 in ('APPROVED', 'REVOKED')) is true where id = $1`,
        [projectId, status, result, covered],
      );
    },
    find: (said = 'YES') => findInRound(pool, id, marketplaces, said),
    async decide(commandId, round = 1) {
      await pool.query(
        `insert into reviewer_decisions (command_id, request_id, round, reviewer_id, reasons)
         values ($1, $2, $3, 'person_reviewer', '[{"code": "IMAGE_MISMATCH"}]')`,
        [commandId, id, round],
      );
    },
    async place(status, stage) {
      await pool.query('update badge_requests set status = $2, stage = $3 where id = $1', [
        id,
        status,
        stage,
      ]);
    },
    traces: () => readTraces(pool, id),
  };
  return request;
}

async function insertProduct(
  pool: Pool,
  { productId, projectId, owner }: { productId: string; projectId: string; owner: string },
): Promise<void> {
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
     values ($1, $2, $3, 1, 'UNDER_TEST', '{US,JP,DE}')`,
    [projectId, owner, productId],
  );
  await pool.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ($1, $2, 'Lamp', 'Brand', 'M-1', 'LIGHT', '{"kind": "NONE"}', $3, 1)`,
    [productId, owner, projectId],
  );
}

async function findInRound(
  pool: Pool,
  id: string,
  marketplaces: readonly MarketplaceCode[],
  said: 'YES' | ReasonCode,
): Promise<void> {
  const { rows } = await pool.query<{ round: number }>('select round from badge_requests where id = $1', [
    id,
  ]);
  const about = { found: {}, expected: {}, checkedAt: '2027-01-10T12:00:00.000Z' };
  const findOne = (check: CheckName, marketplace: MarketplaceCode): Finding =>
    said === 'YES'
      ? { ...about, check, marketplace, answer: 'YES', codes: [], undecided: [] }
      : { ...about, check, marketplace, answer: 'NO', codes: [said], undecided: [] };
  const findings = marketplaces.flatMap((marketplace) =>
    (['ASIN_LIVE', 'LISTING_MATCHES'] as const).map((check) => findOne(check, marketplace)),
  );
  await saveFindings(pool, { requestId: id, round: rows[0]?.round ?? 0 }, findings);
}

/** Each badge in words: where, its recorded status, and what suspends it. */
export const describeBadges = (badges: Traces['badges']): string[] =>
  badges.map(({ marketplace, status, causes }) => [marketplace, status, ...causes].join(' ')).sort();

async function readTraces(pool: Pool, id: string): Promise<Traces> {
  const all = (table: string, order: string) =>
    `(select coalesce(jsonb_agg(to_jsonb(t) order by ${order}), '[]') from ${table} t where request_id = $1)`;
  const { rows } = await pool.query<Traces>(
    `select to_jsonb(r) as row,
            ${all('badge_request_history', 't.seq')} as history,
            ${all('mail_outbox', 't.id')} as mails,
            ${all('badge_request_rounds', 't.round')} as rounds,
            ${all('badges', 't.effective_at, t.marketplace')} as badges,
            ${all('unconfirmed_commands', 't.command_id')} as commands
       from badge_requests r where r.id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Error(`There is no ${id}.`);
  return rows[0];
}
