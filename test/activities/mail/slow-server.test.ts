/** A mail server that takes its time to answer the end of a mail, which it has by then. */
import { SMTPServer } from 'smtp-server';
import { createMailSender, TIMING, type MailDependencies } from '../../../activities/mail/sender';
import { openPool, type Pool } from '../../../db/pool';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { until } from '../../setup/until';
import { addRequest } from './request-to-mail-about';

let database: TestDatabase;
let port: number;
/** Mails that were handed over whole, and how each is answered with 250. */
let handedOver: (() => void)[];
/** Run after each test, the last one first. */
let endings: (() => Promise<void> | void)[];

beforeEach(async () => {
  handedOver = [];
  database = await createTestDatabase();
  endings = [() => database.drop()];
  await addRequest(database.pool, 'maker@one.example');
  await database.pool.query(
    `insert into mail_outbox (request_id, mail_key, recipient_id, template, props)
     values ('br_1', 'br_1.1.person_maker', 'person_maker', 'withdrawn', '{}')`,
  );
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, _session, answer) {
      stream.resume().once('end', () => handedOver.push(() => answer()));
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterEach(async () => {
  for (const end of endings.reverse()) await end();
});

function senderOf(pool: Pool, timing: MailDependencies['timing'] = {}) {
  const sender = createMailSender({
    ...{ pool, smtpUrl: `smtp://127.0.0.1:${port}`, from: 'from@badges.example', timing },
    ...{ publicUrl: 'https://badges.example', connections: 1 },
  });
  endings.push(() => sender.close());
  return sender;
}
const theRow = async () =>
  (await database.pool.query<Record<string, unknown>>('select * from mail_outbox')).rows[0];

it('has the ten minutes of RFC 5321 4.5.3.2.6, and a mail a little more in all', () => {
  expect(TIMING.socketTimeout).toBeGreaterThanOrEqual(600_000);
  expect(TIMING.longestSend).toBeGreaterThan(TIMING.socketTimeout);
});

it('may greet as late as servers do on purpose', () => {
  expect(TIMING.greetingTimeout).toBeGreaterThanOrEqual(60_000);
  // It bounds the greeting, too.
  expect(TIMING.connectionTimeout).toBeGreaterThanOrEqual(TIMING.greetingTimeout);
});

it('gets a mail once, however much sooner an idle transaction would end', async () => {
  const pool = openPool({ url: database.url, size: 1, name: 'impatient', onError: () => undefined });
  endings.push(() => pool.end());
  pool.on('connect', (client) => void client.query("set idle_in_transaction_session_timeout = '20ms'"));
  const sender = senderOf(pool);
  const draining = sender.drainOne();
  await until(() => handedOver.length > 0);
  // Ten times as long as it may idle by itself, or gone.
  await until(async () => {
    const { rows } = await database.pool.query<{ idles: boolean }>(
      `select clock_timestamp() - state_change > interval '200 milliseconds' as idles from pg_stat_activity
        where datname = current_database() and application_name = 'impatient'`,
    );
    return rows.every(({ idles }) => idles);
  });
  handedOver[0]?.();
  expect(await draining).toBe(1);
  expect(await theRow()).toMatchObject({ attempts: 1, sent_at: expect.any(Date) as Date, last_error: null });
  expect(await sender.drainOne()).toBe(0);
  expect(handedOver).toHaveLength(1);
});

it.each([
  ['one answer', { socketTimeout: 50 }, 'ETIMEDOUT'],
  ['a conversation', { longestSend: 50 }, 'EABORT'],
])('that never ends %s holds a mail no longer than it may', async (_what, timing, error) => {
  expect(await senderOf(database.pool, timing).drainOne()).toBe(1);
  expect(await theRow()).toMatchObject({ attempts: 1, sent_at: null, refused_at: null, last_error: error });
});

it('does not keep a worker that stops', async () => {
  const sender = senderOf(database.pool, { afterStop: 0 });
  const draining = sender.drainOne();
  await until(() => handedOver.length > 0);
  sender.hurry();
  expect(await draining).toBe(1);
  expect(await theRow()).toMatchObject({
    attempts: 1,
    sent_at: null,
    refused_at: null,
    last_error: 'EABORT',
  });
});
