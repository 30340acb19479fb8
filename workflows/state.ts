/** What a request's workflow knows, and what follows from it. */
import { isBadgeAction } from '../domain/badges';
import { isOver, type Action, type Standing } from '../domain/lifecycle';
import { lookBefore, type Look, type Looks } from '../domain/listing-looks';
import type { MarketplaceCode } from '../domain/marketplaces';
import {
  isNewer,
  isOfNewerVersion,
  type CertificationNews,
  type GoingLive,
  type Recorded,
  type Submitted,
} from '../domain/transitions';
import type { BadgeRequestState } from './contract';

const TOGETHER_AGAIN_MS = 86_400_000;
/**
 * Workflows that only have to end after an instant do so spread over this long: many share it, and what is
 * seen from outside follows the clock, not them. They begin when the mails that are due then have left: ends beside
 * them would take half of two cores.
 */
const END_SPREAD_MS = 300_000;
const MAILS_MS = 60_000;

/**
 * Where a request stands as far as the table is asked for an action. Which badges are effective by now the rows know: of a
 * pending one that is for the transition to say.
 */
export const standingFor = ({ status, stage }: Standing, action: Action): Standing =>
  status === 'PENDING' && isBadgeAction(action) ? { status, stage: 'GOING_LIVE' } : { status, stage };

/** Takes over what was recorded. */
export function applyOutcome(state: BadgeRequestState, outcome: Recorded | Submitted | GoingLive): void {
  if (outcome.stage === 'NEEDS_ATTENTION' && state.stage !== 'NEEDS_ATTENTION')
    state.interruptedStage = state.stage;
  state.status = outcome.status;
  state.stage = outcome.stage;
  state.round = outcome.round;
  if ('hasSkill' in outcome) {
    state.open = outcome.marketplaces;
    state.hasSkill = outcome.hasSkill;
    // The product may be another one than in the round before.
    state.certification = null;
    if (outcome.productId === undefined) delete state.productId;
    else state.productId = outcome.productId;
  }
  if ('certification' in outcome) {
    state.open = outcome.open;
    state.enabledAt = outcome.enabledAt;
    if (outcome.mailsFirst) state.mailsFirst = true;
    else delete state.mailsFirst;
    takeLooks(state, outcome);
    // What a transition has read is about the product of the form.
    if (outcome.certification.productId !== undefined) state.productId = outcome.certification.productId;
    hear(state, outcome.certification);
    if (outcome.judged !== undefined) state.judged = outcome.judged ? outcome.certification : null;
  } else if (outcome.status !== 'PENDING') {
    state.enabledAt = null;
    delete state.mailsFirst;
    takeLooks(state, {});
  }
  if (outcome.status !== 'PENDING') delete state.judged;
  if (outcome.status !== 'PENDING' || 'approvalRead' in outcome) delete state.approvalWithdrawn;
  if (outcome.asksHere) state.asksHere = true;
  else delete state.asksHere;
}

function takeLooks(
  state: BadgeRequestState,
  { looks, instants }: Pick<GoingLive, 'looks' | 'instants'>,
): void {
  if (looks === undefined) delete state.looks;
  else state.looks = looks;
  if (looks !== undefined || instants === undefined) delete state.instants;
  else state.instants = instants;
  state.nextStagingAt = null;
  state.stagingTries = 0;
}

/**
 * Takes over news of the certification unless something newer is known, or it is about another product. In histories from before
 * there were revisions, that an approval was withdrawn is about an earlier project, and news whatever is known of this one.
 * @param byRevision whether what is newer only by its revision is taken over; asked only then
 * @returns whether it was new
 */
export function hear(
  state: BadgeRequestState,
  news: CertificationNews,
  byRevision: () => boolean = () => true,
): boolean {
  // Of the product of the round before: it was on its way when the maker changed to another.
  if (isAboutAnother(state, news)) return false;
  if (news.withdrawn) state.approvalWithdrawn = true;
  const { certification } = state;
  if (!isNewer(news, certification)) return news.withdrawn === true;
  if (!isOfNewerVersion(news, certification) && !byRevision()) return news.withdrawn === true;
  state.certification = news;
  return true;
}

const isAboutAnother = ({ productId }: BadgeRequestState, news: CertificationNews) =>
  productId !== undefined && news.productId !== undefined && news.productId !== productId;

export type Step =
  | { readonly take: 'check' | 'refuseCertification' | 'stage' | 'enable' | 'end' }
  /** `until`: milliseconds since the epoch; `null`: until something is heard. */
  | { readonly take: 'wait'; readonly until: number | null };

/**
 * What happens next.
 * @param at milliseconds since the epoch
 * @param requestId spreads what need not happen at one instant
 */
export function nextStep(state: BadgeRequestState, at: number, requestId: string): Step {
  // From Enabled on another workflow writes, and a suspended one is what that has recorded, or what its badges are then.
  if (state.status === 'ENABLED' || state.status === 'SUSPENDED' || isOver(state.status))
    return { take: 'end' };
  if (state.stage === 'NEEDS_ATTENTION')
    return state.status === 'PENDING' && hasLost(state) ? { take: 'refuseCertification' } : wait;
  if (state.status === 'UNDER_REVIEW') return state.stage === 'CHECKING' ? { take: 'check' } : wait;
  if (state.status === 'PENDING') return pendingStep(state, at, requestId);
  return wait;
}

function pendingStep(state: BadgeRequestState, at: number, requestId: string): Step {
  const enabledAt = state.enabledAt === null ? null : Date.parse(state.enabledAt);
  // What is effective everywhere is enabled, whatever is heard of its certification afterwards.
  if (enabledAt !== null && enabledAt <= at) return due('enable', enabledAt + restOf(state, requestId), at);
  const verdict = state.certification?.verdict;
  if (hasLost(state)) return { take: 'refuseCertification' };
  // An approval may cover less than what is wanted or staged, or again what was dropped.
  if (verdict === 'APPROVED' && isUnjudged(state)) return { take: 'stage' };
  if (enabledAt !== null) return { take: 'wait', until: enabledAt + restOf(state, requestId) };
  return verdict === 'APPROVED' && state.open.length > 0 ? due('stage', stagingDue(state), at) : wait;
}

/** Whether the certification has ended without approval, or lost it, or an earlier one has by which badges stand. */
const hasLost = ({ certification, approvalWithdrawn }: BadgeRequestState): boolean =>
  certification?.verdict === 'REFUSED' || certification?.verdict === 'REVOKED' || approvalWithdrawn === true;

const isUnjudged = ({ certification, judged }: BadgeRequestState): boolean =>
  certification !== null && judged !== undefined && isNewer(certification, judged);

const wait = { take: 'wait', until: null } as const;
const due = (take: 'stage' | 'enable', when: number, at: number): Step =>
  when <= at ? { take } : { take: 'wait', until: when };

/** The looks at the listings of the open marketplaces. */
export function looksOf(state: BadgeRequestState): Looks {
  if (state.looks !== undefined) return state.looks;
  // Recorded before each marketplace had looks of its own: all together.
  const instants = Object.values(state.instants ?? {}).map(lookBefore);
  const first = instants.length === 0 ? null : new Date(Math.min(...instants)).toISOString();
  const look: Look = { at: state.nextStagingAt ?? first, tries: state.stagingTries };
  return Object.fromEntries(state.open.map((code) => [code, look]));
}

/**
 * Looks again a day later where what was recorded does not tell when: all marketplaces together.
 * @param lookedAt milliseconds since the epoch
 */
export function repeatTogether(
  state: BadgeRequestState,
  outcome: Pick<GoingLive, 'open' | 'certification' | 'looks'>,
  { lookedAt, tries }: { lookedAt: number; tries: number },
): void {
  const isOverOrWaits = outcome.open.length === 0 || outcome.certification.verdict !== 'APPROVED';
  if (outcome.looks !== undefined || isOverOrWaits) return;
  state.stagingTries = tries;
  state.nextStagingAt = new Date(lookedAt + TOGETHER_AGAIN_MS).toISOString();
}

/** The open marketplaces whose listing is to be looked at now. */
export function marketplacesDue(state: BadgeRequestState, at: number): MarketplaceCode[] {
  const looks = looksOf(state);
  return state.open.filter((code) => instantOf(looks[code]) <= at);
}

/** When the next listing is looked at. */
const stagingDue = (state: BadgeRequestState): number =>
  Math.min(...Object.values(looksOf(state)).map(instantOf));

const instantOf = (look: Look | undefined): number => (look?.at == null ? 0 : Date.parse(look.at));

/** How long after its last instant a request's workflow ends: fixed for each of them, and spread. */
function restOf({ mailsFirst }: BadgeRequestState, requestId: string): number {
  let hash = 0;
  for (let index = 0; index < requestId.length; index += 1)
    hash = (hash * 31 + requestId.charCodeAt(index)) % 1_000_003;
  return mailsFirst ? MAILS_MS + (hash % (END_SPREAD_MS - MAILS_MS)) : hash % END_SPREAD_MS;
}
