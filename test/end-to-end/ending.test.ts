import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addRequest } from '../activities/mail/request-to-mail-about';
import { nobodysAmazon } from '../setup/amazon-settings';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const worker = join(__dirname, '..', '..', 'dist', 'workers', 'main.js');
/** Tells the program to end as soon as it hears of that, while it connects. */
const tellAtOnce = `process.on('newListener', (event) => {
  if (event === 'disconnect') setImmediate(() => process.kill(process.pid, 'SIGTERM'));
})`;

const environment = () => ({
  PATH: process.env['PATH'],
  DATABASE_URL: database.url,
  TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'],
  SMTP_URL: 'smtp://127.0.0.1',
  ...nobodysAmazon,
});

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
      env: environment(),
      encoding: 'utf8',
      timeout: 40_000,
    },
  );
  expect(stdout).toContain('worker ready');
  expect(status).toBe(0);
}, 60_000);

it('a worker that works for no task queue of Temporal goes on until it is told to end', async () => {
  const mailServer = createServer((caller) => caller.destroy());
  await once(mailServer.listen(0, '127.0.0.1'), 'listening');
  const { port } = mailServer.address() as AddressInfo;
  const child = spawn(process.execPath, [worker], {
    env: {
      ...environment(),
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      WORKER_TASK_QUEUES: 'mail,audits,webhooks',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    for await (const line of createInterface(child.stdout)) if (line.includes('worker ready')) break;
    const called = once(mailServer, 'connection').then(() => 'called');
    await addRequest(database.pool, 'maker@one.example');
    await database.pool.query(
      `insert into mail_outbox (request_id, mail_key, recipient_id, template, props)
       values ('br_1', 'br_1.1.person_maker', 'person_maker', 'withdrawn', '{}')`,
    );
    expect(await Promise.race([called, ended])).toBe('called');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    mailServer.close();
  }
}, 60_000);
