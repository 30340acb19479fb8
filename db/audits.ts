/** Badges whose listings are due to be looked at again: taken in batches, each of one marketplace. */
import { PRESENT_STATUS } from './present-causes';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { ReviewSubject } from '../domain/review';
import { PRESENT_NAMES, reviewSubjectOf, type SubjectRow } from './findings';
import { prepared, type Queryable } from './pool';

/** A badge that is due, and what its listing is held against. */
export interface DueBadge {
  readonly requestId: string;
  readonly marketplace: MarketplaceCode;
  readonly subject: ReviewSubject;
}

/** Badges that nobody else takes until the lease ends. */
export interface AuditBatch {
  readonly marketplace: MarketplaceCode;
  /** When they are due again unless they are put off before. */
  readonly leaseEndsAt: Date;
  /** One at least. */
  readonly badges: readonly DueBadge[];
}

export interface AuditWish {
  /** The marketplaces to choose from. */
  readonly marketplaces: readonly MarketplaceCode[];
  /** Badges at the most. */
  readonly most: number;
  /** So many are worth a call to the catalogue; fewer wait for company, */
  readonly enough: number;
  /** but no longer than this after they were due, in seconds. */
  readonly slackSeconds: number;
  /** How long they are nobody else's, in seconds. */
  readonly leaseSeconds: number;
}

/** As in the predicate of the index badges_by_audit_due. */
const SHOWN = `(b.status = 'STAGED' or b.planned_action = 'reinstate')
  and ${PRESENT_STATUS} = 'ENABLED'`;

/** As in the predicate of the index badges_taken_by_plan. */
const TAKEN_BY_PLAN = `b.status = 'STAGED' and b.planned_action in ('suspend', 'remove') and b.planned_at <= now()`;
/** They are nobody's to look at until a transition records what has become of them, which sets it anew. */
const PUT_FAR_OFF_DAYS = 30;
const PUT_FAR_OFF_AT_ONCE = 1000;

interface DueRow extends SubjectRow {
  request_id: string;
  marketplace: MarketplaceCode;
  audit_due_at: Date;
}

/**
 * Takes badges that are due, of the marketplace that has waited longest, in one statement. They are due again when
 * the lease ends, so that nothing is left undone by whoever is killed meanwhile. Those that a plan has taken away are put
 * far off: they would be passed over at each look.
 * @returns null when too few are due, or others have them in hand
 */
export async function takeDueBadges(db: Queryable, wish: AuditWish): Promise<AuditBatch | null> {
  const { marketplaces, most, enough, slackSeconds, leaseSeconds } = wish;
  const { rows } = await db.query<DueRow>(
    prepared(
      `with backlog as materialized (
         select m.code from unnest($1::text[]) as m(code)
          cross join lateral (
            select count(*) as due, min(first.audit_due_at) as since from (
              select b.audit_due_at from badges b join badge_requests r on r.id = b.request_id
               where b.marketplace = m.code and b.audit_due_at <= now() and ${SHOWN}
               order by b.audit_due_at limit $3) first) d
          where d.due = $3 or d.since <= now() - make_interval(secs => $4)
          order by d.since limit 1),
       taken as materialized (
         select b.request_id, b.marketplace, r.round from badges b join badge_requests r on r.id = b.request_id
          where b.marketplace = (select code from backlog) and b.audit_due_at <= now() and ${SHOWN}
          order by b.audit_due_at limit $2 for no key update of b skip locked),
       gone as materialized (
         select b.request_id, b.marketplace from badges b where ${TAKEN_BY_PLAN} and b.audit_due_at <= now()
          limit ${PUT_FAR_OFF_AT_ONCE} for no key update skip locked),
       put_off as (
         update badges b set audit_due_at = now() + interval '${PUT_FAR_OFF_DAYS} days' from gone g
          where b.request_id = g.request_id and b.marketplace = g.marketplace)
       update badges b
          set audit_due_at = date_trunc('milliseconds', now() + make_interval(secs => $5))
         from taken t join badge_request_rounds d on d.request_id = t.request_id and d.round = t.round
        where b.request_id = t.request_id and b.marketplace = t.marketplace
       returning b.request_id, b.marketplace, b.audit_due_at, d.form, d.product,
                 ${PRESENT_NAMES} as present_names`,
      [marketplaces, most, enough, slackSeconds, leaseSeconds],
    ),
  );
  const first = rows[0];
  if (first === undefined) return null;
  return {
    marketplace: first.marketplace,
    leaseEndsAt: first.audit_due_at,
    badges: rows.map((row) => ({
      requestId: row.request_id,
      marketplace: row.marketplace,
      subject: reviewSubjectOf(row),
    })),
  };
}

/**
 * Puts badges of a batch off; what somebody else has taken since, because the lease had ended, stays theirs.
 * @param seconds how long each is put off, by the request's id
 */
export async function putOffAudits(
  db: Queryable,
  { marketplace, leaseEndsAt }: AuditBatch,
  seconds: ReadonlyMap<string, number>,
): Promise<void> {
  await db.query(
    prepared(
      `update badges b set audit_due_at = now() + make_interval(secs => n.seconds)
         from unnest($3::text[], $4::float8[]) as n(request_id, seconds)
        where b.request_id = n.request_id and b.marketplace = $1 and b.audit_due_at = $2`,
      [marketplace, leaseEndsAt, [...seconds.keys()], [...seconds.values()]],
    ),
  );
}
