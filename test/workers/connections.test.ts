import { Client, Connection } from '@temporalio/client';
import { readConfig, variables } from '../../config';
import { connectAmazon } from '../../workers/amazon';
import { startDrains } from '../../workers/worker';
import { nobodysAmazon } from '../setup/amazon-settings';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { until } from '../setup/until';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What the server says about who hears of what. */
async function listeners(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select application_name as name from pg_stat_activity
      where datname = current_database() and application_name like 'badge-worker hears %'`,
  );
  return rows.map(({ name }) => name);
}

it('a worker that does everything opens nine connections beside its pool, by name, as its variable says', async () => {
  expect(variables.DATABASE_POOL_SIZE.about).toContain('up to nine more');
  const { pool } = database;
  const config = readConfig('worker', {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'],
    SMTP_URL: 'smtp://127.0.0.1',
    ...nobodysAmazon,
  });
  const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS });
  const onError = () => undefined;
  const drains = startDrains({
    ...{ config, pool, onError, amazon: connectAmazon({ config, pool, onError }) },
    client: new Client({ connection, namespace: 'nowhere' }),
    onSweep: () => undefined,
  });
  try {
    await until(async () => (await listeners()).length >= 9);
    expect((await listeners()).sort()).toEqual(
      [
        ...['badge_audits', 'badge_audits', 'badge_audits', 'certification_news', 'mail_outbox'],
        ...['program_suspensions', 'review_escalations', 'unconfirmed_commands', 'webhook_deliveries'],
      ].map((channel) => `badge-worker hears ${channel}`),
    );
  } finally {
    await drains.stop();
    await connection.close();
  }
});
