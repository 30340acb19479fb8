/** `node dist/db/migrate.js`: brings the database that DATABASE_URL names to this version's schema. */
import { ConfigurationError, readConfig } from '../config';
import { migrate } from './migrations';

async function main(): Promise<void> {
  const { DATABASE_URL } = readConfig('migrate');
  const applied = await migrate(DATABASE_URL, undefined, () =>
    console.error('Somebody else holds what is to be changed; trying again …'),
  );
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof ConfigurationError ? 2 : 1;
});
