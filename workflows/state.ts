/** What a request's workflow knows, and what follows from it. */
import { isOver } from '../domain/lifecycle';
import {
  isNewer,
  type CertificationNews,
  type GoingLive,
  type Recorded,
  type Submitted,
} from '../domain/transitions';
import type { BadgeRequestState } from './contract';

const DAY_MS = 86_400_000;
/** A listing is looked at this long before its badges become effective. */
export const STAGED_AHEAD_MS = DAY_MS;
/** One that is not live is looked at again after this long, */
export const STAGING_INTERVAL_MS = DAY_MS;
/** this many times; then its marketplace is dropped. */
export const STAGING_RETRIES = 30;
/**
 * Workflows that only have to end after an instant do so spread over this long: many share it, and what is
 * seen from outside follows the clock, not them.
 */
const END_SPREAD_MS = 300_000;

export const newState = (): BadgeRequestState => ({
  format: 1,
  seq: 0,
  status: 'NOT_SUBMITTED',
  stage: null,
  interruptedStage: null,
  round: 0,
  open: [],
  hasSkill: false,
  instants: {},
  certification: null,
  nextStagingAt: null,
  stagingTries: 0,
  enabledAt: null,
});

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
  }
  if ('certification' in outcome) {
    state.open = outcome.open;
    state.instants = outcome.instants;
    state.enabledAt = outcome.enabledAt;
    state.nextStagingAt = null;
    state.stagingTries = 0;
    hear(state, outcome.certification);
  } else if (outcome.status !== 'PENDING') {
    state.instants = {};
    state.enabledAt = null;
  }
}

/**
 * Takes over news of the certification unless something newer is known.
 * @returns whether it was new
 */
export function hear(state: BadgeRequestState, news: CertificationNews): boolean {
  if (!isNewer(news, state.certification)) return false;
  state.certification = news;
  return true;
}

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
  if (state.status === 'ENABLED' || isOver(state.status)) return { take: 'end' };
  if (state.stage === 'NEEDS_ATTENTION') return wait;
  if (state.status === 'UNDER_REVIEW') return state.stage === 'CHECKING' ? { take: 'check' } : wait;
  if (state.status === 'PENDING') return pendingStep(state, at, requestId);
  return wait;
}

function pendingStep(state: BadgeRequestState, at: number, requestId: string): Step {
  const enabledAt = state.enabledAt === null ? null : Date.parse(state.enabledAt);
  // What is effective everywhere is enabled, whatever is heard of its certification afterwards.
  if (enabledAt !== null && enabledAt <= at) return due('enable', enabledAt + spread(requestId), at);
  const verdict = state.certification?.verdict;
  if (verdict === 'REFUSED' || verdict === 'REVOKED') return { take: 'refuseCertification' };
  if (enabledAt !== null) return { take: 'wait', until: enabledAt + spread(requestId) };
  return verdict === 'APPROVED' ? due('stage', stagingDue(state), at) : wait;
}

const wait = { take: 'wait', until: null } as const;
const due = (take: 'stage' | 'enable', when: number, at: number): Step =>
  when <= at ? { take } : { take: 'wait', until: when };

/** When the listing is looked at: all marketplaces together, a day before the first of their instants. */
function stagingDue(state: BadgeRequestState): number {
  if (state.nextStagingAt !== null) return Date.parse(state.nextStagingAt);
  const instants = Object.values(state.instants).map((instant) => Date.parse(instant));
  return instants.length === 0 ? 0 : Math.min(...instants) - STAGED_AHEAD_MS;
}

/** A fixed share of END_SPREAD_MS for each request. */
function spread(requestId: string): number {
  let hash = 0;
  for (let index = 0; index < requestId.length; index += 1)
    hash = (hash * 31 + requestId.charCodeAt(index)) % 1_000_003;
  return hash % END_SPREAD_MS;
}
