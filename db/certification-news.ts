/** Projects whose news is still to be told, and the requests that wait for it. */
import type { CertificationNews } from '../domain/transitions';
import { newsOf } from './transitions/review';
import { prepared, type Pool, type Queryable } from './pool';
import { readProduct } from './requests';

/** How long a teller has, in seconds; then the project is due again. */
const TOLD_WITHIN_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 60;

/**
 * Takes one project with untold news, calls `tell`, and forgets what was told; news that came meanwhile stay.
 * When it fails, or the teller is killed, the project is due again later. No lock is held while telling: the
 * pipeline's next event does not wait for it.
 * @returns false when none is due
 */
export async function tellNextNews(pool: Pool, tell: (projectId: string) => Promise<void>): Promise<boolean> {
  const { rows } = await pool.query<{ project_id: string; version: number }>(
    prepared(
      `update certification_news n set attempts = attempts + 1,
              next_attempt_at = clock_timestamp() + least($1, $2 * power(2, least(attempts, 4))) * interval '1 second'
         from (select project_id from certification_news where next_attempt_at <= now()
                order by next_attempt_at limit 1 for update skip locked) due
        where n.project_id = due.project_id
        returning n.project_id, n.version`,
      [LONGEST_WAIT_SECONDS, TOLD_WITHIN_SECONDS],
    ),
  );
  const row = rows[0];
  if (row === undefined) return false;
  try {
    await tell(row.project_id);
  } catch {
    // It is due again when the statement above said.
    return true;
  }
  await pool.query(
    prepared('delete from certification_news where project_id = $1 and version = $2', [
      row.project_id,
      row.version,
    ]),
  );
  return true;
}

/** When the next project is due to be told of; null when there is none. */
export async function nextNewsAt(connection: Queryable): Promise<Date | null> {
  const { rows } = await connection.query<{ at: Date | null }>(
    prepared(
      `select min(next_attempt_at) as at from certification_news where next_attempt_at > now() - interval '250 milliseconds'`,
    ),
  );
  return rows[0]?.at ?? null;
}

/** What a project says now; null when it is not (or no longer) the newest of its product. */
export async function readNews(connection: Queryable, projectId: string): Promise<CertificationNews | null> {
  const { rows } = await connection.query<{ product_id: string }>(
    prepared('select product_id from certification_projects where id = $1', [projectId]),
  );
  const product = await readProduct(connection, rows[0]?.product_id ?? null);
  return product === null ? null : newsOf(product);
}

/** Requests that wait for a project's product, by id, after a given one; at most `limit`. */
export async function listWaiting(
  connection: Queryable,
  projectId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    prepared(
      `select r.id from badge_requests r join certification_projects c on c.product_id = r.product_id
      where c.id = $1 and r.status = 'PENDING' and r.id > $2 order by r.id limit $3`,
      [projectId, after, limit],
    ),
  );
  return rows.map((row) => row.id);
}
