/** Claims of reviews: rows beside the request, since they are no transitions of it and end by themselves. */
import { prepared, type Queryable } from './pool';

export interface ClaimRef {
  readonly requestId: string;
  readonly reviewerId: string;
  /** How long a claim lasts without a sign of its reviewer. */
  readonly minutes: number;
}

/**
 * Claims a review, or holds on to a claim: of two at once, the request's one row decides. The request is
 * locked against its transitions meanwhile, so that nothing is claimed that is decided.
 * @returns false when another reviewer has it, or it is not under review
 */
export async function takeClaim(
  db: Queryable,
  { requestId, reviewerId, minutes }: ClaimRef,
): Promise<boolean> {
  const { rowCount } = await db.query(
    prepared(
      `with open as (
        select id from badge_requests where id = $1 and status = 'UNDER_REVIEW' for share)
      insert into review_claims as held (request_id, reviewer_id, claimed_at, lapses_at)
        select id, $2, now(), now() + make_interval(mins => $3) from open
      on conflict (request_id) do update
        set reviewer_id = excluded.reviewer_id, lapses_at = excluded.lapses_at,
            claimed_at = case when held.reviewer_id = excluded.reviewer_id and held.lapses_at > now()
              then held.claimed_at else excluded.claimed_at end
        where held.reviewer_id = excluded.reviewer_id or held.lapses_at <= now()`,
      [requestId, reviewerId, minutes],
    ),
  );
  return rowCount === 1;
}

/**
 * A sign of the reviewer: their claim lasts as long again.
 * @returns until when, RFC 3339; null when they have none
 */
export async function renewClaim(
  db: Queryable,
  { requestId, reviewerId, minutes }: ClaimRef,
): Promise<string | null> {
  const { rows } = await db.query<{ lapses_at: Date }>(
    prepared(
      `update review_claims set lapses_at = now() + make_interval(mins => $3)
        where request_id = $1 and reviewer_id = $2 and lapses_at > now() returning lapses_at`,
      [requestId, reviewerId, minutes],
    ),
  );
  return rows[0]?.lapses_at.toISOString() ?? null;
}

/** Gives a claim back; another one's stays. */
export async function releaseClaim(
  db: Queryable,
  { requestId, reviewerId }: Omit<ClaimRef, 'minutes'>,
): Promise<void> {
  await db.query(
    prepared('delete from review_claims where request_id = $1 and reviewer_id = $2', [requestId, reviewerId]),
  );
}

/** Ends whoever's claim with the review. */
export async function endClaim(connection: Queryable, requestId: string): Promise<void> {
  await connection.query(prepared('delete from review_claims where request_id = $1', [requestId]));
}
