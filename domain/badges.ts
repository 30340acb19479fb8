/**
 * The badges of a request once they are effective: in each marketplace one, suspended, reinstated and removed
 * by itself. What is planned for an instant is recorded beside what is, so that the clock alone makes it true.
 */
import type { Status } from './lifecycle';
import type { MarketplaceCode } from './marketplaces';

export const BADGE_STATUSES = ['STAGED', 'ENABLED', 'SUSPENDED', 'REMOVED'] as const;
export type BadgeStatus = (typeof BADGE_STATUSES)[number];

/** The actions of the lifecycle's table that are about single badges. */
export const BADGE_ACTIONS = ['suspend', 'reinstate', 'remove'] as const;
export type BadgeAction = (typeof BADGE_ACTIONS)[number];

/** Whether an action of the lifecycle's table is one of these. */
export const isBadgeAction = (action: string): action is BadgeAction =>
  BADGE_ACTIONS.some((each) => each === action);

/** Why a badge is suspended; it stays so as long as one of them holds. */
export const SUSPENSION_CAUSES = [
  'OPERATOR',
  'CERTIFICATION_REVOKED',
  'LISTING',
  'PROGRAM_SUSPENSION',
] as const;
export type SuspensionCause = (typeof SUSPENSION_CAUSES)[number];

/** What an operator has planned; it takes the place of everything else at its instant, RFC 3339. */
export interface PlannedChange {
  readonly action: BadgeAction;
  readonly at: string;
  /**
   * For a reinstatement: the causes that held when it was planned, and that it lifts. One that comes later is news to whoever
   * planned it, and holds. Not there: every cause but a programme's, as plans recorded by earlier versions have it.
   */
  readonly lifts?: readonly SuspensionCause[];
}

/** A badge as it is stored. */
export interface RecordedBadge {
  readonly marketplace: MarketplaceCode;
  /** STAGED is effective from its instant on: shown, or suspended where it is held back (`isHeldBack`). */
  readonly status: 'STAGED' | 'SUSPENDED' | 'REMOVED';
  /** RFC 3339. */
  readonly effectiveAt: string;
  readonly causes: readonly SuspensionCause[];
  readonly planned: PlannedChange | null;
}

/** A badge as it is at an instant; what was planned for an earlier one is done. */
export interface PresentBadge {
  readonly marketplace: MarketplaceCode;
  readonly status: BadgeStatus;
  readonly causes: readonly SuspensionCause[];
  readonly planned: Pick<PlannedChange, 'action' | 'at'> | null;
}

/** A badge's status at an instant, by its own and its plan's; the SQL function `badge_status_at` says the same. */
export function badgeStatusAt(badge: RecordedBadge, at: string): BadgeStatus {
  const settled = settleBadge(badge, at);
  const { status, effectiveAt } = settled;
  if (status !== 'STAGED') return status;
  if (Date.parse(effectiveAt) > Date.parse(at)) return 'STAGED';
  return isHeldBack(settled) ? 'SUSPENDED' : 'ENABLED';
}

/**
 * Whether a badge is suspended from its instant on without a transition of its own: its programme is suspended in the
 * region. The transition that says so, to its maker too, follows once the request is Enabled; at once where the badge was
 * shown before.
 */
export const isHeldBack = ({ status, causes }: RecordedBadge): boolean =>
  status === 'STAGED' && causes.includes('PROGRAM_SUSPENSION');

/** Badges none of which is held back. */
export const release = (badges: readonly RecordedBadge[]): readonly RecordedBadge[] =>
  badges.map((badge) => (isHeldBack(badge) ? { ...badge, causes: [] } : badge));

/** Badges of which those in some marketplaces are held back, where nothing else suspends them. */
export const holdBack = (
  badges: readonly RecordedBadge[],
  marketplaces: readonly MarketplaceCode[],
): readonly RecordedBadge[] =>
  badges.map((badge) =>
    badge.status === 'STAGED' && marketplaces.includes(badge.marketplace)
      ? { ...badge, causes: ['PROGRAM_SUSPENSION'] }
      : badge,
  );

/** Makes what was planned for an instant up to `at` part of what is recorded. */
export function settleBadge(badge: RecordedBadge, at: string): RecordedBadge {
  const { planned } = badge;
  if (planned === null || Date.parse(planned.at) > Date.parse(at)) return badge;
  return perform({ ...badge, planned: null }, planned.action, 'OPERATOR', planned.lifts);
}

/** A stored badge as it is at an instant. */
export function presentBadge(badge: RecordedBadge, at: string): PresentBadge {
  const { marketplace, causes, planned } = settleBadge(badge, at);
  const plan = planned && { action: planned.action, at: planned.at };
  return { marketplace, status: badgeStatusAt(badge, at), causes, planned: plan };
}

/**
 * A request's status after Enabled, from those of its badges; null where it has none. The SQL view
 * `badge_request_standings` says the same.
 */
export function statusOfBadges(statuses: readonly BadgeStatus[]): Status | null {
  if (statuses.length === 0) return null;
  if (statuses.some((status) => status === 'ENABLED' || status === 'STAGED')) return 'ENABLED';
  return statuses.includes('SUSPENDED') ? 'SUSPENDED' : 'REMOVED';
}

/** Whether all of a request's badges are as they were staged: then its status needs none of them. */
export const areAsStaged = (badges: readonly Pick<RecordedBadge, 'status'>[]): boolean =>
  badges.every(({ status }) => status === 'STAGED');

/**
 * A request's status at the instant at which it has no badge to wait for any more. What only a suspended programme holds
 * back is told by the transition after it.
 */
export function statusOnceEnabled(badges: readonly RecordedBadge[], at: string): Status {
  if (areAsStaged(badges)) return 'ENABLED';
  return statusOfBadges(badges.map((badge) => badgeStatusAt(badge, at))) ?? 'ENABLED';
}

/** What is done to badges, and for which cause. */
export interface BadgeOrder {
  readonly action: BadgeAction;
  readonly cause: SuspensionCause;
  /** Null: wherever it can be done. */
  readonly marketplaces: readonly MarketplaceCode[] | null;
  /** RFC 3339; null, or an instant that has passed: now. Only operators plan ahead. */
  readonly effectiveAt: string | null;
}

/**
 * Whether something can be done to a badge as it is.
 * A suspension can be added for another cause; the service lifts and removes only what it suspended for the same one. An
 * operator lifts every suspension at once but a programme's, which is ended as such, and takes back what is planned, also of
 * a badge that is to stay suspended: it is suspended once more.
 * @param ahead whether it is planned for a later instant
 */
export function canActOn(
  { status, causes, planned }: PresentBadge,
  { action, cause }: Pick<BadgeOrder, 'action' | 'cause'>,
  ahead: boolean,
): boolean {
  switch (action) {
    case 'suspend':
      if (status === 'ENABLED') return true;
      if (status !== 'SUSPENDED') return false;
      return !causes.includes(cause) || (cause === 'OPERATOR' && planned !== null && !ahead);
    case 'reinstate':
      if (cause !== 'OPERATOR') return status === 'SUSPENDED' && causes.includes(cause);
      if (status === 'SUSPENDED' && causes.some((each) => !staysFor(each, cause))) return true;
      return (status === 'ENABLED' || status === 'SUSPENDED') && planned !== null && !ahead;
    case 'remove':
      if (cause !== 'OPERATOR') return status === 'SUSPENDED' && causes.includes(cause);
      return status === 'ENABLED' || status === 'SUSPENDED';
  }
}

/** What an operator may do to at least one of these badges. */
export function possibleBadgeActions(badges: readonly PresentBadge[]): BadgeAction[] {
  return BADGE_ACTIONS.filter((action) =>
    badges.some((badge) => canActOn(badge, { action, cause: 'OPERATOR' }, false)),
  );
}

export interface ActedOn {
  readonly badges: readonly RecordedBadge[];
  /** Where it was done or planned. */
  readonly changed: readonly MarketplaceCode[];
  /** The request's, at the instant of acting. */
  readonly status: Status;
}

/**
 * Does something to badges, in those of the marketplaces where it can be done.
 * @param at the present, RFC 3339
 * @returns all badges as they are to be recorded, or null where it can be done in none
 */
export function actOnBadges(badges: readonly RecordedBadge[], order: BadgeOrder, at: string): ActedOn | null {
  const { action, cause, marketplaces, effectiveAt } = order;
  const ahead = effectiveAt !== null && Date.parse(effectiveAt) > Date.parse(at) ? effectiveAt : null;
  const changed = badges
    .filter(({ marketplace }) => marketplaces === null || marketplaces.includes(marketplace))
    .filter((badge) => isOpenTo(badge, order, at, ahead !== null))
    .map(({ marketplace }) => marketplace);
  if (changed.length === 0) return null;
  const after = badges.map((badge) => {
    const settled = settleBadge(badge, at);
    if (!changed.includes(badge.marketplace)) return settled;
    return ahead === null
      ? perform(settled, action, cause)
      : { ...settled, planned: planChange(settled, action, ahead) };
  });
  const status = statusOfBadges(after.map((badge) => badgeStatusAt(badge, at)));
  return status === null ? null : { badges: after, changed, status };
}

/**
 * What a reinstatement that comes true at an instant says of itself besides: where the badge is suspended all the same, for
 * another cause.
 * @param badges as they are recorded after it
 */
export function describeReturn(
  badges: readonly RecordedBadge[],
  marketplaces: readonly MarketplaceCode[],
  at: string,
): { stillSuspended?: readonly MarketplaceCode[] } {
  const stillSuspended = badges
    .filter((badge) => marketplaces.includes(badge.marketplace) && badgeStatusAt(badge, at) === 'SUSPENDED')
    .map(({ marketplace }) => marketplace);
  return stillSuspended.length === 0 ? {} : { stillSuspended };
}

/**
 * What the mail of an order says besides: where another cause holds a badge that it suspends, too; and where an operator reinstates
 * one that was suspended for its listing, which nobody has found right since.
 * @param badges as they are recorded before it and after it
 * @param marketplaces those that the mail is about
 */
export function describeBesides(
  { action, cause }: Pick<BadgeOrder, 'action' | 'cause'>,
  { before, after }: { before: readonly RecordedBadge[]; after: readonly RecordedBadge[] },
  marketplaces: readonly MarketplaceCode[],
): { alsoSuspended?: readonly MarketplaceCode[]; listings?: readonly MarketplaceCode[] } {
  const suspendedFor = (badges: readonly RecordedBadge[], counts: (cause: SuspensionCause) => boolean) =>
    badges
      .filter(({ marketplace, causes }) => marketplaces.includes(marketplace) && causes.some(counts))
      .map(({ marketplace }) => marketplace);
  const alsoSuspended = action === 'suspend' ? suspendedFor(after, (each) => staysFor(each, cause)) : [];
  const listings =
    action === 'reinstate' && cause === 'OPERATOR' ? suspendedFor(before, (each) => each === 'LISTING') : [];
  return { ...(alsoSuspended.length > 0 && { alsoSuspended }), ...(listings.length > 0 && { listings }) };
}

/** Whether something can be done to a badge; of one that is held back the suspension is still to be recorded. */
function isOpenTo(badge: RecordedBadge, order: BadgeOrder, at: string, ahead: boolean): boolean {
  const present = presentBadge(badge, at);
  if (canActOn(present, order, ahead)) return true;
  const isRecording = order.action === 'suspend' && order.cause === 'PROGRAM_SUSPENSION';
  return isRecording && present.status === 'SUSPENDED' && isHeldBack(settleBadge(badge, at));
}

/** When the first of the badges changes by the clock; null: none does. */
export function nextChangeOf(badges: readonly RecordedBadge[]): string | null {
  const instants = badges.flatMap(({ planned }) => (planned === null ? [] : [planned.at]));
  return instants.length === 0
    ? null
    : instants.reduce((first, at) => (Date.parse(at) < Date.parse(first) ? at : first));
}

/** Whether a badge stays suspended for one cause when what is done for another lifts it. */
const staysFor = (each: SuspensionCause, lifted: SuspensionCause): boolean =>
  lifted === 'OPERATOR' ? each === 'PROGRAM_SUSPENSION' : each !== lifted;

/** What an operator plans for a badge as it is. */
function planChange({ causes }: RecordedBadge, action: BadgeAction, at: string): PlannedChange {
  if (action !== 'reinstate') return { action, at };
  return { action, at, lifts: causes.filter((each) => !staysFor(each, 'OPERATOR')) };
}

/** @param lifts the causes that a reinstatement lifts; without them, what the cause it is done for does */
function perform(
  badge: RecordedBadge,
  action: BadgeAction,
  cause: SuspensionCause,
  lifts?: readonly SuspensionCause[],
): RecordedBadge {
  // What an operator does now takes the place of what was planned; what the service does leaves it.
  const planned = cause === 'OPERATOR' ? null : badge.planned;
  switch (action) {
    case 'suspend':
      return { ...badge, status: 'SUSPENDED', causes: [...new Set([...badge.causes, cause])], planned };
    case 'reinstate': {
      const causes = badge.causes.filter((each) => (lifts ? !lifts.includes(each) : staysFor(each, cause)));
      return { ...badge, status: causes.length === 0 ? 'STAGED' : 'SUSPENDED', causes, planned };
    }
    case 'remove':
      return { ...badge, status: 'REMOVED', causes: [], planned: null };
  }
}
