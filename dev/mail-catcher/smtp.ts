/** The SMTP side: takes every mail for everybody, but for faults on demand. */
import { SMTPServer } from 'smtp-server';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK } from '../free-port';
import type { Faults } from './faults';
import type { MailStore } from './mail-store';

const LARGEST_MAIL_BYTES = 10 * 1024 * 1024;

/**
 * Listens on loopback. A mail is written before it is answered with 250.
 * @param port 0 for a free one
 */
export async function listenForMail(
  port: number,
  { store, faults }: { store: MailStore; faults: Faults },
): Promise<{ port: number; close(): Promise<void> }> {
  const take = async (raw: Buffer, recipients: string[]) => {
    const fault = faults.next();
    if (fault !== undefined && fault.delayMs > 0) await sleep(fault.delayMs);
    if (fault?.responseCode !== undefined) throw refusal(fault.responseCode, fault.message);
    await store.add(raw, recipients, new Date());
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MAIL_BYTES,
    closeTimeout: 500,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('error', callback);
      stream.once('end', () => {
        if (stream.sizeExceeded) return callback(refusal(552, 'The mail is too large'));
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        take(Buffer.concat(chunks), recipients).then(() => callback(), callback);
      });
    },
  });
  // A client that goes away in the middle is its own affair.
  server.on('error', (error) => console.error(`SMTP: ${error.message}`));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve());
  });
  const address = server.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const refusal = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });
