/** The transitions of a badge in trouble: its maker warned, the badge suspended, reinstated, removed, or all well again. */
import {
  actOnBadges,
  badgeStatusAt,
  presentBadge,
  settleBadge,
  statusOfBadges,
  type BadgeAction,
  type RecordedBadge,
  type SuspensionCause,
} from '../../domain/badges';
import type { Action } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { ListingFault, TroubleReport } from '../../domain/remedy';
import { refusals, type BadgesRecorded, type Refused } from '../../domain/transitions';
import { prepared } from '../pool';
import { changeBadges } from './afterwards';
import { followUps, outcomeOf } from './follow-ups';
import { readRecordedBadges, saveBadges } from './plans';
import type { Change, MailChange } from './change';
import { recordOnly, type EarlierRecording, type Locked, type Recorder, type TransitionRef } from './record';

const DAY_MS = 86_400_000;
const daysAfter = (at: string, days: number) => new Date(Date.parse(at) + days * DAY_MS).toISOString();

/** A transition that only a recording of the same answers. */
const only = (action: Action, cause: SuspensionCause | null = null) => ({
  action,
  isSame: (earlier: EarlierRecording) => earlier.action === action && earlier.cause === cause,
  besides: true,
});

export interface Warned extends BadgesRecorded {
  readonly warned: readonly MarketplaceCode[];
  /** When the grace is over; RFC 3339. */
  readonly suspendAt: string;
}

/**
 * Tells the maker what was found, and until when it is to be corrected. Badges that are not shown are left out; of what
 * they were warned of last they are not told again while the time for it runs.
 * @param graceDays how long the maker has
 */
export async function recordWarning(
  recorder: Recorder,
  ref: TransitionRef,
  reports: readonly TroubleReport[],
  graceDays: number,
): Promise<Warned | Refused> {
  return recordOnly<Warned>(recorder, ref, only('warn'), async (locked) => {
    const badges = await readRecordedBadges(locked.connection, locked.row.id);
    const shown = badges.filter((badge) => badgeStatusAt(badge, locked.at) === 'ENABLED');
    const about = reports.filter((report) =>
      shown.some(({ marketplace }) => marketplace === report.marketplace),
    );
    if (about.length === 0) return { unchanged: { refused: refusals.actionNotAllowed } };
    const standing = await readStandingWarning(locked);
    const news = about.filter(({ marketplace }) => !standing?.warned.includes(marketplace));
    if (standing !== null && news.length === 0)
      return { unchanged: { ...standing, badges, unchanged: true } };
    const suspendAt = daysAfter(locked.at, graceDays);
    const warned = about.map(({ marketplace }) => marketplace);
    const codes = [...new Set(news.flatMap(({ reasons }) => reasons.map(({ code }) => code)))];
    const { outcome, ...change } = await keepBadges(locked, {
      action: 'warn',
      details: { marketplaces: news.map(({ marketplace }) => marketplace), codes, suspendAt },
      mail: { template: 'badge-in-trouble', props: { reports: news, suspendAt } },
    });
    return { ...change, outcome: { ...outcome, warned, suspendAt } };
  });
}

/**
 * The warning that is the last thing recorded of badges, by a workflow that a kill has taken, or by a task of its own; null:
 * none is, or its time is over.
 */
async function readStandingWarning({ connection, row, at }: Locked): Promise<Warned | null> {
  const { rows } = await connection.query<{ outcome: Warned }>(
    prepared(
      `select outcome from (
         select action, outcome from badge_request_history
          where request_id = $1 and outcome is not null and action <> all($2::text[]) order by seq desc limit 1) last
        where action = 'warn' and (outcome->>'suspendAt')::timestamptz > $3::timestamptz`,
      [row.id, OF_NO_BADGE, at],
    ),
  );
  return rows[0]?.outcome ?? null;
}

/** What a request that goes live records beside what becomes of badges that are effective. */
const OF_NO_BADGE: readonly Action[] = ['stage', 'enable', 'reschedule', 'needAttention', 'retry'];

const recovery = {
  action: 'clear',
  isSame: ({ action, cause }: EarlierRecording) =>
    action === 'clear' || (action === 'reinstate' && cause === 'LISTING'),
  besides: true,
} as const;

/**
 * Ends the trouble of badges that are not suspended for it: their listings are right again. One that a lost task has
 * suspended for it comes back: whoever asks knows nothing of that, and looks at it no more.
 */
export async function recordRecovery(
  recorder: Recorder,
  ref: TransitionRef,
  marketplaces: readonly MarketplaceCode[],
): Promise<BadgesRecorded | Refused> {
  return recordOnly<BadgesRecorded>(recorder, ref, recovery, async (locked) => {
    const { at } = locked;
    const badges = await readRecordedBadges(locked.connection, locked.row.id);
    const back = { action: 'reinstate', cause: 'LISTING', marketplaces, effectiveAt: null } as const;
    const held = actOnBadges(badges, back, at)?.changed ?? [];
    const warned = locked.isBeside ? await readWarned(locked, badges) : marketplaces;
    const others = marketplaces.filter((code) => !held.includes(code) && warned.includes(code));
    if (held.length === 0 && others.length === 0)
      return { unchanged: { refused: refusals.actionNotAllowed } };
    const suspended = badges
      .filter((badge) => badgeStatusAt(badge, at) === 'SUSPENDED')
      .map(({ marketplace }) => marketplace)
      .filter((code) => others.includes(code));
    const details = { marketplaces: others };
    const mail = { template: 'badge-recovered', props: { marketplaces: others, suspended } };
    if (held.length === 0) return keepBadges(locked, { action: 'clear', details, mail });
    const change = await changeBadges(locked, back, { reason: null, by: null });
    if ('unchanged' in change || others.length === 0) return change;
    const { outcome, mails = [], ahead = [] } = change;
    const cleared = { at, action: 'clear', to: outcome.status, details } as const;
    return { ...change, mails: [mail, ...mails], ahead: [cleared, ...ahead] };
  });
}

/** Of some badges, those whose maker was warned and not told since that all is well: nothing else tells a repeat beside others. */
async function readWarned(
  { connection, row }: Locked,
  badges: readonly RecordedBadge[],
): Promise<MarketplaceCode[]> {
  const { rows } = await connection.query<{ code: MarketplaceCode }>(
    prepared(
      `select m.code from badge_request_history h
        cross join lateral jsonb_array_elements_text(h.details->'marketplaces') m(code)
        where h.request_id = $1 and h.action = 'warn' and m.code = any($2::text[]) and not exists (
          select from badge_request_history l
           where l.request_id = $1 and l.seq > h.seq and l.action = 'clear' and l.details->'marketplaces' ? m.code)`,
      [row.id, badges.map(({ marketplace }) => marketplace)],
    ),
  );
  return rows.map(({ code }) => code);
}

export interface ListingActedOn extends BadgesRecorded {
  /** When badges that are suspended now are removed; RFC 3339. */
  readonly removeAt: string;
}

/** What a look at listings leads to. */
export interface ListingOrder {
  readonly action: BadgeAction;
  readonly marketplaces: readonly MarketplaceCode[];
  /** What it found wrong there; absent in what was asked for before it was told. */
  readonly faults?: readonly ListingFault[];
}

/**
 * Suspends, reinstates or removes badges for what their listings are. Those that a lost task has suspended for it already
 * stay so, and whoever asks goes on from there.
 * @param removeDays how long after its suspension a badge is removed
 */
export async function recordListingAction(
  recorder: Recorder,
  ref: TransitionRef,
  { action, marketplaces, faults = [] }: ListingOrder,
  removeDays: number,
): Promise<ListingActedOn | Refused> {
  return recordOnly<ListingActedOn>(recorder, ref, only(action, 'LISTING'), async (locked) => {
    const removeAt = daysAfter(locked.at, removeDays);
    const order = { action, cause: 'LISTING', marketplaces, effectiveAt: null } as const;
    const details = action === 'suspend' ? { removeAt } : {};
    const props = { ...(faults.length > 0 && { faults }), ...details };
    const change = await changeBadges(locked, order, { reason: null, by: null, details, props });
    if (!('unchanged' in change)) return { ...change, outcome: { ...change.outcome, removeAt } };
    const badges = await readRecordedBadges(locked.connection, locked.row.id);
    const isSuspended = badges.some(
      (badge) =>
        marketplaces.includes(badge.marketplace) && presentBadge(badge, locked.at).causes.includes('LISTING'),
    );
    if (action !== 'suspend' || !isSuspended) return change;
    return {
      unchanged: { ...outcomeOf(locked, statusOf(locked, badges), badges), removeAt, unchanged: true },
    };
  });
}

const statusOf = ({ row, at }: Pick<Locked, 'row' | 'at'>, badges: readonly RecordedBadge[]) =>
  statusOfBadges(badges.map((badge) => badgeStatusAt(badge, at))) ?? row.status;

/** A change that leaves every badge as it is, and what is planned for it. */
async function keepBadges(
  locked: Locked,
  {
    action,
    details,
    mail,
  }: Pick<Change<BadgesRecorded>, 'action' | 'details'> & { readonly mail: MailChange },
): Promise<Change<BadgesRecorded>> {
  const { connection, row, at } = locked;
  const badges = (await readRecordedBadges(connection, row.id)).map((badge) => settleBadge(badge, at));
  await saveBadges(connection, row.id, { badges, changed: [] }, { reason: null, by: null });
  const plans = await followUps(locked, badges);
  return {
    action,
    ...(details === undefined ? {} : { details }),
    columns: plans.columns,
    mails: [mail, ...plans.mails],
    ahead: plans.ahead,
    outcome: outcomeOf(locked, statusOf(locked, badges), badges),
  };
}
