/** What a rehearsal reads of the product: stages and dates of the open requests, nothing about people or products. */
import type { GoLive } from '../domain/go-live';
import type { Stage, Status } from '../domain/lifecycle';
import type { Looks } from '../domain/listing-looks';
import { marketplacesIn, type MarketplaceCode, type Region } from '../domain/marketplaces';
import type { ProductProject, ProductProjects } from '../domain/product-certification';
import { openPool, type Queryable } from '../db/pool';
import { goLiveOf } from '../db/requests';

export interface OpenRequest {
  readonly id: string;
  readonly program: string | null;
  readonly status: Status;
  readonly stage: Stage | null;
  readonly round: number;
  readonly transitionSeq: number;
  readonly marketplaces: readonly MarketplaceCode[];
  readonly goLive: GoLive | null;
  /** Why an operator is needed. */
  readonly attention: string | null;
  /** Whether the round's product has a skill to check. */
  readonly hasSkill: boolean;
  /** Of its product, the newest first, without their names and words; none for a request without a product. */
  readonly projects: ProductProjects;
  readonly badges: readonly {
    readonly marketplace: MarketplaceCode;
    readonly status: string;
    readonly effectiveAt: string;
  }[];
  /** Where its programme is suspended for its maker. */
  readonly suspendedIn: readonly MarketplaceCode[];
  /** When which listing is looked at next, as the workflow was told last; null where it was not told. */
  readonly looks: Looks | null;
  /** How often all were looked at together, where it was not. */
  readonly stagingTries: number;
  // Instants, RFC 3339.
  readonly lastTryAt: string | null;
  readonly reviewDueAt: string | null;
  readonly firstEffectiveAt: string | null;
  readonly enabledAt: string | null;
  /** When the request or its certification last changed. */
  readonly changedAt: string;
}

export interface Snapshot {
  /** When it was read, by the database's clock; RFC 3339. */
  readonly at: string;
  readonly requests: readonly OpenRequest[];
}

/** The database cannot be read as the product's; the message is for people and names no address. */
export class UnreadableDatabaseError extends Error {
  constructor(cause: unknown) {
    const { code, message } = cause as { code?: string; message?: string };
    super(`The open requests cannot be read: ${message || code || String(cause)}`, { cause });
    this.name = 'UnreadableDatabaseError';
  }
}

/**
 * Reads every open request as of one instant. The transaction is read-only: nothing can be changed.
 * @throws {UnreadableDatabaseError}
 */
export async function readOpenRequests(databaseUrl: string): Promise<Snapshot> {
  const pool = openPool({ url: databaseUrl, size: 1, name: 'rehearsal', onError: () => undefined });
  try {
    const connection = await pool.connect();
    try {
      await connection.query('begin transaction isolation level repeatable read read only');
      const snapshot = await read(connection);
      await connection.query('commit');
      return snapshot;
    } finally {
      // Closed, not given back: what failed half-way must not stay open.
      connection.release(true);
    }
  } catch (error) {
    throw new UnreadableDatabaseError(error);
  } finally {
    await pool.end();
  }
}

/** What has been there since the first migration, so that a database not migrated yet can be rehearsed, too. */
const OPEN_REQUESTS = `
  select r.id, r.program, r.status, r.stage, r.round, r.transition_seq, r.marketplaces, r.go_live_kind, r.go_live_date,
    r.attention, r.review_due_at, r.first_effective_at, r.enabled_at, greatest(r.updated_at, c.updated_at) as changed_at,
    coalesce((select s.product->'integration'->>'kind' = 'SKILL' from badge_request_rounds s
      where s.request_id = r.id and s.round = r.round), false) as has_skill,
    c.projects,
    (select coalesce(json_agg(json_build_object('marketplace', b.marketplace, 'status', b.status,
        'effectiveAt', b.effective_at)), '[]') from badges b where b.request_id = r.id) as badges,
    (select h.outcome->'looks' from badge_request_history h
      where h.request_id = r.id and h.outcome ? 'certification' order by h.transition_seq desc limit 1) as looks,
    tries.count as staging_tries, tries.last_at as last_try_at
  from badge_requests r
    cross join lateral (
      select max(p.updated_at) as updated_at,
             coalesce(json_agg(json_build_object('version', p.version, 'status', p.status, 'result', p.result,
               'marketplaces', p.marketplaces,
               'wasApproved', coalesce((to_jsonb(p)->>'was_approved')::boolean, false)) order by p.id collate "C" desc),
               '[]') as projects
        from certification_projects p where p.product_id = r.product_id
    ) c
    cross join lateral (
      select count(*)::integer as count, max(h.at) as last_at from badge_request_history h
       where h.request_id = r.id and h.action = 'stage' and h.seq > coalesce((
         select max(e.seq) from badge_request_history e
          where e.request_id = r.id and (e.action in ('approve', 'reschedule') or e.details ? 'awaitsCertification')
       ), 0)
    ) tries
  where r.status in ('NOT_SUBMITTED', 'UNDER_REVIEW', 'PENDING', 'REJECTED')
  order by r.id`;

interface Row {
  id: string;
  program: string | null;
  status: Status;
  stage: Stage | null;
  round: number;
  transition_seq: number;
  marketplaces: MarketplaceCode[];
  go_live_kind: GoLive['kind'] | null;
  go_live_date: string | null;
  attention: string | null;
  review_due_at: Date | null;
  first_effective_at: Date | null;
  enabled_at: Date | null;
  changed_at: Date;
  has_skill: boolean;
  projects: Omit<ProductProject, 'projectId' | 'reason'>[];
  badges: { marketplace: MarketplaceCode; status: string; effectiveAt: string }[];
  looks: Looks | null;
  staging_tries: number;
  last_try_at: Date | null;
}

async function read(connection: Queryable): Promise<Snapshot> {
  const clock = await connection.query<{ at: Date }>('select now() as at');
  const { rows } = await connection.query<Row>(OPEN_REQUESTS);
  const suspended = await readSuspended(connection);
  return {
    at: (clock.rows[0]?.at ?? new Date()).toISOString(),
    requests: rows.map((row) => requestOf(row, suspended.get(row.id) ?? [])),
  };
}

/** By request; a database from before there were suspensions has none. */
async function readSuspended(connection: Queryable): Promise<Map<string, Region[]>> {
  const { rows: known } = await connection.query<{ table: string | null }>(
    "select to_regclass('program_suspensions') as table",
  );
  if (known[0]?.table == null) return new Map();
  const { rows } = await connection.query<{ id: string; regions: Region[] }>(
    `select r.id, array_agg(s.region) as regions from badge_requests r
       join program_suspensions s on s.organization_id = r.organization_id and s.program = r.program
      where s.ended_at is null and r.status in ('NOT_SUBMITTED', 'UNDER_REVIEW', 'PENDING', 'REJECTED') group by r.id`,
  );
  return new Map(rows.map(({ id, regions }) => [id, regions]));
}

/** A project is called by its request and its place, so that they sort as they did. */
const OLDEST = 9_999;

const requestOf = (row: Row, suspendedRegions: readonly Region[]): OpenRequest => ({
  id: row.id,
  program: row.program,
  status: row.status,
  stage: row.stage,
  round: row.round,
  transitionSeq: row.transition_seq,
  marketplaces: row.marketplaces,
  goLive: goLiveOf(row),
  attention: row.attention,
  hasSkill: row.has_skill,
  projects: row.projects.map((project, place) => ({
    ...project,
    projectId: `${row.id}_${OLDEST - place}`,
    reason: null,
  })),
  badges: row.badges.map((badge) => ({ ...badge, effectiveAt: new Date(badge.effectiveAt).toISOString() })),
  suspendedIn: suspendedRegions.flatMap(marketplacesIn),
  looks: row.looks,
  stagingTries: row.staging_tries,
  lastTryAt: row.last_try_at?.toISOString() ?? null,
  reviewDueAt: row.review_due_at?.toISOString() ?? null,
  firstEffectiveAt: row.first_effective_at?.toISOString() ?? null,
  enabledAt: row.enabled_at?.toISOString() ?? null,
  changedAt: row.changed_at.toISOString(),
});
