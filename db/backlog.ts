/** Rows that are worked off one at a time and forgotten. One is put off before it is worked on: no lock is held meanwhile. */
import type { ReportFailure } from './drain';
import { prepared, type Pool, type Queryable } from './pool';

/** A table with the columns `attempts` and `next_attempt_at`. */
export interface Backlog<Row> {
  readonly table: string;
  readonly key: readonly string[];
  /** Of the row, as they are once it is put off. */
  readonly columns: readonly (keyof Row & string)[];
  /** How long the first one to work on a row has, in seconds; the next one twice as long, and so on, up to a minute. */
  readonly doneWithinSeconds: number;
}

const LONGEST_WAIT_SECONDS = 60;

/**
 * Works off the row that is due first, and forgets it. When that fails, or whoever works is killed, the row is due again
 * later.
 * @param report is told why a row is put off
 * @returns how many were due, two at the most; 0 when there was none
 */
export async function workOffNext<Row extends object>(
  pool: Pool,
  backlog: Backlog<Row>,
  steps: { work: (row: Row) => Promise<void>; forget: (row: Row) => Promise<unknown> },
  report: ReportFailure = () => undefined,
): Promise<number> {
  const row = await takeNext(pool, backlog);
  if (row === undefined) return 0;
  try {
    await steps.work(row);
  } catch (error) {
    // It is due again when `takeNext` said.
    report(error);
    return row.due;
  }
  await steps.forget(row);
  return row.due;
}

/**
 * The row is chosen in a CTE of its own, which is evaluated once. A subquery may be evaluated for each row of the table that
 * it is joined with, and all rows would be put off; PostgreSQL plans that after an autovacuum of the empty table.
 */
async function takeNext<Row extends object>(
  connection: Queryable,
  { table, key, columns, doneWithinSeconds }: Backlog<Row>,
): Promise<(Row & { due: number }) | undefined> {
  const { rows } = await connection.query<Row & { due: number }>(
    prepared(
      `with next as materialized (
         select ${key.join(', ')} from ${table} where next_attempt_at <= now()
          order by next_attempt_at limit 1 for update skip locked)
       update ${table} t set attempts = attempts + 1,
              next_attempt_at = clock_timestamp() + least($1, $2 * power(2, least(attempts, 6))) * interval '1 second'
         from next where ${key.map((column) => `t.${column} = next.${column}`).join(' and ')}
       returning ${columns.map((column) => `t.${column}`).join(', ')},
                 (select count(*) from (select from ${table} where next_attempt_at <= now() limit 2) o) as due`,
      [LONGEST_WAIT_SECONDS, doneWithinSeconds],
    ),
  );
  return rows[0];
}
