/** What the checks of a round wait for, told on the request's page. */
import { prepared, type Queryable } from './pool';

export interface ReviewWait {
  /** A sentence for people, without secrets. */
  readonly why: string;
  /** When it is tried again, RFC 3339; null: it has not come to that. */
  readonly retryAt: string | null;
}

/** Which part of a round's checks waits. */
export interface WaitingPart {
  readonly requestId: string;
  readonly round: number;
  readonly service: string;
}

/** Keeps what a part of the checks waits for, the newest only; null: it waits no more. */
export async function noteWait(db: Queryable, part: WaitingPart, wait: ReviewWait | null): Promise<void> {
  const key = [part.requestId, part.round, part.service];
  if (wait === null) {
    await db.query(
      prepared('delete from review_waits where request_id = $1 and round = $2 and service = $3', key),
    );
    return;
  }
  await db.query(
    prepared(
      `insert into review_waits (request_id, round, service, why, retry_at) values ($1, $2, $3, $4, $5)
       on conflict (request_id, round, service) do update
         set why = excluded.why, retry_at = excluded.retry_at, noted_at = now()`,
      [...key, wait.why, wait.retryAt],
    ),
  );
}
