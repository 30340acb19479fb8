/** What mail servers refuse, before they have a mail. */
import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createMailSender } from '../../../activities/mail/sender';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { createSelfSigned } from '../../setup/self-signed';
import { addRequest } from './request-to-mail-about';

let database: TestDatabase;
/** Of mails that were handed over whole: to whom. */
let taken: string[];
/** Of everybody who has connected. */
let sockets: Socket[];
/** Run after each test, the last one first. */
let endings: (() => Promise<void> | void)[];

beforeEach(async () => {
  taken = [];
  sockets = [];
  database = await createTestDatabase();
  endings = [() => database.drop()];
});
afterEach(async () => {
  for (const end of endings.reverse()) await end();
});

async function senderTo(options: SMTPServerOptions, { login = '', host = '127.0.0.1', query = '' } = {}) {
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onData(stream, { envelope }, answer) {
      stream.resume().once('end', () => {
        taken.push(...envelope.rcptTo.map(({ address }) => address));
        answer();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const sender = createMailSender({
    ...{ pool: database.pool, from: 'from@badges.example' },
    smtpUrl: `smtp://${login}${host}:${port}${query}`,
    ...{ publicUrl: 'https://badges.example', connections: 1 },
  });
  endings.push(() => sender.close());
  return sender;
}

async function writeTo(address: string): Promise<void> {
  await addRequest(database.pool, address);
  await database.pool.query(
    `insert into mail_outbox (request_id, mail_key, recipient_id, template, props)
     values ('br_1', 'br_1.1.person_maker', 'person_maker', 'withdrawn', '{}')`,
  );
}
const fate = async () => {
  const { rows } = await database.pool.query<{
    sent_at: Date | null;
    refused_at: Date | null;
    last_error: string;
  }>('select sent_at, refused_at, last_error from mail_outbox');
  const [row] = rows;
  if (row?.sent_at) return 'sent';
  return `${row?.refused_at ? 'refused' : 'later'} ${row?.last_error}`;
};
const makeDue = () => database.pool.query('update mail_outbox set next_attempt_at = now()');
const refusal = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });

// RFC 3463 3: what begins with 5.1 is about the address, with 5.7 about who sends.
test.each([
  [450, '4.2.0 Greylisted', 'later'],
  [451, '4.3.0 Try again later', 'later'],
  [452, '4.2.2 Mailbox full', 'later'],
  [501, '5.1.3 Bad recipient address syntax', 'refused'],
  [550, '5.1.1 User unknown', 'refused'],
  [553, '5.1.3 Not an address here', 'refused'],
  [503, '5.5.1 Bad sequence of commands', 'later'],
  [550, '5.7.1 Relaying denied', 'later'],
])('%i %s at the recipient: %s', async (code, message, expected) => {
  await writeTo('maker@one.example');
  const sender = await senderTo({ onRcptTo: (_address, _session, done) => done(refusal(code, message)) });
  await sender.drainOne();
  expect(await fate()).toBe(`${expected} EENVELOPE ${code}`);
  expect(taken).toEqual([]);
});

test.each([
  [421, '4.3.2 Shutting down', 1],
  [450, '4.2.0 Greylisted', 60],
])(
  '%i %s at the recipient of a mail that is due for two days: %i minutes more',
  async (code, message, wait) => {
    await writeTo('maker@one.example');
    await database.pool.query(`update mail_outbox set due_at = now() - interval '2 days', attempts = 20`);
    const sender = await senderTo({ onRcptTo: (_address, _session, done) => done(refusal(code, message)) });
    await sender.drainOne();
    const { rows } = await database.pool.query<{ minutes: number }>(
      'select round(extract(epoch from next_attempt_at - now()) / 60)::int as minutes from mail_outbox',
    );
    expect(rows).toEqual([{ minutes: wait }]);
  },
);

test('a greylisted mail leaves once it is tried again', async () => {
  await writeTo('maker@one.example');
  let tries = 0;
  const sender = await senderTo({
    onRcptTo: (_address, _session, done) =>
      (tries += 1) === 1 ? done(refusal(450, '4.2.0 Greylisted')) : done(),
  });
  await sender.drainOne();
  await makeDue();
  await sender.drainOne();
  expect([await fate(), taken]).toEqual(['sent', ['maker@one.example']]);
});

test('a mail whose server goes away before it answers is tried again, under the same id', async () => {
  await writeTo('maker@one.example');
  const ids: (string | undefined)[] = [];
  const sender = await senderTo({
    onData(stream, { remotePort }, answer) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.once('end', () => {
        ids.push(/^Message-ID: (.+)\r$/im.exec(text)?.[1]);
        if (ids.length > 1) return answer();
        for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
      });
    },
  });
  await sender.drainOne();
  expect(await fate()).toMatch(/^later E/);
  await makeDue();
  await sender.drainOne();
  expect([await fate(), ids]).toEqual(['sent', Array(2).fill('<br_1.1.person_maker@badges.example>')]);
});

test('a password that is wrong delays mail, and refuses none', async () => {
  await writeTo('maker@one.example');
  const sender = await senderTo(
    {
      authOptional: false,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refusal(535, '5.7.8 Authentication credentials invalid')),
    },
    { login: 'user:wrong@' },
  );
  const reported: unknown[] = [];
  await makeDue();
  await sender.drainOne((failure) => reported.push(failure));
  expect(await fate()).toBe('later EAUTH 535');
  expect(reported).toMatchObject([{ code: 'EAUTH 535' }]);
});

test('a mail that is to go by TLS waits where the server, or somebody before it, offers none', async () => {
  await writeTo('maker@one.example');
  const sender = await senderTo({}, { query: '/?requireTLS=true' });
  await sender.drainOne();
  expect([await fate(), taken]).toEqual(['later ETLS 500', []]);
});

test('a password goes to nobody without TLS, unless its server is on this machine', async () => {
  await writeTo('maker@one.example');
  let passwords = 0;
  const listening: SMTPServerOptions = {
    ...{ authOptional: false, disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    onAuth: ({ username }, _session, done) => done(null, ((passwords += 1), { user: username })),
  };
  // Another name of this machine's, which nothing tells from one elsewhere.
  await (await senderTo(listening, { login: 'user:secret@', host: '0.0.0.0' })).drainOne();
  expect([await fate(), passwords, taken]).toEqual(['later ETLS 500', 0, []]);
  await makeDue();
  await (await senderTo(listening, { login: 'user:secret@' })).drainOne();
  expect([await fate(), passwords]).toEqual(['sent', 1]);
});

test('a mail goes to no server that cannot prove who it is', async () => {
  await writeTo('maker@one.example');
  const sender = await senderTo({ ...createSelfSigned('127.0.0.1'), disabledCommands: ['AUTH'] });
  await sender.drainOne();
  expect(await fate()).toMatch(/^later E/);
  expect(taken).toEqual([]);
});

// RFC 6531 3.4: an address needs the extension for what is before its @; a domain has a form in ASCII.
test.each([
  ['maker@bücher.example', false],
  ['zoë@one.example', true],
])('a mail to %s asks for SMTPUTF8: %s', async (address, expected) => {
  await writeTo(address);
  const asked: boolean[] = [];
  const sender = await senderTo({
    onMailFrom: ({ args }, _session, done) => {
      asked.push(typeof args === 'object' && 'SMTPUTF8' in args);
      done();
    },
  });
  await sender.drainOne();
  expect([await fate(), taken, asked]).toEqual(['sent', [address], [expected]]);
});
