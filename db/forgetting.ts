import type { Queryable } from './pool';

/**
 * Forgets rows that are old by one of their instants, so many at the most: many thousands would take longer than a
 * statement may. What somebody has locked stays.
 * @param rows.instant column or expression, which an index finds where there may be many rows
 * @param rows.olderThan an interval as PostgreSQL writes it
 * @returns how many
 */
export async function forgetOlder(
  db: Queryable,
  {
    table,
    instant,
    olderThan,
    limit,
  }: { readonly table: string; readonly instant: string; readonly olderThan: string; readonly limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from ${table} where ctid = any (array(
       select ctid from ${table} where ${instant} < now() - $1::interval limit $2 for update skip locked))`,
    [olderThan, limit],
  );
  return rowCount ?? 0;
}
