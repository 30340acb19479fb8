/** The mails that were caught: one file each, so that they are there again after a restart. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Address } from 'postal-mime';

/** A mail as the interface shows it; addresses separated by commas. */
export interface CaughtMail {
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  receivedAt: string;
}

export interface MailStore {
  /** Keeps a mail; resolves when it is on disk. Equal Message-IDs are separate mails. */
  add(raw: Buffer, recipients: readonly string[], receivedAt: Date): Promise<CaughtMail>;
  /** Newest first; parts of recipients and of the subject, in any case. */
  list(filter: { to?: string | undefined; subject?: string | undefined }): CaughtMail[];
  clear(): Promise<void>;
}

/** Separates what the envelope said from the mail itself. */
const ENVELOPE_END = '\n';

/** @param folder made when missing; what lies in it is read back */
export async function openMailStore(folder: string): Promise<MailStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mails = new Map<string, CaughtMail>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.mail')).sort()) {
    const mail = await readBack(join(folder, file));
    if (mail !== undefined) mails.set(mail.id, mail);
  }
  let count = 0;
  return {
    async add(raw, recipients, receivedAt) {
      // Sorts by arrival, also within one millisecond and over restarts.
      const sequence = (count++ % 1e6).toString().padStart(6, '0');
      const id = `${receivedAt.getTime()}-${sequence}-${randomBytes(4).toString('hex')}`;
      const envelope = JSON.stringify({ id, recipients, receivedAt: receivedAt.toISOString() });
      await writeDurably(folder, `${id}.mail`, Buffer.concat([Buffer.from(envelope + ENVELOPE_END), raw]));
      const mail = await parse(id, raw, recipients, receivedAt.toISOString());
      mails.set(id, mail);
      return mail;
    },
    list({ to = '', subject = '' }) {
      const has = (value: string, part: string) => value.toLowerCase().includes(part.toLowerCase());
      return [...mails.values()]
        .filter((mail) => has(mail.to, to) && has(mail.subject, subject))
        .sort((a, b) => (a.id < b.id ? 1 : -1));
    },
    async clear() {
      const ids = [...mails.keys()];
      mails.clear();
      await Promise.all(ids.map((id) => rm(join(folder, `${id}.mail`), { force: true })));
    },
  };
}

async function writeDurably(folder: string, name: string, content: Buffer): Promise<void> {
  const beside = join(folder, `${name}.part`);
  const file = await open(beside, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, join(folder, name));
}

async function readBack(file: string): Promise<CaughtMail | undefined> {
  const content = await readFile(file);
  const end = content.indexOf(ENVELOPE_END);
  try {
    const envelope = JSON.parse(content.subarray(0, end).toString()) as {
      id: string;
      recipients: string[];
      receivedAt: string;
    };
    return await parse(envelope.id, content.subarray(end + 1), envelope.recipients, envelope.receivedAt);
  } catch {
    return undefined;
  }
}

async function parse(
  id: string,
  raw: Buffer,
  recipients: readonly string[],
  receivedAt: string,
): Promise<CaughtMail> {
  const mail = await PostalMime.parse(raw);
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers) {
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return {
    id,
    from: addressesOf(mail.from ? [mail.from] : []).join(', '),
    // Hidden recipients stand only in the envelope.
    to: [...new Set([...addressesOf(mail.to ?? []), ...recipients])].join(', '),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers,
    receivedAt,
  };
}

const addressesOf = (addresses: readonly Address[]): string[] =>
  addresses.flatMap((one) => (one.group ? addressesOf(one.group) : one.address ? [one.address] : []));
