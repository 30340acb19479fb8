/** The outbox over real SMTP: the catcher takes the mails, with faults on demand. */
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { startDrain } from '../../../db/drain';
import { insertMails, WAKE_MAIL_SENDERS } from '../../../db/outbox';
import { composed } from '../../../db/pool';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { openMailRoute, type MailRoute } from '../../setup/mail-route';
import { until } from '../../setup/until';
import { setClockWrong } from '../../setup/wrong-clock';
import { addRequest } from './request-to-mail-about';

const ADDRESS = 'maker@one.example';
const MESSAGE_ID = '<br_1.1.person_maker@badges.example>';

let database: TestDatabase;
let route: MailRoute;
/** Run after each test, the last one first. */
let endings: (() => Promise<void> | void)[];

beforeEach(async () => {
  database = await createTestDatabase();
  endings = [() => database.drop()];
  await addRequest(database.pool, ADDRESS);
  route = await openMailRoute(database.pool);
  endings.push(() => route.close());
});
afterEach(async () => {
  for (const end of endings.reverse()) await end();
});

interface MailRow {
  sent_at: Date | null;
  refused_at: Date | null;
  next_attempt_at: Date;
  attempts: number;
  last_error: string | null;
}
const query = (text: string, values: unknown[] = []) => database.pool.query<MailRow>(text, values);
const rows = async () => (await query('select * from mail_outbox order by id')).rows;
const theRow = async () => (await rows())[0];
const write = (cause = '1', { dueAt = new Date().toISOString(), template = 'withdrawn', props = {} } = {}) =>
  database.pool.query(
    composed((bind) => {
      const about = { requestId: 'br_1', organizationId: 'org_one', asin: null, productId: null };
      const mails = insertMails(bind, about, [{ cause, template, props, dueAt }]);
      return `with mails as (${mails}) select ${WAKE_MAIL_SENDERS}`;
    }),
  );
/** In place of waiting: everything that waits is due now. */
const makeDue = () => query("update mail_outbox set next_attempt_at = now() - interval '1 second'");
const caught = () => route.store.list({});
const messageIds = async () => (await caught()).map(({ headers }) => headers['message-id']);

describe('a mail that is due', () => {
  it('arrives once, as text and HTML, under an id that its row determines', async () => {
    await write();
    await write();
    await route.sendAll();
    await makeDue();
    await route.sendAll();
    expect(await caught()).toMatchObject([
      {
        from: 'from@badges.example',
        to: ADDRESS,
        subject: expect.stringContaining('badge for Lamp (B07N4M94X4)') as unknown,
        text: expect.stringContaining('https://badges.example/badge-requests/br_1') as unknown,
        html: expect.stringContaining('href="https://badges.example/badge-requests/br_1"') as unknown,
        headers: { 'message-id': MESSAGE_ID, 'auto-submitted': 'auto-generated' },
      },
    ]);
    expect(await theRow()).toMatchObject({
      attempts: 1,
      last_error: null,
      sent_at: expect.any(Date) as Date,
    });
  });

  it('says when it left, also where a worker’s clock is wrong', async () => {
    await write();
    const begun = Date.now();
    const setRight = setClockWrong(3_600_000);
    await route.sendAll().finally(setRight);
    const [mail] = await caught();
    const leftAt = Date.parse(mail?.headers['date'] ?? '');
    expect(Math.abs(leftAt - begun)).toBeLessThan(60_000);
  });

  it('goes to the address that its recipient has now', async () => {
    await write();
    await query("update people set email = 'new@one.example'");
    await route.sendAll();
    expect((await caught())[0]?.to).toBe('new@one.example');
  });

  it('goes to nobody who has left since it was written', async () => {
    await write();
    await query('update people set left_at = now()');
    expect(await route.sender.drainOne()).toBe(1);
    expect(await route.store.list({})).toEqual([]);
    expect(await theRow()).toMatchObject({ sent_at: null, last_error: 'RECIPIENT_LEFT' });
  });

  it('waits for its instant', async () => {
    const dueAt = new Date(Date.now() + 3_600_000).toISOString();
    await write('1', { dueAt });
    expect(await route.sender.drainOne()).toBe(0);
    expect((await route.sender.nextDue(null))?.at?.toISOString()).toBe(dueAt);
    await makeDue();
    await route.sendAll();
    expect(await caught()).toHaveLength(1);
  });

  it('is sent at once when it is written', async () => {
    const drain = startDrain(route.sender, {
      databaseUrl: database.url,
      concurrency: 2,
      onError: () => undefined,
    });
    try {
      await until(async () => {
        const { rowCount } = await query(
          "select from pg_stat_activity where datname = current_database() and query = 'listen mail_outbox'",
        );
        return rowCount === 1;
      });
      await write();
      // Less than a drain sleeps when nobody wakes it.
      await until(async () => (await caught()).length === 1, 3_000);
    } finally {
      await drain.stop();
    }
  });

  it('adds no header and no recipient, whatever its names hold', async () => {
    await write('benign');
    await route.sendAll();
    const headers = Object.keys((await caught())[0]?.headers ?? {});
    await route.store.clear();
    await query('update products set name = $1', [
      'Größe "L"\r\nBcc: evil@other.example\r\n\r\n<script>alert(1)</script>',
    ]);
    await query('update people set name = $1', [
      '"Zoë", <evil@other.example>\r\nX-Evil: 1\r\n <script>alert(2)</script>',
    ]);
    await write('hostile');
    await route.sendAll();
    const [mail] = await caught();
    expect(Object.keys(mail?.headers ?? {})).toEqual(headers);
    expect(mail?.to).toBe(ADDRESS);
    expect(mail?.subject).toContain('Größe "L" Bcc: evil@other.example');
    expect(mail?.html).not.toContain('<script>');
    expect(mail?.html).toContain('Zoë');
    expect(mail?.text).not.toMatch(/^(Bcc|X-Evil):/m);
  });
});

describe('a mail that the server does not take', () => {
  it('is delayed while nobody listens, and then delivered', async () => {
    for (const cause of ['1', '2', '3']) await write(cause);
    await route.stopCatching();
    await route.sendAll();
    const delayed = await rows();
    expect(delayed.map(({ sent_at, refused_at, attempts }) => [sent_at, refused_at, attempts])).toEqual(
      delayed.map(() => [null, null, 1]),
    );
    for (const { next_attempt_at } of delayed) expect(next_attempt_at.getTime()).toBeGreaterThan(Date.now());
    await route.catchAgain();
    await makeDue();
    await route.sendAll();
    const ids = ['1', '2', '3'].map((cause) => MESSAGE_ID.replace('1.p', `${cause}.p`));
    expect((await messageIds()).sort()).toEqual(ids);
    expect((await rows()).map((row) => row.last_error)).toEqual([null, null, null]);
  });

  describe('tried a thousand times', () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    /** Until it is tried again, in minutes. */
    const tryOnce = async (dueAt: string) => {
      await write('1', { dueAt });
      await query('update mail_outbox set attempts = 1000');
      const begun = Date.now();
      await route.sendAll();
      return (((await theRow())?.next_attempt_at.getTime() ?? 0) - begun) / 60_000;
    };
    const DAY = 24 * 60;

    it('waits no longer than a minute for a server that is away, for however many days', async () => {
      await route.stopCatching();
      expect(await tryOnce(minutesAgo(30 * DAY))).toBeCloseTo(1, 0);
      expect(await theRow()).toMatchObject({ refused_at: null });
    });

    it.each([
      [2, 1],
      [100, 10],
      [2 * DAY, 60],
    ])('that it alone is not taken for %i minutes, waits %i more', async (due, wait) => {
      route.faults.add({ times: 1, responseCode: 451, message: 'Later', delayMs: 0 });
      expect(await tryOnce(minutesAgo(due))).toBeCloseTo(wait, 0);
      expect(await theRow()).toMatchObject({ refused_at: null });
    });

    it('is given up when it alone is not taken for five days', async () => {
      route.faults.add({ times: 1, responseCode: 451, message: 'Later', delayMs: 0 });
      await tryOnce(minutesAgo(5 * DAY + 1));
      expect(await theRow()).toMatchObject({
        refused_at: expect.any(Date) as Date,
        last_error: 'EMESSAGE 451',
      });
      await makeDue();
      await route.sendAll();
      expect(await caught()).toEqual([]);
    });
  });

  it('is tried again after a 451, under the same id', async () => {
    await write();
    route.faults.add({ times: 1, responseCode: 451, message: `${ADDRESS} is busy`, delayMs: 0 });
    await route.sendAll();
    expect(await theRow()).toMatchObject({ attempts: 1, refused_at: null, last_error: 'EMESSAGE 451' });
    await makeDue();
    await route.sendAll();
    expect(await messageIds()).toEqual([MESSAGE_ID]);
    expect(await theRow()).toMatchObject({ attempts: 2, last_error: null });
  });

  it.each([550, 552, 554])('is refused for good with %i, and holds up no other', async (responseCode) => {
    await write('1');
    await write('2');
    route.faults.add({ times: 1, responseCode, message: `${ADDRESS} is unknown`, delayMs: 0 });
    await route.sendAll();
    await makeDue();
    await route.sendAll();
    expect(await messageIds()).toEqual(['<br_1.2.person_maker@badges.example>']);
    expect(await theRow()).toMatchObject({
      attempts: 1,
      sent_at: null,
      refused_at: expect.any(Date) as Date,
      last_error: `EMESSAGE ${responseCode}`,
    });
  });

  const refuse = (responseCode: number) => (_: unknown, __: unknown, done?: (error: Error) => void) =>
    done?.(Object.assign(new Error('Not you'), { responseCode }));
  // RFC 5321 3.1 and RFC 4954 6.
  it.each<[string, SMTPServerOptions]>([
    ['to talk to us', { onConnect: (session, done) => refuse(554)(session, null, done) }],
    ['us as a sender', { onMailFrom: refuse(530) }],
  ])('is delayed by a server that refuses %s', async (_what, options) => {
    const disabledCommands = ['AUTH', 'STARTTLS'];
    const refusing = new SMTPServer({
      authOptional: true,
      disabledCommands,
      disableReverseLookup: true,
      ...options,
    });
    refusing.on('error', () => undefined);
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise<void>((resolve) => refusing.close(() => resolve())));
    const address = refusing.server.address();
    const sender = route.newSender(typeof address === 'object' ? address?.port : undefined);
    // Before the server, which gives a connection that is open half a minute.
    endings.push(() => sender.close());
    await write();
    await route.sendAll(sender);
    expect(await theRow()).toMatchObject({ attempts: 1, sent_at: null, refused_at: null });
  });
});

describe('a mail that cannot be made', () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const unmakeable = [
    ['UNKNOWN_TEMPLATE', { template: 'unheard-of' }],
    ['CANNOT_BE_MADE', { template: 'rejected', props: { reasons: 'none' } }],
  ] as const;

  it.each(unmakeable)('is left to a newer worker for a day: %s', async (error, mail) => {
    await write('1', { ...mail, dueAt: hoursAgo(23) });
    await write('2');
    await route.sendAll();
    expect(await messageIds()).toEqual(['<br_1.2.person_maker@badges.example>']);
    expect(await theRow()).toMatchObject({ attempts: 1, sent_at: null, refused_at: null, last_error: error });
    // What the newer one makes of it.
    await query("update mail_outbox set template = 'withdrawn' where attempts = 1 and sent_at is null");
    await makeDue();
    await route.sendAll();
    expect((await messageIds()).sort()).toEqual([MESSAGE_ID, MESSAGE_ID.replace('1.p', '2.p')]);
  });

  it.each(unmakeable)('is refused then, and holds up no other: %s', async (error, mail) => {
    await write('1', { ...mail, dueAt: hoursAgo(25) });
    await write('2');
    await route.sendAll();
    expect(await messageIds()).toEqual(['<br_1.2.person_maker@badges.example>']);
    expect(await theRow()).toMatchObject({
      ...{ attempts: 1, sent_at: null, last_error: error },
      refused_at: expect.any(Date) as Date,
    });
  });
});

describe('several senders', () => {
  it('send each mail once', async () => {
    const causes = Array.from({ length: 20 }, (_, index) => String(index));
    for (const cause of causes) await write(cause);
    route.faults.add({ times: causes.length, message: '', delayMs: 10 });
    const other = route.newSender();
    await Promise.all(
      [route.sender, route.sender, route.sender, other, other, other].map((one) => route.sendAll(one)),
    );
    expect(new Set(await messageIds()).size).toBe(causes.length);
    expect(await caught()).toHaveLength(causes.length);
  });

  it('take over at once what a killed one held, under the same id', async () => {
    await write();
    route.faults.add({ times: 1, message: '', delayMs: 500 });
    const killed = route.sender.drainOne();
    const fate = killed.then(
      () => 'sent',
      () => 'cut off',
    );
    await until(() => route.faults.list().length === 0);
    expect(await route.newSender().drainOne()).toBe(0);
    await query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`,
    );
    await until(async () => (await route.newSender().drainOne()) > 0);
    expect(await fate).toBe('cut off');
    // The killed one's may have arrived before or after; whoever gets both sees one.
    expect([...new Set(await messageIds())]).toEqual([MESSAGE_ID]);
    expect(await theRow()).toMatchObject({ attempts: 1, last_error: null });
  });
});
