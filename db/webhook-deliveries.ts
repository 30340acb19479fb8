/** What webhook endpoints are told, one row for each event and endpoint, and what came of it. */
import type { Role, Status } from '../domain/lifecycle';
import type { ProgramCode } from '../domain/programs';
import type { ToldComment, ToldEntry } from '../domain/webhooks';
import { readNextDue, type NextDue } from './drain';
import { prepared, type Queryable } from './pool';
import { IS_SENT_TO } from './webhook-endpoints';

/** A delivery that somebody has taken on: until `withinSeconds` are over nobody else does. */
export interface DueDelivery {
  readonly id: string;
  readonly endpoint: {
    readonly id: string;
    readonly url: string;
    /** All that sign it. */
    readonly secrets: readonly string[];
  };
  /** This one included. */
  readonly attempts: number;
  /** When it became due; RFC 3339. */
  readonly dueAt: string;
  /** By the database's clock: ours may be wrong. */
  readonly takenAt: Date;
  /** Null: somebody tries the endpoint. */
  readonly told: ToldEntry | ToldComment | null;
}

interface DueRow {
  id: string;
  endpoint_id: string;
  url: string;
  secret: string;
  earlier_secret: string | null;
  attempts: number;
  due_at: Date;
  taken_at: Date;
  request_id: string | null;
  program: ProgramCode | null;
  product_id: string | null;
  asin: string | null;
  variant: string | null;
  comment_id: string | null;
  at: Date;
  role: Role;
  seq: number;
  action: string;
  from_status: Status | null;
  to_status: Status;
  details: Record<string, unknown>;
  due: number;
}

/** So many that are due longest are looked at, before each endpoint's own. */
const LONGEST_DUE = 100;
/** As many are tried to be locked: other senders have the first ones in hand. */
const CANDIDATES = 10;
const DUE = 'd.next_attempt_at <= now()';
const FREE = `${IS_SENT_TO} and e.id <> all ($2::text[])`;

/**
 * `near` is what somebody asks for, then what is due longest. Where all of that is of endpoints that are left alone, the
 * next one `beyond` is of the others, which take turns: so what waits at those is not read, however much it is.
 */
const NEXT = `
  longest as materialized (
    select d.id, d.endpoint_id, d.next_attempt_at from webhook_deliveries d
     where ${DUE} order by d.next_attempt_at limit ${LONGEST_DUE}),
  near as materialized (
    (select d.id, true as is_asked_for, d.next_attempt_at from webhook_deliveries d
      where d.is_asked_for and ${DUE} and d.endpoint_id <> all ($2::text[])
      order by d.next_attempt_at limit ${CANDIDATES})
    union all
    (select d.id, false, d.next_attempt_at from longest d join webhook_endpoints e on e.id = d.endpoint_id
      where ${FREE} order by d.next_attempt_at limit ${CANDIDATES})),
  nearest as materialized (
    select d.id from near n join webhook_deliveries d on d.id = n.id
     where ${DUE} order by n.is_asked_for desc, n.next_attempt_at limit 1 for update of d skip locked),
  beyond as materialized (
    select f.id from (
        (select e.id from webhook_endpoints e where e.id > $3 and ${FREE} order by e.id)
        union all
        (select e.id from webhook_endpoints e where e.id <= $3 and ${FREE} order by e.id)) e
      cross join lateral (
        select d.id from webhook_deliveries d
         where d.endpoint_id = e.id and ${DUE} order by d.next_attempt_at limit 1 for update skip locked) f
     where not exists (select from near) and (select count(*) from longest) = ${LONGEST_DUE} limit 1),
  next as (select id from nearest union all select id from beyond)`;

/**
 * Takes on the delivery that somebody has asked for or that is due first. No lock is held while it is sent: a transition
 * that takes an entry back does not wait for a receiver. Whoever is killed meanwhile leaves it to be sent again.
 * @param withinSeconds how long it may take
 * @param busy endpoints that are to be left alone
 * @param last the endpoint that had its turn before; empty: none
 * @returns with how many were due, two at the most, which may be one too many; null: none
 */
export async function takeDelivery(
  db: Queryable,
  {
    withinSeconds,
    busy,
    last,
  }: { readonly withinSeconds: number; readonly busy: readonly string[]; readonly last: string },
): Promise<{ delivery: DueDelivery; due: number } | null> {
  const { rows } = await db.query<DueRow>(
    prepared(
      `with ${NEXT},
       taken as (
         update webhook_deliveries d set attempts = d.attempts + 1, attempted_at = clock_timestamp(),
                answer = null, failure = null,
                next_attempt_at = clock_timestamp() + make_interval(secs => $1)
           from next where d.id = next.id
         returning d.id, d.endpoint_id, d.attempts, d.due_at, d.request_id, d.comment_id, d.seq)
       select t.id, t.endpoint_id, e.url, e.secret, t.attempts, t.due_at, clock_timestamp() as taken_at, t.request_id, t.seq,
              case when e.earlier_secret_until > now() then e.earlier_secret end as earlier_secret,
              r.program, r.product_id, r.asin, r.variant, t.comment_id, coalesce(h.at, c.created_at) as at,
              coalesce(h.actor_role, a.role) as role, h.action, h.from_status, h.to_status, h.details,
              case when (select count(*) from near) > 1 or (select count(*) from longest) = ${LONGEST_DUE}
                   then 2 else 1 end as due
         from taken t join webhook_endpoints e on e.id = t.endpoint_id
         left join badge_requests r on r.id = t.request_id
         left join badge_request_history h on h.request_id = t.request_id and h.seq = t.seq
         left join comments c on c.id = t.comment_id left join people a on a.id = c.author_id`,
      [withinSeconds, busy, last],
    ),
  );
  const [row] = rows;
  return row === undefined ? null : { delivery: toDelivery(row), due: row.due };
}

const toDelivery = (row: DueRow): DueDelivery => ({
  id: row.id,
  endpoint: {
    id: row.endpoint_id,
    url: row.url,
    secrets: [row.secret, ...(row.earlier_secret === null ? [] : [row.earlier_secret])],
  },
  attempts: row.attempts,
  dueAt: row.due_at.toISOString(),
  takenAt: row.taken_at,
  told: toldIn(row),
});

function toldIn(row: DueRow): DueDelivery['told'] {
  const { request_id: requestId, comment_id: commentId, program, asin, variant, role } = row;
  if (requestId === null) return null;
  const at = row.at.toISOString();
  const about = { requestId, program, productId: row.product_id, asin, variant, at, role };
  if (commentId !== null) return { ...about, commentId };
  const { seq, action, from_status: from, to_status: to, details } = row;
  return { ...about, commentId, seq, action, from, to, details };
}

/** What came of an attempt: an HTTP status, or what kept it from one. */
export interface Attempt {
  readonly answer: number | null;
  readonly failure: string | null;
}

/**
 * Records an attempt.
 * @param outcome taken; to be tried again after so many seconds; or given up
 */
export async function recordAttempt(
  db: Queryable,
  id: string,
  { answer, failure }: Attempt,
  outcome: 'TAKEN' | 'GIVEN_UP' | { readonly retryAfterSeconds: number },
): Promise<void> {
  const seconds = typeof outcome === 'object' ? outcome.retryAfterSeconds : null;
  await db.query(
    prepared(
      `update webhook_deliveries set answer = $2, failure = $3, is_asked_for = false,
              next_attempt_at = case when next_attempt_at is not null
                                     then clock_timestamp() + make_interval(secs => $4) end,
              delivered_at = case when $5 = 'TAKEN' then clock_timestamp() else delivered_at end,
              given_up_at = case when $5 = 'GIVEN_UP' then clock_timestamp() end
        where id = $1`,
      [id, answer, failure, seconds, typeof outcome === 'object' ? 'LATER' : outcome],
    ),
  );
}

/** Leaves a delivery that was taken on to others, as if nobody had: whoever had it in hand is ended. */
export const putBack = (db: Queryable, id: string) =>
  db.query(
    `update webhook_deliveries set attempts = greatest(attempts - 1, 0),
            next_attempt_at = case when next_attempt_at is not null then now() end where id = $1`,
    [id],
  );

export const nextDeliveryDue = (db: Queryable, after: Date | null): Promise<NextDue | null> =>
  readNextDue(db, { table: 'webhook_deliveries', due: 'next_attempt_at' }, after);

/** Has an endpoint told once more, also a disabled one, whatever came of it before; the tries begin anew. */
export async function sendAgain(
  db: Queryable,
  { id, endpointId }: { readonly id: string; readonly endpointId: string },
): Promise<void> {
  await db.query(
    `with again as (
       update webhook_deliveries set is_asked_for = true, next_attempt_at = now(), attempts = 0, attempted_at = null,
              answer = null, failure = null, delivered_at = null, given_up_at = null
        where id = $1 and endpoint_id = $2 and due_at <= now())
     select pg_notify('webhook_deliveries', '')`,
    [id, endpointId],
  );
}

/** Has an endpoint told that somebody tries it; one that is there, by its id, stays. */
export async function queueTest(
  db: Queryable,
  { id, endpointId }: { id: string; endpointId: string },
): Promise<void> {
  await db.query(
    `with test as (
       insert into webhook_deliveries (id, endpoint_id, due_at, next_attempt_at, is_asked_for)
       values ($1, $2, now(), now(), true)
       on conflict (id) do nothing)
     select pg_notify('webhook_deliveries', '')`,
    [id, endpointId],
  );
}
