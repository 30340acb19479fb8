/** Whether the migrations that a database has taken still say what they said then: they are never edited. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Queryable } from './pool';

export interface Checksums {
  readonly names: readonly string[];
  readonly sums: readonly string[];
}

/** Of the migrations in a folder, by the names that the table of applied ones has them under. */
export async function checksumsOf(folder: string): Promise<Checksums> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const sumOf = async (file: string) =>
    createHash('sha256')
      .update(await readFile(path.join(folder, file)))
      .digest('hex');
  return {
    names: files.map((file) => path.basename(file, '.sql')),
    sums: await Promise.all(files.map(sumOf)),
  };
}

/** Databases of before there were checksums, and folders whose migrations do not make the table yet, have none. */
async function hasChecksums(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>(
    `select to_regclass('migration_checksums') is not null as has`,
  );
  return rows[0]?.has === true;
}

/**
 * Holds the migrations in a folder against those that were applied. What is only in one of them is another version's.
 * @throws {Error} that names those that say something else now
 */
export async function refuseEdited(db: Queryable, { names, sums }: Checksums): Promise<void> {
  if (!(await hasChecksums(db))) return;
  const { rows } = await db.query<{ name: string }>(
    `select name from migration_checksums c join unnest($1::text[], $2::text[]) as f(name, sha256) using (name)
      where c.sha256 <> f.sha256 order by name`,
    [names, sums],
  );
  if (rows.length === 0) return;
  const edited = rows.map(({ name }) => `${name}.sql`).join(', ');
  throw new Error(
    `${edited} ${rows.length === 1 ? 'was' : 'were'} edited after this database took ${rows.length === 1 ? 'it' : 'them'}. ` +
      'Put back what stood there; what is to change is a new migration.',
  );
}

/** Keeps what the migrations in a folder say, of those that were applied and of which it is not known yet. */
export async function keepChecksums(db: Queryable, { names, sums }: Checksums): Promise<void> {
  if (!(await hasChecksums(db))) return;
  await db.query(
    `insert into migration_checksums (name, sha256)
     select f.name, f.sha256 from unnest($1::text[], $2::text[]) as f(name, sha256)
      where f.name in (select name from migrations)
     on conflict do nothing`,
    [names, sums],
  );
}
