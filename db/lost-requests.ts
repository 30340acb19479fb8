/** Requests that may have lost their workflow. */
import { prepared, type Queryable } from './pool';

/** A workflow is listed a moment after it has begun. */
const SETTLED_AFTER_MINUTES = 10;

/**
 * Ids of the requests that something is to become of without their maker, by id, after a given one; at most `limit`. Those
 * that have changed just now are left out.
 */
export async function listUnderWay(
  db: Queryable,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    prepared(
      `select id from badge_requests
        where status in ('UNDER_REVIEW', 'PENDING') and id > $1
          and updated_at < now() - make_interval(mins => ${SETTLED_AFTER_MINUTES})
        order by id limit $2`,
      [after, limit],
    ),
  );
  return rows.map(({ id }) => id);
}
