/** What the checks of a round wait for, told on the request's page. */
import type { CheckWait } from '../domain/badge-request';
import { prepared, type Queryable } from './pool';

/** As it is told: without secrets, and when it was noted is the database's to say. */
export type ReviewWait = Omit<CheckWait, 'notedAt'>;

/** Which part of a round's checks waits. */
export interface WaitingPart {
  readonly requestId: string;
  readonly round: number;
  /** The outside system, and its region. */
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
