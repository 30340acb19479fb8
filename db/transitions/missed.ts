/** What is recorded of a request and its workflow does not know: a kill took the task that had recorded it. */
import type { GoingLive, Recorded, Submitted } from '../../domain/transitions';
import { prepared, type Queryable } from '../pool';

/**
 * The outcomes of all transitions after one, in their order.
 * @param seq the last number that the workflow knows
 */
export async function readMissed(
  db: Queryable,
  requestId: string,
  seq: number,
): Promise<(Recorded | Submitted | GoingLive)[]> {
  const { rows } = await db.query<{ outcome: Recorded }>(
    prepared(
      `select outcome from badge_request_history where request_id = $1 and transition_seq > $2
        order by transition_seq`,
      [requestId, seq],
    ),
  );
  return rows.map(({ outcome }) => outcome);
}
