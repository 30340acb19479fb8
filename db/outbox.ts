/** Mails are rows of the transaction that causes them; whoever drains the table sends them. */
import {
  selectNotShown,
  toldNotShown,
  toNotShown,
  type BadgeNotShown,
  type NotShownColumns,
} from './badges-not-shown';
import { COMMENTS_TOLD, type CommentTold } from './comments-told';
import type { NextDue } from './drain';
import { prepared, transact, type Bind, type Pool, type Queryable } from './pool';
import { standingWarnings, type StandingWarning } from './standing-warnings';

interface MailToWrite {
  readonly requestId: string;
  /** Makes the mail's identity: the same request, cause and recipient is the same mail. */
  readonly cause: string;
  readonly template: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** When it may leave; RFC 3339. */
  readonly dueAt: string;
}

export interface MailToMakers extends Omit<MailToWrite, 'requestId'> {
  /** Whether it is due after the transition that writes it. */
  readonly isAhead?: boolean;
}

/** A request as it is when a mail about it is written. */
interface MailSubject {
  readonly requestId: string;
  readonly organizationId: string;
  readonly asin: string | null;
  readonly productId: string | null;
}

/**
 * The part of a statement that writes mails to every maker of an organization; those that are there stay. One that was
 * written ahead may leave at its instant while a transition begun before takes it back: it is not written anew.
 */
export function insertMails(bind: Bind, about: MailSubject, mails: readonly MailToMakers[]): string {
  const requestId = `${bind(about.requestId)}::text`;
  return `insert into mail_outbox
      (request_id, mail_key, recipient_id, template, props, due_at, next_attempt_at, asin, product_id)
    select ${requestId}, ${requestId} || '.' || m.cause || '.' || p.id, p.id, m.template, m.props, m."dueAt", m."dueAt",
           ${bind(about.asin)}::text, ${bind(about.productId)}::text
      from rows from (jsonb_to_recordset(${bind(JSON.stringify(mails))}::jsonb)
                        as (cause text, template text, props jsonb, "dueAt" timestamptz, "isAhead" boolean))
             with ordinality as m(cause, template, props, "dueAt", "isAhead", place),
           people p
     where p.organization_id = ${bind(about.organizationId)} and p.role = 'MAKER' and p.left_at is null
       and not (m."isAhead" is true and exists (
         select from mail_outbox o where o.request_id = ${requestId} and o.recipient_id = p.id and o.sent_at is not null
            and o.template = m.template and o.due_at = m."dueAt" and o.props - 'toldNotShown' = m.props))
     order by m.place, p.id
    on conflict (mail_key) do nothing`;
}

/** Wakes whoever drains the table; for the list of a select or of a returning clause. */
export const WAKE_MAIL_SENDERS = `pg_notify('mail_outbox', '')`;

/** Who of the service's own people a mail goes to; no reviewer gets one about an organization of theirs. */
const audiences = {
  REVIEWERS: "p.role = 'REVIEWER' and p.organization_id is distinct from r.organization_id",
  OPERATORS: "p.role = 'OPERATOR'",
} as const;

export interface MailToStaff extends Omit<MailToWrite, 'dueAt'> {
  readonly audience: keyof typeof audiences;
}

/** Writes a mail that may leave at once to each of an audience; one that is there already stays as it is. */
export async function mailStaff(connection: Queryable, mail: MailToStaff): Promise<void> {
  await connection.query(
    prepared(
      `with written as (
       insert into mail_outbox (request_id, mail_key, recipient_id, template, props)
       select r.id, r.id || '.' || $2 || '.' || p.id, p.id, $3, $4
         from badge_requests r join people p on ${audiences[mail.audience]}
        where r.id = $1 and p.left_at is null
       on conflict (mail_key) do nothing
     )
     select ${WAKE_MAIL_SENDERS}`,
      [mail.requestId, mail.cause, mail.template, mail.props],
    ),
  );
}

/**
 * Takes back every mail of a request that is due after an instant and has not left; a comment stays said, also
 * one that is written while a transition takes back what it wrote ahead.
 */
export async function takeBackMails(connection: Queryable, requestId: string, after: string): Promise<void> {
  await connection.query(
    prepared(
      `delete from mail_outbox
        where request_id = $1 and due_at > $2::timestamptz and sent_at is null and template <> 'comment'`,
      [requestId, after],
    ),
  );
}

/** A mail that is due, with what is known at the moment it is sent of what it is about. */
export interface DueMail {
  readonly key: string;
  readonly template: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly productName: string;
  readonly asin: string;
  readonly program: string;
  readonly recipient: { readonly name: string; readonly address: string };
  /** By the database's clock: ours may be wrong. */
  readonly takenAt: Date;
  /** Whether it was due a day ago: whatever worker can make it has had the time. */
  readonly isOld: boolean;
  /** Of a mail that says where the badge is shown: where it is not at this moment. */
  readonly notShown: readonly BadgeNotShown[];
  /** Of a mail that says what is left to do where the badge is shown: the listings that are still to be corrected. */
  readonly warned: readonly StandingWarning[];
  /** Of a mail that tells of comments. */
  readonly comments: readonly CommentTold[];
}

/** What became of a try: gone, to be tried again, or refused for good. `error` is a code, never an address. */
export type Delivery =
  | { readonly kind: 'sent' }
  /** With `isOfMail` where the server takes mails, and not this one. */
  | { readonly kind: 'later'; readonly error: string; readonly isOfMail: boolean }
  | { readonly kind: 'refused'; readonly error: string };

/** Between tries, where nothing is known of when the server takes mails again. */
const LONGEST_WAIT_SECONDS = 60;
/** Between tries of a mail that the server does not take: a tenth of the time that it was due, up to so much. */
const LONGEST_WAIT_OF_MAIL_SECONDS = 3_600;
/** For how long it is tried (RFC 5321 4.5.4.1: at least four to five days). */
const GIVEN_UP_AFTER_DAYS = 5;
/** What a transaction may idle longer than its mail is sent. */
const SPARE_MS = 60_000;

/**
 * Takes the next mail that is due and hands it to `send`. Its row stays locked meanwhile: nobody else sends
 * it, and a killed sender's is free at once.
 * @param bounds.most how far what is due is counted
 * @param bounds.withinMs how long `send` takes at the most; the transaction outlasts it
 * @returns how many were due, those in other hands included; 0 when there was none to take
 */
export async function sendNextMail(
  pool: Pool,
  send: (mail: DueMail) => Promise<Delivery>,
  { most, withinMs }: { most: number; withinMs: number },
): Promise<number> {
  return transact(pool, async (connection, commitWith) => {
    const { rows } = await connection.query<DueRow>(
      prepared(
        `select m.id, m.mail_key, m.template, m.props, m.request_id, coalesce(m.asin, r.asin) as asin, r.program,
              coalesce(p.name, '') as product_name, w.name as recipient_name, w.email,
              w.left_at is not null or w.role = 'MAKER' and w.organization_id is distinct from r.organization_id
                as has_left, m.due_at < now() - interval '1 day' as is_old,
              ${selectNotShown("m.template = 'enabled'")}, ${COMMENTS_TOLD},
              case when m.template in ('enabled', 'badge-reinstated') then ${standingWarnings('r.id')} end as warned,
              ${countDue('$1')} as due, clock_timestamp() as taken_at,
              set_config('idle_in_transaction_session_timeout', $2::text, true) as patience
         from mail_outbox m
         join badge_requests r on r.id = m.request_id
         join people w on w.id = m.recipient_id
         left join products p on p.id = coalesce(m.product_id, r.product_id)
        where m.sent_at is null and m.refused_at is null and m.next_attempt_at <= now()
        order by m.next_attempt_at, m.id limit 1 for update of m skip locked`,
        [most, String(withinMs + SPARE_MS)],
      ),
    );
    const row = rows[0];
    if (row === undefined) return 0;
    const notShown = toNotShown(row);
    const delivery = row.has_left
      ? { kind: 'refused' as const, error: RECIPIENT_LEFT }
      : await send({
          key: row.mail_key,
          template: row.template,
          props: row.props,
          requestId: row.request_id,
          productName: row.product_name,
          asin: row.asin ?? '',
          program: row.program ?? '',
          recipient: { name: row.recipient_name, address: row.email },
          takenAt: row.taken_at,
          isOld: row.is_old,
          notShown,
          warned: row.warned ?? [],
          comments: row.comments ?? [],
        });
    await commitWith(deliveryStatement(row.id, delivery, toldNotShown(notShown)));
    return row.due;
  });
}

/** Of what was written before the recipient left, the service or the organization: it is not sent any more. */
export const RECIPIENT_LEFT = 'RECIPIENT_LEFT';

interface DueRow extends NotShownColumns {
  comments: CommentTold[] | null;
  warned: StandingWarning[] | null;
  id: number;
  mail_key: string;
  template: string;
  props: Record<string, unknown>;
  request_id: string;
  asin: string | null;
  program: string | null;
  product_name: string;
  recipient_name: string;
  email: string;
  has_left: boolean;
  taken_at: Date;
  is_old: boolean;
  due: number;
}

/** @param told what the mail said that its row did not */
function deliveryStatement(
  id: number,
  delivery: Delivery,
  told: Readonly<Record<string, unknown>>,
): ReturnType<typeof prepared> {
  switch (delivery.kind) {
    case 'sent':
      return prepared(
        `update mail_outbox set sent_at = clock_timestamp(), attempts = attempts + 1, last_error = null,
                props = props || $2::jsonb
          where id = $1`,
        [id, told],
      );
    case 'refused':
      return prepared(
        `update mail_outbox set refused_at = clock_timestamp(), attempts = attempts + 1, last_error = $2
          where id = $1`,
        [id, delivery.error],
      );
    case 'later':
      return prepared(
        `update mail_outbox set attempts = attempts + 1, last_error = $2,
                next_attempt_at = clock_timestamp() + interval '1 second' * greatest(
                  least($3, power(2, least(attempts, 10))),
                  case when $4 then least($5, extract(epoch from clock_timestamp() - due_at) / 10) end),
                refused_at = case when $4 and due_at < clock_timestamp() - make_interval(days => $6)
                  then clock_timestamp() end
          where id = $1`,
        [
          id,
          delivery.error,
          LONGEST_WAIT_SECONDS,
          delivery.isOfMail,
          LONGEST_WAIT_OF_MAIL_SECONDS,
          GIVEN_UP_AFTER_DAYS,
        ],
      );
  }
}

const countDue = (most: string) => `(select count(*) from (select from mail_outbox o
    where o.sent_at is null and o.refused_at is null and o.next_attempt_at <= now() limit ${most}) o)`;

/**
 * When the next mail is due, and how many are, those in anybody's hands included; see `Drainable`.
 * @param most how far what is due is counted
 */
export async function nextMailDue(
  connection: Queryable,
  after: Date | null,
  most: number,
): Promise<Required<NextDue> | null> {
  const { rows } = await connection.query<Required<NextDue>>(
    prepared(
      `select clock_timestamp() as now, ${countDue('$2')} as due, (select min(next_attempt_at) from mail_outbox
        where sent_at is null and refused_at is null and next_attempt_at > coalesce($1, '-infinity'::timestamptz)) as at`,
      [after, most],
    ),
  );
  return rows[0] ?? null;
}
