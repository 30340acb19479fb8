/** `npm start` brings the schema up to date by the program that does so in production. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

/**
 * Migrates the database that DATABASE_URL of `env` names.
 * @param stopping ends it: a database that takes connections and says nothing would be waited for without end
 * @throws Error with what the program has said
 */
export async function migrateDatabase(
  env: NodeJS.ProcessEnv,
  stopping: AbortSignal,
  script = join(__dirname, '..', 'db', 'migrate.js'),
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, [script], { env, signal: stopping }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else
        reject(
          new Error(`The database cannot be migrated: ${stderr.trim() || error.message}`, { cause: error }),
        );
    });
  });
}
