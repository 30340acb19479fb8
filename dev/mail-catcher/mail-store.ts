/** The mails that were caught: one file each, so that they are there again after a restart. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
  /** Keeps a mail; resolves when it is written, so that no kill of ours loses it. Equal Message-IDs are separate mails. */
  add(raw: Buffer, recipients: readonly string[], receivedAt: Date): Promise<void>;
  /** Newest first; parts of recipients and of the subject, in any case. What cannot be read as a mail is left out. */
  list(filter: { to?: string | undefined; subject?: string | undefined }): Promise<CaughtMail[]>;
  clear(): Promise<void>;
}

/** Separates what the envelope said from the mail itself. */
const ENVELOPE_END = '\n';

interface Envelope {
  readonly id: string;
  readonly recipients: readonly string[];
  readonly receivedAt: string;
}

/** Reads a mail when it is first asked for: whoever sends many does not wait until each is taken apart. */
type ReadMail = () => Promise<CaughtMail | undefined>;

/** @param folder made when missing; what lies in it is read back */
export async function openMailStore(folder: string): Promise<MailStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mails = new Map<string, ReadMail>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.mail')).sort())
    mails.set(file.slice(0, -'.mail'.length), readOnce(join(folder, file)));
  let count = 0;
  return {
    async add(raw, recipients, receivedAt) {
      // Sorts by arrival, also within one millisecond and over restarts.
      const sequence = (count++ % 1e6).toString().padStart(6, '0');
      const id = `${receivedAt.getTime()}-${sequence}-${randomBytes(4).toString('hex')}`;
      const envelope: Envelope = { id, recipients, receivedAt: receivedAt.toISOString() };
      const content = Buffer.concat([Buffer.from(JSON.stringify(envelope) + ENVELOPE_END), raw]);
      await writeWhole(folder, `${id}.mail`, content);
      mails.set(id, readOnce(join(folder, `${id}.mail`)));
    },
    async list({ to = '', subject = '' }) {
      const has = (value: string, part: string) => value.toLowerCase().includes(part.toLowerCase());
      const found: CaughtMail[] = [];
      // One after another: thousands may be read for the first time.
      for (const read of [...mails.values()]) {
        const mail = await read();
        if (mail !== undefined && has(mail.to, to) && has(mail.subject, subject)) found.push(mail);
      }
      return found.sort((a, b) => (a.id < b.id ? 1 : -1));
    },
    async clear() {
      const ids = [...mails.keys()];
      mails.clear();
      await Promise.all(ids.map((id) => rm(join(folder, `${id}.mail`), { force: true })));
    },
  };
}

/** A file of this name is complete or not there at all. */
async function writeWhole(folder: string, name: string, content: Buffer): Promise<void> {
  const beside = join(folder, `${name}.part`);
  await writeFile(beside, content, { mode: 0o600 });
  await rename(beside, join(folder, name));
}

function readOnce(file: string): ReadMail {
  let mail: Promise<CaughtMail | undefined> | undefined;
  const read = async () => {
    const content = await readFile(file);
    const end = content.indexOf(ENVELOPE_END);
    const envelope = JSON.parse(content.subarray(0, end).toString()) as Envelope;
    return parse(envelope, content.subarray(end + 1));
  };
  return () => (mail ??= read().catch(() => undefined));
}

async function parse({ id, recipients, receivedAt }: Envelope, raw: Buffer): Promise<CaughtMail> {
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
