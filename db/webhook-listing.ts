/** What makers see of what their webhook endpoints were told. */
import type { Status } from '../domain/lifecycle';
import type { Queryable } from './pool';
import type { Attempt } from './webhook-deliveries';

/** A delivery as its organization sees it; instants are RFC 3339. */
export interface ListedDelivery extends Attempt {
  readonly id: string;
  readonly requestId: string | null;
  readonly asin: string | null;
  readonly variant: string | null;
  readonly commentId: string | null;
  readonly seq: number | null;
  readonly action: string | null;
  readonly from: Status | null;
  readonly to: Status | null;
  readonly details: Record<string, unknown> | null;
  readonly dueAt: string;
  readonly status: 'WAITING' | 'DELIVERED' | 'GIVEN_UP' | 'PAUSED';
  readonly attempts: number;
  readonly attemptedAt: string | null;
  readonly nextAttemptAt: string | null;
}

interface ListedRow {
  id: string;
  request_id: string | null;
  asin: string | null;
  variant: string | null;
  comment_id: string | null;
  seq: number | null;
  action: string | null;
  from_status: Status | null;
  to_status: Status | null;
  details: Record<string, unknown> | null;
  due_at: Date;
  status: ListedDelivery['status'];
  attempts: number;
  attempted_at: Date | null;
  answer: number | null;
  failure: string | null;
  next_attempt_at: Date | null;
}

const LISTED = `d.id, d.request_id, r.asin, r.variant, d.comment_id, d.seq,
    h.action, h.from_status, h.to_status, h.details, d.due_at,
    s.status, d.attempts, d.attempted_at, d.answer, d.failure,
    case when s.status = 'WAITING' then case when d.is_asked_for then d.next_attempt_at
                                            else greatest(d.next_attempt_at, e.rests_until) end end as next_attempt_at
  from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
  cross join lateral (
    select case when d.given_up_at is not null then 'GIVEN_UP' when d.delivered_at is not null then 'DELIVERED'
                when e.disabled_at is null or d.is_asked_for then 'WAITING' else 'PAUSED' end as status) s
  left join badge_requests r on r.id = d.request_id
  left join badge_request_history h on h.request_id = d.request_id and h.seq = d.seq`;

const toListed = (row: ListedRow): ListedDelivery => ({
  id: row.id,
  requestId: row.request_id,
  asin: row.asin,
  variant: row.variant,
  commentId: row.comment_id,
  seq: row.seq,
  action: row.action,
  from: row.from_status,
  to: row.to_status,
  details: row.details,
  dueAt: row.due_at.toISOString(),
  status: row.status,
  attempts: row.attempts,
  attemptedAt: row.attempted_at?.toISOString() ?? null,
  answer: row.answer,
  failure: row.failure,
  nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
});

/** Where a page of deliveries ends: an instant, RFC 3339 with microseconds, and an id. */
export interface DeliveryPosition {
  readonly at: string;
  readonly id: string;
}

/** What an endpoint was told and is to be told by now, newest first. */
export async function listDeliveries(
  db: Queryable,
  endpointId: string,
  { limit, after }: { readonly limit: number; readonly after: DeliveryPosition | null },
): Promise<{ deliveries: ListedDelivery[]; next: DeliveryPosition | null }> {
  const { rows } = await db.query<ListedRow & { position: string }>(
    `select to_char(d.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position, ${LISTED}
      where d.endpoint_id = $1 and d.due_at <= now()
        and ($2::timestamptz is null or (d.due_at, d.id) < ($2::timestamptz, $3))
      order by d.due_at desc, d.id desc limit $4`,
    [endpointId, after?.at ?? null, after?.id ?? null, limit + 1],
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    deliveries: rows.slice(0, limit).map(toListed),
    next: last === undefined ? null : { at: last.position, id: last.id },
  };
}

/** @returns null when the endpoint has no such delivery that is due by now */
export async function findDelivery(
  db: Queryable,
  { id, endpointId }: { readonly id: string; readonly endpointId: string },
): Promise<ListedDelivery | null> {
  const { rows } = await db.query<ListedRow>(
    `select ${LISTED} where d.id = $1 and d.endpoint_id = $2 and d.due_at <= now()`,
    [id, endpointId],
  );
  return rows[0] === undefined ? null : toListed(rows[0]);
}
