import { setTimeout as sleep } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { checksumsOf, keepChecksums, refuseEdited } from './migration-checksums';
import { MIGRATIONS } from './schema';

/**
 * How long a lock on a table is waited for: everybody who comes for the table meanwhile waits behind us. Longer than
 * PostgreSQL's deadlock_timeout of a second, after which an autovacuum gives way.
 */
const LOCK_MS = 2_000;
/** Until the next try: whoever has waited gets their turn. */
const PAUSE_MS = 3_000;
/** A backup or a rehearsal that reads the tables may take so long. */
const PATIENCE_MS = 60 * 60_000;
/** PostgreSQL's lock_not_available, deadlock_detected and serialization_failure: nothing is done, and the same may succeed. */
const OVERTAKEN = ['55P03', '40P01', '40001'];

/**
 * Applies what is missing, one starter at a time (the others wait). While somebody reads a table in one long transaction,
 * and where the programs that run lock tables in another order, it is tried again and again, so that they go on meanwhile.
 * @param folder where the numbered migrations lie
 * @param onWait told before each further try
 * @throws {Error} where one that has been applied was edited since; nothing is applied then
 */
export async function migrate(
  databaseUrl: string,
  folder = MIGRATIONS,
  onWait: () => void = () => undefined,
): Promise<string[]> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    try {
      return await applyMissing(databaseUrl, folder);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (!OVERTAKEN.includes(code) || Date.now() > end) throw error;
    }
    onWait();
    await sleep(PAUSE_MS);
  }
}

async function applyMissing(databaseUrl: string, folder: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, lock_timeout: LOCK_MS });
  await client.connect();
  try {
    const checksums = await checksumsOf(folder);
    await refuseEdited(client, checksums);
    const applied = await applyFrom(databaseUrl, folder);
    await keepChecksums(client, checksums);
    return applied;
  } finally {
    await client.end();
  }
}

async function applyFrom(databaseUrl: string, folder: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl: { connectionString: databaseUrl, lock_timeout: LOCK_MS },
    dir: folder,
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
  return applied.map((migration) => migration.name);
}
