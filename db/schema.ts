/** Whether a database has the tables that this version works with. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { prepared, type Queryable } from './pool';

/** Where the numbered migrations lie. */
export const MIGRATIONS = path.join(__dirname, 'migrations');

let newest: string | undefined;
/** The name of this version's newest migration, as the table of those that were applied has it. */
function newestMigration(): string {
  newest ??= readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .at(-1)
    ?.replace(/\.sql$/, '');
  return newest ?? '';
}

/**
 * Asks a database for this version's newest migration; one of a later version has it, too.
 * @throws {Error} where it was not applied, or what the database says of it
 */
export async function checkSchema(db: Queryable): Promise<void> {
  const { rowCount } = await db.query(
    prepared('select from migrations where name = $1', [newestMigration()]),
  );
  if (rowCount === 0)
    throw new Error(`The database lacks ${newestMigration()}: run the migrations of this version first.`);
}
