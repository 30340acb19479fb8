import { createServer, type Server } from 'node:http';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { createFaults } from '../../dev/mail-catcher/faults';
import { openMailStore, type CaughtMail } from '../../dev/mail-catcher/mail-store';
import { listenForMail } from '../../dev/mail-catcher/smtp';
import { createMailPages } from '../../dev/mail-catcher/web';
import { makeScratchFolder } from './scratch-folder';

interface Catcher {
  url: string;
  smtpPort: number;
  close: () => Promise<void>;
}

let folder: string;
let remove: () => Promise<void>;
let catcher: Catcher;

beforeEach(async () => {
  ({ path: folder, remove } = await makeScratchFolder());
  catcher = await start();
});
afterEach(async () => {
  await catcher.close();
  await remove();
});

async function start(): Promise<Catcher> {
  const parts = { store: await openMailStore(join(folder, 'mail')), faults: createFaults() };
  const smtp = await listenForMail(0, parts);
  const web = createServer(createMailPages(parts));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  const close = async () => {
    await smtp.close();
    await closeWeb(web);
  };
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    smtpPort: smtp.port,
    close,
  };
}

const closeWeb = (web: Server) =>
  new Promise<void>((resolve) => {
    web.close(() => resolve());
    web.closeAllConnections();
  });

async function send(mail: Record<string, unknown> = {}): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: catcher.smtpPort, secure: false });
  try {
    await transport.sendMail({
      from: '"Badges" <badges@example.com>',
      to: 'mira@northlight.example',
      subject: 'Your badge is enabled',
      text: 'Good news',
      html: '<p>Good <b>news</b></p>',
      messageId: '<one@example.com>',
      ...mail,
    });
  } finally {
    transport.close();
  }
}

const list = async (query = ''): Promise<CaughtMail[]> =>
  (await (await fetch(`${catcher.url}/api/messages${query}`)).json()) as CaughtMail[];
const subjects = async (query = '') => (await list(query)).map(({ subject }) => subject);
const fault = (body: object) =>
  fetch(`${catcher.url}/_faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a caught mail', () => {
  it('is shown with everything that came', async () => {
    await send({ subject: 'Grüße – ready', headers: { 'Auto-Submitted': 'auto-generated' } });
    const [mail] = await list();
    expect(mail).toMatchObject({
      from: 'badges@example.com',
      to: 'mira@northlight.example',
      subject: 'Grüße – ready',
      text: 'Good news\n',
      html: '<p>Good <b>news</b></p>\n',
      headers: { 'message-id': '<one@example.com>', 'auto-submitted': 'auto-generated' },
    });
    expect(mail?.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('shows its hidden recipients too', async () => {
    await send({ to: ['a@example.com', 'b@example.com'], bcc: 'hidden@example.com' });
    expect((await list())[0]?.to).toBe('a@example.com, b@example.com, hidden@example.com');
  });

  it('is a mail of its own when its Message-ID was there before', async () => {
    await send();
    await send();
    expect(await list()).toHaveLength(2);
  });

  it('is there again after a restart', async () => {
    await send({ subject: 'first' });
    await send({ subject: 'second', bcc: 'hidden@example.com' });
    const before = await list();
    await catcher.close();
    catcher = await start();
    expect(await list()).toEqual(before);
  });

  it('is shown though another file cannot be read', async () => {
    await send();
    await catcher.close();
    await writeFile(join(folder, 'mail', '0-000000-broken.mail'), 'not an envelope');
    catcher = await start();
    expect(await list()).toHaveLength(1);
  });
});

describe('the list', () => {
  beforeEach(async () => {
    await send({ subject: 'Rejected' });
    await send({ subject: 'Enabled', to: 'Jonas <jonas@harborpine.example>' });
    await send({ subject: 'Enabled again' });
  });

  it('has the newest first', async () => {
    expect(await subjects()).toEqual(['Enabled again', 'Enabled', 'Rejected']);
  });

  it('is narrowed by parts of recipient and subject, in any case', async () => {
    expect(await subjects('?subject=enab')).toEqual(['Enabled again', 'Enabled']);
    expect(await subjects('?to=JONAS@')).toEqual(['Enabled']);
    expect(await subjects('?to=mira&subject=enabled')).toEqual(['Enabled again']);
  });

  it('is emptied, on disk too', async () => {
    expect((await fetch(`${catcher.url}/api/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await readdir(join(folder, 'mail'))).toEqual([]);
  });
});

describe('a fault on demand', () => {
  it('refuses as many mails as it says, then none', async () => {
    await fault({ times: 2, responseCode: 451, message: 'Come back later' });
    await expect(send()).rejects.toMatchObject({ responseCode: 451, response: '451 Come back later' });
    await expect(send()).rejects.toMatchObject({ responseCode: 451 });
    await send();
    expect(await list()).toHaveLength(1);
  });

  it('refuses for good', async () => {
    await fault({ responseCode: 550 });
    await expect(send()).rejects.toMatchObject({ responseCode: 550 });
  });

  it('answers late, and accepts', async () => {
    await fault({ delayMs: 150 });
    const begin = performance.now();
    await send();
    expect(performance.now() - begin).toBeGreaterThanOrEqual(149);
    expect(await list()).toHaveLength(1);
  });

  it('is listed and taken back', async () => {
    await fault({ times: 3, responseCode: 451 });
    const waiting: unknown = await (await fetch(`${catcher.url}/_faults`)).json();
    expect(waiting).toEqual([{ times: 3, responseCode: 451, message: 'Fault on demand', delayMs: 0 }]);
    await fetch(`${catcher.url}/_faults`, { method: 'DELETE' });
    await send();
    expect(await list()).toHaveLength(1);
  });

  it.each([{ times: 0 }, { responseCode: 250 }, { message: 'a\r\nb' }, { unknown: 1 }])(
    'is refused as %j',
    async (body) => {
      expect((await fault(body)).status).toBe(422);
    },
  );
});

describe('the page', () => {
  it('is served with a policy that lets in no foreign script', async () => {
    const answer = await fetch(catcher.url);
    expect(await answer.text()).toContain('<title>Caught mail</title>');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
  });

  it('is not everywhere', async () => {
    expect((await fetch(`${catcher.url}/nothing`)).status).toBe(404);
  });
});
