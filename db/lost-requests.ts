/** Requests that may have lost their workflow, or whose workflow may be behind what it has recorded. */
import { CERTIFICATION_STATUSES, certificationVerdict } from '../domain/certification';
import { prepared, type Queryable } from './pool';

/** A workflow is listed a moment after it has begun. */
const SETTLED_AFTER_MINUTES = 10;
/** So long what the service is to do may be due before it is asked why it is not done. */
const OVERDUE_AFTER_MINUTES = 60;

/** A request that something is to become of without its maker. */
export interface UnderWay {
  readonly id: string;
  /** Of its last transition. */
  readonly seq: number;
  /** Whether the service has left undone for long what its rows say is due. */
  readonly isOverdue: boolean;
}

const refused = CERTIFICATION_STATUSES.filter(
  (status) => certificationVerdict({ status, result: null }) === 'REFUSED',
).map((status) => `'${status}'`);

/**
 * Since when the service has something to do for the request `r`, whose product's project is `c` and whose next look at a
 * listing `look.at`; in SQL. Null where it waits for somebody.
 */
const DUE_SINCE = `case
    when r.stage = 'CHECKING' then r.updated_at
    when r.status <> 'PENDING' or r.stage = 'NEEDS_ATTENTION' then null
    when c.status in (${refused.join(', ')}) or c.status = 'COMPLETE' and c.result in ('REJECTED', 'REVOKED')
      then greatest(r.updated_at, c.updated_at)
    when r.enabled_at is not null then r.enabled_at
    when c.status = 'COMPLETE' and c.result = 'APPROVED' then greatest(r.updated_at, c.updated_at, look.at)
  end`;

/** Requests under way by id, after a given one; at most `limit`. Those that have changed just now are left out. */
export async function listUnderWay(
  db: Queryable,
  { after, limit }: { after: string; limit: number },
): Promise<UnderWay[]> {
  const { rows } = await db.query<{ id: string; seq: number; is_overdue: boolean }>(
    prepared(
      `select r.id, r.transition_seq as seq,
              coalesce(${DUE_SINCE} < now() - make_interval(mins => ${OVERDUE_AFTER_MINUTES}), false) as is_overdue
         from badge_requests r
           left join products p on p.id = r.product_id left join certification_projects c on c.id = p.project_id
           left join lateral (
             select min(coalesce((l.look->>'at')::timestamptz, '-infinity')) as at
               from (select h.outcome->'looks' as looks from badge_request_history h
                      where h.request_id = r.id and h.outcome ? 'looks' order by h.transition_seq desc limit 1) h
                 cross join lateral jsonb_each(h.looks) as l(marketplace, look)
           ) look on r.enabled_at is null and c.status = 'COMPLETE'
        where r.status in ('UNDER_REVIEW', 'PENDING') and r.id > $1
          and r.updated_at < now() - make_interval(mins => ${SETTLED_AFTER_MINUTES})
        order by r.id limit $2`,
      [after, limit],
    ),
  );
  return rows.map(({ id, seq, is_overdue: isOverdue }) => ({ id, seq, isOverdue }));
}
