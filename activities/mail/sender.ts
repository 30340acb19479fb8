/** Drains the outbox: one mail at a time from each connection, each with the same Message-ID at every try. */
import { createTransport, type Transporter } from 'nodemailer';
import type { Drainable } from '../../db/drain';
import { nextMailDue, sendNextMail, type Delivery, type DueMail } from '../../db/outbox';
import type { Pool } from '../../db/pool';
import { isProgramCode, programs } from '../../domain/programs';
import { isTlsRequired } from './smtp-url';
import { isMailName, renderMail, type Mail, type MailName, type MailPropsByName } from './templates';

export interface MailDependencies {
  readonly pool: Pool;
  readonly smtpUrl: string;
  /** The sender's address; its domain is that of the Message-IDs. */
  readonly from: string;
  /** Where people reach the console; a request is at `/badge-requests/<id>` below it. */
  readonly publicUrl: string;
  /** Mails at the same time, each on a connection of its own. */
  readonly connections: number;
  /** In place of {@link TIMING}. */
  readonly timing?: Partial<typeof TIMING>;
}

export interface MailSender extends Drainable {
  /** Mails in hand have a little time left; what has not gone by then is tried again. */
  hurry(): void;
  close(): void;
}

const MINUTE_MS = 60_000;

/** Bounds of what is waited for, in milliseconds. */
export const TIMING = {
  /**
   * Until a mail may be sent, greeting and STARTTLS included. Servers greet late on purpose, seconds to half a minute, to
   * tell who cannot wait: RFC 5321 4.5.3.2.1 gives them five minutes, but a server that is gone holds a connection as long.
   */
  connectionTimeout: MINUTE_MS,
  greetingTimeout: MINUTE_MS,
  dnsTimeout: 5_000,
  /**
   * For each answer. RFC 5321 4.5.3.2.6 gives that to the final dot ten minutes: who hangs up before gets the mail sent
   * twice, as the server has it by then.
   */
  socketTimeout: 10 * MINUTE_MS,
  /** A whole conversation, however slow each part of it; a row stays locked that long at the most. */
  longestSend: 15 * MINUTE_MS,
  /** Mails in hand when a worker is told to stop. */
  afterStop: 20_000,
};

/** A mail that has just been written gives way to whoever waits for what it tells of; one that becomes due does not. */
const REST_MS = 100;

export function createMailSender(deps: MailDependencies): MailSender {
  const { longestSend, afterStop, ...timeouts } = { ...TIMING, ...deps.timing };
  const transport = createTransport({
    url: deps.smtpUrl,
    pool: true,
    maxConnections: deps.connections,
    ...(isTlsRequired(deps.smtpUrl) && { requireTLS: true }),
    ...timeouts,
  });
  /** Ends a conversation that is under way; a signal of all of them would remember each mail for ever. */
  const conversations = new Set<AbortController>();
  /** What is due beyond so many is no matter: as many are in hand at the most. */
  const most = deps.connections + 1;
  // Leaves a mail before its row is committed, so that what an answer counts as due is never taken for one in hand.
  let inHand = 0;
  return {
    channel: 'mail_outbox',
    countsDue: true,
    restMs: REST_MS,
    async drainOne(report) {
      let others = 0;
      const send = async (mail: DueMail): Promise<Delivery> => {
        others = inHand;
        inHand += 1;
        const conversation = new AbortController();
        conversations.add(conversation);
        const tooLong = setTimeout(() => conversation.abort(), longestSend);
        try {
          const delivery = await deliver(transport, deps, mail, conversation.signal);
          if (delivery.kind === 'later')
            report?.(Object.assign(new Error('A mail waits'), { code: delivery.error }));
          return delivery;
        } finally {
          clearTimeout(tooLong);
          conversations.delete(conversation);
          inHand -= 1;
        }
      };
      const due = await sendNextMail(deps.pool, send, { most, withinMs: longestSend });
      return due === 0 ? 0 : Math.max(1, due - others);
    },
    async nextDue(after) {
      const next = await nextMailDue(deps.pool, after, most);
      return next && { ...next, due: Math.max(0, next.due - inHand) };
    },
    hurry() {
      const end = () => conversations.forEach((conversation) => conversation.abort());
      setTimeout(end, afterStop).unref();
    },
    close: () => transport.close(),
  };
}

async function deliver(
  transport: Transporter,
  deps: MailDependencies,
  mail: DueMail,
  signal: AbortSignal,
): Promise<Delivery> {
  // A worker of the next version, which knows what it has written, may take it.
  const notMade = mail.isOld ? 'refused' : 'later';
  const cannot = (error: string): Delivery => ({ kind: notMade, error, isOfMail: false });
  if (!isMailName(mail.template)) return cannot('UNKNOWN_TEMPLATE');
  const rendered = render(deps, mail.template, mail);
  if (rendered === null) return cannot('CANNOT_BE_MADE');
  try {
    await transport.sendMail({
      from: { name: 'Works with Alexa badges', address: deps.from },
      to: { name: mail.recipient.name, address: mail.recipient.address },
      ...rendered,
      date: mail.takenAt,
      messageId: `<${mail.key}@${deps.from.slice(deps.from.lastIndexOf('@') + 1)}>`,
      // RFC 3834: nobody's automatic answer is wanted.
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal,
    });
    return { kind: 'sent' };
  } catch (error) {
    return judgeFailure(error);
  }
}

/** Null for a row that no template can make a mail of; it must not hold up the others. */
function render(deps: MailDependencies, name: MailName, mail: DueMail): Mail | null {
  try {
    return renderMail(name, propsOf(deps, mail));
  } catch {
    return null;
  }
}

function propsOf(deps: MailDependencies, mail: DueMail): MailPropsByName[MailName] {
  return {
    ...(mail.props as unknown as MailPropsByName[MailName]),
    requestId: mail.requestId,
    productName: mail.productName,
    asin: mail.asin,
    programLabel: isProgramCode(mail.program) ? programs[mail.program].label : mail.program,
    url: `${deps.publicUrl}/badge-requests/${mail.requestId}`,
    recipientName: mail.recipient.name,
    ...(mail.notShown.length > 0 ? { notShown: mail.notShown } : {}),
    ...(mail.warned.length > 0 ? { warned: mail.warned } : {}),
    ...(mail.comments.length > 0 ? { comments: mail.comments } : {}),
  };
}

/** What the server answers about this recipient or this mail, not about us or itself. */
const ABOUT_THE_MAIL = ['RCPT TO', 'DATA'];
/** Of a recipient whose address is none (RFC 5321 4.2.2: a syntax error in parameters). */
const NO_ADDRESS = 501;
/** That it closes, whatever it was asked (RFC 5321 3.8). */
const CLOSING = 421;

/**
 * Only a permanent refusal of this mail or its recipient ends its tries (RFC 5321 4.2.1: 5yz); the server
 * being away, busy or refusing us delays it, also where it says so at the recipient (RFC 3463 3.8: x.7.z).
 * What it says there may be about this mail alone, which is tried less and less often then, and for some days.
 */
function judgeFailure(error: unknown): Delivery {
  const { code, command, responseCode, response } = error as Record<
    'code' | 'command' | 'responseCode' | 'response',
    unknown
  >;
  const name = typeof code === 'string' ? code : 'FAILED';
  if (typeof responseCode !== 'number') return { kind: 'later', error: name, isOfMail: false };
  const isOfMail = ABOUT_THE_MAIL.includes(String(command)) && responseCode !== CLOSING;
  const isAboutUs = typeof response === 'string' && /^\d{3}[ -]\d\.7\./.test(response);
  const isPermanent =
    (responseCode >= 550 && isOfMail) || (responseCode === NO_ADDRESS && command === 'RCPT TO');
  const kind = isPermanent && !isAboutUs ? 'refused' : 'later';
  return { kind, error: `${name} ${responseCode}`, isOfMail };
}
