import path from 'node:path';
import { runner } from 'node-pg-migrate';

/**
 * Applies what is missing, one starter at a time (the others wait).
 * @param folder where the numbered migrations lie
 */
export async function migrate(
  databaseUrl: string,
  folder = path.join(__dirname, 'migrations'),
): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
    dir: folder,
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
  return applied.map((migration) => migration.name);
}
