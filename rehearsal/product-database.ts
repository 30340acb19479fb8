/** Which database is rehearsed: the one that is named, else that of the running product. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readConfig } from '../config';
import { runFileOf } from '../dev/run-file';

const runFile = z.object({ database: z.object({ url: z.string() }) });

/** No database is named and nothing runs; the message says what to do. */
export class NoDatabaseError extends Error {
  constructor(dataDir: string) {
    super(
      `There is nothing to rehearse: DATABASE_URL is not set, and no npm start runs on ${dataDir}. ` +
        'Set DATABASE_URL to the database of the service, or start it.',
    );
    this.name = 'NoDatabaseError';
  }
}

/**
 * @param env DATABASE_URL, or DATA_DIR of the running `npm start`
 * @param root where DATA_DIR's default lies
 * @throws {NoDatabaseError}
 */
export async function findProductDatabase(env: NodeJS.ProcessEnv, root: string): Promise<string> {
  if (env['DATABASE_URL']) return readConfig('migrate', env).DATABASE_URL;
  const { DATA_DIR } = readConfig('rehearse', env);
  const dataDir = env['DATA_DIR'] ? path.resolve(DATA_DIR) : path.join(root, DATA_DIR);
  try {
    return runFile.parse(JSON.parse(await readFile(runFileOf(dataDir), 'utf8'))).database.url;
  } catch {
    throw new NoDatabaseError(dataDir);
  }
}
