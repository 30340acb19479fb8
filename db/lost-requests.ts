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
 * Since when the projects that decide about marketplaces of the request `r` say that it loses some of them, whose badges are
 * not effective, and that others are certified that have no badge yet; in SQL, `c`. Null: nothing of the kind.
 */
const DECIDED = `(
  select max(d.updated_at) filter (
             where d.status in (${refused.join(', ')}) or d.status = 'COMPLETE' and d.result in ('REJECTED', 'REVOKED')
           ) as refused_at,
         max(d.updated_at) filter (
           where d.status = 'COMPLETE' and d.result = 'APPROVED' and not exists (
             select 1 from badges b where b.request_id = r.id and b.marketplace = d.code)) as approved_at
    from (select distinct on (m.code) m.code, c.status, c.result, c.updated_at
            from unnest(r.marketplaces) as m(code)
              join certification_projects c on c.product_id = r.product_id and m.code = any(c.marketplaces)
           where r.status = 'PENDING' and not exists (
             select 1 from badges b where b.request_id = r.id and b.marketplace = m.code and b.effective_at <= now())
           order by m.code, c.id collate "C" desc) d)`;

/**
 * Since when the service has something to do for the request `r`, about whose certification `c` says what was decided and whose
 * next look at a listing is `look.at`; in SQL. Null where it waits for somebody.
 */
const DUE_SINCE = `case
    when r.stage = 'CHECKING' then r.updated_at
    when r.status <> 'PENDING' or r.stage = 'NEEDS_ATTENTION' then null
    when c.refused_at is not null then greatest(r.updated_at, c.refused_at)
    when r.enabled_at is not null then r.enabled_at
    when c.approved_at is not null then greatest(r.updated_at, c.approved_at, look.at)
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
           cross join lateral ${DECIDED} c
           left join lateral (
             select min(coalesce((l.look->>'at')::timestamptz, '-infinity')) as at
               from (select h.outcome->'looks' as looks from badge_request_history h
                      where h.request_id = r.id and h.outcome ? 'looks' order by h.transition_seq desc limit 1) h
                 cross join lateral jsonb_each(h.looks) as l(marketplace, look)
           ) look on r.enabled_at is null and c.approved_at is not null
        where r.status in ('UNDER_REVIEW', 'PENDING') and r.id > $1
          and r.updated_at < now() - make_interval(mins => ${SETTLED_AFTER_MINUTES})
        order by r.id limit $2`,
      [after, limit],
    ),
  );
  return rows.map(({ id, seq, is_overdue: isOverdue }) => ({ id, seq, isOverdue }));
}
