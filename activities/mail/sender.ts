/** Drains the outbox: one mail at a time from each connection, each with the same Message-ID at every try. */
import { createTransport, type Transporter } from 'nodemailer';
import type { Drainable } from '../../db/drain';
import { nextMailAt, sendNextMail, type Delivery, type DueMail } from '../../db/outbox';
import type { Pool } from '../../db/pool';
import { isProgramCode, programByCode } from '../../domain/programs';
import { isMailName, renderMail, type MailName, type MailPropsByName } from './templates';

export interface MailDependencies {
  readonly pool: Pool;
  readonly smtpUrl: string;
  /** The sender's address; its domain is that of the Message-IDs. */
  readonly from: string;
  /** Where people reach the console; a request is at `/badge-requests/<id>` below it. */
  readonly publicUrl: string;
  /** Mails at the same time, each on a connection of its own. */
  readonly connections: number;
}

/** Bounds every wait on the mail server, in milliseconds; a row stays locked that long at the most. */
const TIMEOUTS = {
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 20_000,
  dnsTimeout: 5_000,
};

export function createMailSender(deps: MailDependencies): Drainable & { close(): void } {
  const transport = createTransport({
    url: deps.smtpUrl,
    pool: true,
    maxConnections: deps.connections,
    ...TIMEOUTS,
  });
  return {
    channel: 'mail_outbox',
    drainOne: () => sendNextMail(deps.pool, (mail) => deliver(transport, deps, mail)),
    nextDueAt: () => nextMailAt(deps.pool),
    close: () => transport.close(),
  };
}

async function deliver(transport: Transporter, deps: MailDependencies, mail: DueMail): Promise<Delivery> {
  if (!isMailName(mail.template)) return { kind: 'refused', error: 'UNKNOWN_TEMPLATE' };
  const { subject, text, html } = renderMail(mail.template, propsOf(deps, mail));
  try {
    await transport.sendMail({
      from: { name: 'Works with Alexa badges', address: deps.from },
      to: { name: mail.recipient.name, address: mail.recipient.address },
      subject,
      text,
      html,
      messageId: `<${mail.key}@${deps.from.slice(deps.from.lastIndexOf('@') + 1)}>`,
      // RFC 3834: nobody's automatic answer is wanted.
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return { kind: 'sent' };
  } catch (error) {
    return judgeFailure(error);
  }
}

function propsOf(deps: MailDependencies, mail: DueMail): MailPropsByName[MailName] {
  return {
    ...(mail.props as unknown as MailPropsByName[MailName]),
    requestId: mail.requestId,
    productName: mail.productName,
    asin: mail.asin,
    programLabel: isProgramCode(mail.program) ? programByCode(mail.program).label : mail.program,
    url: `${deps.publicUrl}/badge-requests/${mail.requestId}`,
    recipientName: mail.recipient.name,
  };
}

/**
 * Only a permanent refusal of this mail or its recipient ends its tries (RFC 5321 4.2.1: 5yz); the server
 * being away, busy or refusing us delays it.
 */
function judgeFailure(error: unknown): Delivery {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const shown = `${typeof code === 'string' ? code : 'FAILED'}${typeof responseCode === 'number' ? ` ${responseCode}` : ''}`;
  const permanent =
    typeof responseCode === 'number' && responseCode >= 550 && responseCode < 560 && code !== 'EAUTH';
  return permanent ? { kind: 'refused', error: shown } : { kind: 'later', error: shown };
}
