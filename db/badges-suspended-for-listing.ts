/** Badges that are suspended for what their listings are: only the workflow of their request sees when that is right again. */
import type { MarketplaceCode } from '../domain/marketplaces';
import type { ReasonCode } from '../domain/reasons';
import { prepared, type Queryable } from './pool';
import { PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';

export interface SuspendedForListing {
  readonly requestId: string;
  readonly badges: readonly {
    readonly marketplace: MarketplaceCode;
    /** What its maker was warned of last; empty where nothing tells. */
    readonly codes: readonly ReasonCode[];
    /** When it is removed, still wrong; RFC 3339, null where nothing tells. */
    readonly removeAt: string | null;
  }[];
}

/** How often it is seen to that somebody watches one; its listing is looked at as often. */
const WATCHED_EVERY_HOURS = 24;

/** As in the predicate of the index badges_suspended_for_listing. Audits leave these badges alone, and their instant to this. */
const SUSPENDED = `b.status = 'SUSPENDED' and 'LISTING' = any(b.causes)
  and ${PRESENT_STATUS} = 'SUSPENDED' and 'LISTING' = any(${PRESENT_CAUSES})`;

/** Details of the last entry of an action that names the badge `b`, in SQL. */
const lastOf = (action: string, condition = 'true') =>
  `(select h.details from badge_request_history h
     where h.request_id = b.request_id and h.action = '${action}' and ${condition}
       and h.details->'marketplaces' ? b.marketplace order by h.seq desc limit 1)`;

/** Requests with such badges of which it is time to see whether they are watched, with all of them; at most `limit`. */
export async function listSuspendedForListing(db: Queryable, limit: number): Promise<SuspendedForListing[]> {
  const { rows } = await db.query<{ request_id: string; badges: SuspendedForListing['badges'] }>(
    prepared(
      `select b.request_id, json_agg(json_build_object('marketplace', b.marketplace,
                'codes', coalesce(${lastOf('warn')}->'codes', '[]'),
                'removeAt', ${lastOf('suspend', `h.details->>'cause' = 'LISTING'`)}->>'removeAt')) as badges
         from badges b
        where ${SUSPENDED} and b.request_id in (
          select distinct b.request_id from badges b where ${SUSPENDED} and b.audit_due_at <= now()
           order by b.request_id limit $1)
        group by b.request_id order by b.request_id`,
      [limit],
    ),
  );
  return rows.map((row) => ({ requestId: row.request_id, badges: row.badges }));
}

/** Notes that somebody watches all such badges of some requests. */
export async function markWatched(db: Queryable, requestIds: readonly string[]): Promise<void> {
  await db.query(
    prepared(
      `update badges b set audit_due_at = now() + make_interval(hours => ${WATCHED_EVERY_HOURS})
        where b.request_id = any($1::text[]) and ${SUSPENDED}`,
      [requestIds],
    ),
  );
}
