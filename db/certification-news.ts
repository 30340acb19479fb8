/** Projects whose news is still to be told, and the requests that wait for it. */
import type { CertificationNews } from '../domain/transitions';
import { newsOf } from './transitions/review';
import { transact, type Pool, type Queryable } from './pool';
import { readProduct } from './requests';

/**
 * Takes one project with untold news, calls `tell`, and forgets it when that succeeds; otherwise it is due
 * again later. Nobody else can take the same project meanwhile, and a killed teller's is free at once.
 * @returns false when none is due
 */
export async function tellNextNews(pool: Pool, tell: (projectId: string) => Promise<void>): Promise<boolean> {
  return transact(pool, async (connection) => {
    const { rows } = await connection.query<{ project_id: string; version: number }>(
      `select project_id, version from certification_news where next_attempt_at <= now()
        order by next_attempt_at limit 1 for update skip locked`,
    );
    const row = rows[0];
    if (row === undefined) return false;
    try {
      await tell(row.project_id);
      await connection.query('delete from certification_news where project_id = $1', [row.project_id]);
    } catch {
      await connection.query(
        `update certification_news set attempts = attempts + 1,
                next_attempt_at = clock_timestamp() + least(60, power(2, least(attempts, 6))) * interval '1 second'
          where project_id = $1`,
        [row.project_id],
      );
    }
    return true;
  });
}

/** When the next project is due to be told of; null when there is none. */
export async function nextNewsAt(connection: Queryable): Promise<Date | null> {
  const { rows } = await connection.query<{ at: Date | null }>(
    'select min(next_attempt_at) as at from certification_news',
  );
  return rows[0]?.at ?? null;
}

/** What a project says now; null when it is not (or no longer) the newest of its product. */
export async function readNews(connection: Queryable, projectId: string): Promise<CertificationNews | null> {
  const { rows } = await connection.query<{ product_id: string }>(
    'select product_id from certification_projects where id = $1',
    [projectId],
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
    `select r.id from badge_requests r join certification_projects c on c.product_id = r.product_id
      where c.id = $1 and r.status = 'PENDING' and r.id > $2 order by r.id limit $3`,
    [projectId, after, limit],
  );
  return rows.map((row) => row.id);
}
