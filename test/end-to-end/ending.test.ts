import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nobodysAmazon } from '../setup/amazon-settings';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const worker = join(__dirname, '..', '..', 'dist', 'workers', 'main.js');
/** Tells the program to end as soon as it hears of that, while it connects. */
const tellAtOnce = `process.on('newListener', (event) => {
  if (event === 'disconnect') setImmediate(() => process.kill(process.pid, 'SIGTERM'));
})`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a worker that is told to end while it starts ends once it has started', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(tellAtOnce)}`, worker],
    {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'],
        SMTP_URL: 'smtp://127.0.0.1',
        ...nobodysAmazon,
      },
      encoding: 'utf8',
      timeout: 40_000,
    },
  );
  expect(stdout).toContain('worker ready');
  expect(status).toBe(0);
}, 60_000);
