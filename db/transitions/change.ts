/** What a transition changes, and the one statement that writes all of it. */
import type { CertifiedProduct } from '../../domain/certification';
import type { BadgeRequestForm } from '../../domain/form';
import { isSinceEnabled, type Action, type Status } from '../../domain/lifecycle';
import type { Reason } from '../../domain/reasons';
import { marketplaceByCode } from '../../domain/marketplaces';
import type { DecidingAction } from '../../domain/rounds';
import type { GoingLive, Recorded } from '../../domain/transitions';
import { insertMails, WAKE_MAIL_SENDERS } from '../outbox';
import { composed, type Bind } from '../pool';
import { tellIfSuspended } from '../program-suspension-news';
import type { RequestRow } from '../requests';
import { forgetSuspended } from '../suspended-elsewhere';
import { insertUnconfirmed } from '../unconfirmed-commands';
import type { EffectiveBadge } from './badges';
import type { TransitionCommand, TransitionRef } from './transition-ref';

type Actor = TransitionCommand['actor'];

/** Columns that a transition may set besides status and stage. */
export type ColumnChanges = Partial<{
  round: number;
  attention: string | null;
  reasons: string;
  review_due_at: string | null;
  next_escalation_at: string | null;
  escalation_level: number;
  submitted_at: string;
  marketplaces: string[];
  go_live_kind: string;
  go_live_date: string | null;
  first_effective_at: string | null;
  enabled_at: string | null;
  badges_change_at: string | null;
}>;

export interface MailChange {
  readonly template: string;
  readonly props?: Readonly<Record<string, unknown>>;
  /** RFC 3339; absent: at once. */
  readonly dueAt?: string;
  /** Tells it from another mail of the same template and transition. */
  readonly part?: string;
}

/** What becomes true by itself at a later instant, written ahead. */
export interface AheadEntry {
  /** RFC 3339. */
  readonly at: string;
  readonly action: Action;
  /** Absent: what the transition itself leads to. */
  readonly from?: Status;
  readonly to: Status;
  /** Absent or null: the service. */
  readonly actor?: Actor | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Change<Outcome extends Recorded> {
  readonly action: Action;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly columns?: ColumnChanges;
  /** What the outcome's round is about, when this begins it. */
  readonly submission?: { readonly form: BadgeRequestForm; readonly product: CertifiedProduct };
  /** How the outcome's round ends, for good: what is decided stays. */
  readonly decision?: { readonly action: DecidingAction; readonly reasons: readonly Reason[] };
  /** Badges that are staged. */
  readonly badges?: readonly EffectiveBadge[];
  readonly mails?: readonly MailChange[];
  /** In the order of their instants. */
  readonly ahead?: readonly AheadEntry[];
  readonly outcome: Outcome;
}

/** Where a change begins. */
export interface Before {
  /** Locked. */
  readonly row: RequestRow;
  /** RFC 3339. */
  readonly at: string;
  /** The status at that instant. */
  readonly from: Status;
  /** See `Locked`. */
  readonly isBeside: boolean;
}

/** The statement that writes a change of a locked request. */
export function statementOf<Outcome extends Recorded>(
  ref: TransitionRef,
  before: Before,
  change: Change<Outcome>,
): ReturnType<typeof composed> {
  return composed((bind) => {
    const parts = partsOf(bind, ref, before, change).map((part, index) => `part${index} as (${part})`);
    const wake = (change.mails ?? []).length > 0 ? ` returning ${WAKE_MAIL_SENDERS}` : '';
    return `with ${parts.join(', ')} ${updateRequest(bind, ref, before, change)}${wake}`;
  });
}

function partsOf(
  bind: Bind,
  ref: TransitionRef,
  { row, at, from, isBeside }: Before,
  {
    action,
    details = {},
    submission,
    decision,
    badges = [],
    mails = [],
    ahead = [],
    outcome,
  }: Change<Recorded>,
): string[] {
  const { round, status } = outcome;
  const { commandId = null, actor = null } = ref.command ?? {};
  const actorId = actor?.id ?? null;
  const recording = { seq: isBeside ? null : ref.seq, outcome, commandId };
  const entry = { at, actor, action, from, to: status, details, recording };
  const parts = [entry, ...ahead.map((later) => ({ from: status, ...later }))].map((each, index) =>
    insertEntry(bind, row.id, index + 1, each),
  );
  if (submission !== undefined)
    parts.push(
      `insert into badge_request_rounds (request_id, round, form, product, submitted_at, submitted_by)
       values (${bind(row.id)}, ${bind(round)}, ${bind(submission.form)}, ${bind(submission.product)}, ${bind(at)},
               ${bind(actorId)})`,
    );
  if (decision !== undefined)
    parts.push(
      `update badge_request_rounds set decision = ${bind(decision.action)}, decided_at = ${bind(at)},
              decided_by = ${bind(actorId)}, reasons = ${bind(JSON.stringify(decision.reasons))}
        where request_id = ${bind(row.id)} and round = ${bind(round)} and decision is null`,
    );
  if (badges.length > 0) {
    const places = badges.map(({ marketplace }) => marketplace);
    parts.push(insertBadges(bind, row, at, badges), forgetSuspended(bind, row, places));
  }
  if (from === 'PENDING' && isSinceEnabled(status)) parts.push(tellIfSuspended(bind, row));
  if (ref.command !== null) parts.push(insertUnconfirmed(bind, row.id, action, ref.command));
  if (mails.length > 0) {
    const about = {
      requestId: row.id,
      organizationId: row.organization_id,
      asin: row.asin,
      productId: row.product_id,
    };
    const written = mails.map(({ template, props = {}, dueAt = at, part }) => {
      return {
        cause: [isBeside ? `v${row.version}` : ref.seq, template, ...(part === undefined ? [] : [part])].join(
          '.',
        ),
        template,
        props,
        dueAt,
        isAhead: dueAt !== at,
      };
    });
    parts.push(insertMails(bind, about, written));
  }
  return parts;
}

function updateRequest(
  bind: Bind,
  ref: TransitionRef,
  { row, at, isBeside }: Before,
  { outcome, columns }: Change<Recorded>,
): string {
  const { status, stage } = outcome;
  const seq = isBeside ? row.transition_seq : ref.seq;
  const changes = { status, stage, transition_seq: seq, updated_at: at, ...heardIn(outcome), ...columns };
  const assignments = Object.entries(changes).map(([column, value]) => `${column} = ${bind(value)}`);
  return `update badge_requests set ${assignments.join(', ')}, version = version + 1 where id = ${bind(row.id)}`;
}

/** A workflow knows the news that its transition has read. */
function heardIn(outcome: Recorded | GoingLive): { heard_revision?: number } {
  if (!('certification' in outcome) || outcome.certification.revision === undefined) return {};
  return { heard_revision: outcome.certification.revision };
}

interface Entry extends AheadEntry {
  readonly from: Status;
  /** Of the transition itself; what it brings about later has none. */
  readonly recording?: {
    /** Null: recorded beside. */
    readonly seq: number | null;
    readonly outcome: Recorded;
    readonly commandId: string | null;
  };
}

/** @param step behind the last entry before this statement, from 1 */
function insertEntry(bind: Bind, requestId: string, step: number, entry: Entry): string {
  const id = bind(requestId);
  const { at, actor, action, from, to, details = {}, recording } = entry;
  const values: unknown[] = [at, actor?.role ?? 'SERVICE', actor?.id ?? null, action, from, to, details];
  if (recording !== undefined) values.push(recording.seq, recording.outcome, recording.commandId);
  return `insert into badge_request_history
      (request_id, seq, at, actor_role, actor_id, action, from_status, to_status, details
       ${recording === undefined ? '' : ', transition_seq, outcome, command_id'})
    select ${id}, coalesce(max(seq), 0) + ${step}, ${values.map(bind).join(', ')}
      from badge_request_history where request_id = ${id}`;
}

/**
 * One that is there already stays. Badges that go live together are audited apart from each other. Where the programme is
 * suspended, a badge is held back: the statement begins under the request's lock, so it sees what was spread before.
 */
function insertBadges(bind: Bind, row: RequestRow, at: string, badges: readonly EffectiveBadge[]): string {
  const placed = badges.map((badge) => ({ ...badge, region: marketplaceByCode(badge.marketplace).region }));
  return `insert into badges (request_id, marketplace, program, asin, effective_at, staged_at, audit_due_at, causes)
    select ${bind(row.id)}, b.marketplace, ${bind(row.program)}, ${bind(row.asin)}, b.since, ${bind(at)},
           b.since + random() * interval '1 day',
           case when exists (
             select 1 from program_suspensions s where s.organization_id = ${bind(row.organization_id)}
                and s.program = ${bind(row.program)} and s.region = b.region and s.ended_at is null)
             then '{PROGRAM_SUSPENSION}'::text[] else '{}' end
      from jsonb_to_recordset(${bind(JSON.stringify(placed))}::jsonb)
             as b(marketplace text, since timestamptz, region text)
    on conflict (request_id, marketplace) do nothing`;
}
