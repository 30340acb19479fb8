/** The way of a mail: senders of an outbox, and a real SMTP server that catches what they send. */
import { join } from 'node:path';
import { createMailSender } from '../../activities/mail/sender';
import type { Pool } from '../../db/pool';
import { createFaults, type Faults } from '../../dev/mail-catcher/faults';
import { openMailStore, type MailStore } from '../../dev/mail-catcher/mail-store';
import { listenForMail } from '../../dev/mail-catcher/smtp';
import { makeScratchFolder } from '../dev/scratch-folder';

export type MailSender = ReturnType<typeof createMailSender>;

export interface MailRoute {
  /** What has been caught. */
  readonly store: MailStore;
  readonly faults: Faults;
  /** The first sender. */
  readonly sender: MailSender;
  /** @param port of another server than the catcher */
  newSender(port?: number): MailSender;
  /** Sends what is due, one mail after another. */
  sendAll(from?: MailSender): Promise<void>;
  /** The catcher takes no mail any more; what it has caught stays. */
  stopCatching(): Promise<void>;
  /** Where it caught before. */
  catchAgain(): Promise<void>;
  /** Closes all senders, then the catcher, and forgets what it has caught. */
  close(): Promise<void>;
}

/**
 * @param pool of the database with the outbox; stays open
 * @param from whose domain the ids of mails are of
 */
export async function openMailRoute(pool: Pool, from = 'from@badges.example'): Promise<MailRoute> {
  const folder = await makeScratchFolder();
  const store = await openMailStore(join(folder.path, 'mail'));
  const faults = createFaults();
  let smtp = await listenForMail(0, { store, faults });
  const catcherPort = smtp.port;
  const senders: MailSender[] = [];
  const newSender = (port = catcherPort) => {
    const made = createMailSender({
      pool,
      smtpUrl: `smtp://127.0.0.1:${port}`,
      from,
      publicUrl: 'https://badges.example',
      connections: 3,
    });
    senders.push(made);
    return made;
  };
  const sender = newSender();
  return {
    store,
    faults,
    sender,
    newSender,
    async sendAll(from = sender) {
      while (await from.drainOne());
    },
    stopCatching: () => smtp.close(),
    async catchAgain() {
      smtp = await listenForMail(catcherPort, { store, faults });
    },
    async close() {
      for (const each of senders) each.close();
      await smtp.close();
      await folder.remove();
    },
  };
}
