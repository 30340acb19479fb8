/** What PostgreSQL says of how it answers statements. */
import type { Pool, Queryable } from '../../db/pool';

/** A part of what `explain (analyze, format json)` answers. */
export interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** Has each statement explained while it runs; it is answered with no rows. @returns the plans of what `ask` asks */
export async function explain(pool: Pool, ask: (db: Queryable) => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = [];
  const query = async (asked: string | { text: string; values: unknown[] }, given?: unknown[]) => {
    const { text, values } = typeof asked === 'string' ? { text: asked, values: given } : asked;
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    plans.push(...rows.map((row) => row['QUERY PLAN'][0].Plan));
    return { rows: [] };
  };
  await ask({ query } as unknown as Queryable);
  return plans;
}

/** Rows of a table that were read, also those that were then left out. */
export const rowsReadOf = (table: string, plans: readonly Plan[] = []): number =>
  plans.reduce((sum, plan) => sum + ownRowsOf(table, plan) + rowsReadOf(table, plan.Plans), 0);

const ownRowsOf = (table: string, plan: Plan): number =>
  plan['Relation Name'] === table
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
    : 0;
