/** What the workflow of a request's badges knows, and what follows from it. */
import { badgeStatusAt, canActOn, presentBadge, statusOfBadges, type BadgeAction } from '../domain/badges';
import { judgeLook, type LookVerdict, type TroubleReport } from '../domain/remedy';
import type { FindingSummary } from '../domain/review';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { Standing } from '../domain/lifecycle';
import type { RemedyStart } from '../domain/transitions';
import type { BadgeOrderCommand, BadgeRemedyState, Trouble } from './contract';

const LOOK_INTERVAL_MS = 86_400_000;

/** Takes over what is recorded. */
export function takeOver(state: BadgeRemedyState, recorded: RemedyStart): void {
  state.known = true;
  state.seq = recorded.seq;
  state.status = recorded.status;
  state.round = recorded.round;
  state.badges = recorded.badges;
}

/** Where the request stands at an instant. */
export function standingOf(state: BadgeRemedyState, at: string): Standing {
  const status = statusOfBadges(state.badges.map((badge) => badgeStatusAt(badge, at))) ?? state.status;
  return { status, stage: null };
}

/** Whether any of the badges that an operator names allows what they ask for. */
export function allowsOrder(
  state: BadgeRemedyState,
  action: BadgeAction,
  { marketplaces, effectiveAt }: BadgeOrderCommand,
  at: string,
): boolean {
  const ahead = effectiveAt !== null && Date.parse(effectiveAt) > Date.parse(at);
  return state.badges.some(
    (badge) =>
      (marketplaces === null || marketplaces.includes(badge.marketplace)) &&
      canActOn(presentBadge(badge, at), { action, cause: 'OPERATOR' }, ahead),
  );
}

/** Takes over what was found wrong; what is known already is left as it is. */
export function hearOfTrouble(state: BadgeRemedyState, reports: readonly TroubleReport[]): void {
  for (const { marketplace, reasons } of reports) {
    if (state.troubles.some((trouble) => trouble.marketplace === marketplace)) continue;
    const checks = [...new Set(reasons.map(({ check }) => check))];
    const codes = [...new Set(reasons.map(({ code }) => code))];
    state.troubles.push({ marketplace, checks, codes, stage: 'REPORTED', reasons, dueAt: null });
  }
}

/** Forgets the troubles of badges that are removed, and of those that somebody else has reinstated. */
export function forgetSettled(state: BadgeRemedyState, at: string): void {
  state.troubles = state.troubles.filter((trouble) => !isSettled(state, trouble, at));
}

/** Whether there is such a trouble at an instant. */
export const hasSettled = (state: BadgeRemedyState, at: string): boolean =>
  state.troubles.some((trouble) => isSettled(state, trouble, at));

function isSettled({ badges }: BadgeRemedyState, { marketplace, stage }: Trouble, at: string): boolean {
  const recorded = badges.find((badge) => badge.marketplace === marketplace);
  if (recorded === undefined) return true;
  const { status, causes } = presentBadge(recorded, at);
  return status === 'REMOVED' || (stage === 'SUSPENDED' && !causes.includes('LISTING'));
}

export type RemedyStep =
  | { readonly take: 'certify' | 'followProgram' | 'warn' | 'look' | 'end' }
  /** `until`: milliseconds since the epoch. */
  | { readonly take: 'wait'; readonly until: number };

/**
 * What happens next. Listings in trouble are looked at a day after the last look, and at each instant at which
 * something follows from them.
 * @param at milliseconds since the epoch
 */
export function nextRemedyStep(state: BadgeRemedyState, at: number): RemedyStep {
  if (state.certificationChanged) return { take: 'certify' };
  if (state.programSuspensionChanged === true) return { take: 'followProgram' };
  if (state.troubles.some(({ stage }) => stage === 'REPORTED')) return { take: 'warn' };
  if (state.troubles.length === 0) return { take: 'end' };
  const lookedAt = state.lookedAt === null ? at : Date.parse(state.lookedAt);
  const deadlines = state.troubles.flatMap(({ dueAt }) => (dueAt === null ? [] : [Date.parse(dueAt)]));
  const lookAt = Math.min(lookedAt + LOOK_INTERVAL_MS, ...deadlines.filter((due) => due > lookedAt));
  return lookAt <= at ? { take: 'look' } : { take: 'wait', until: lookAt };
}

/** What follows from a look, each for some of the marketplaces in trouble. */
export interface Consequences {
  /** Right again while still shown. */
  readonly recovered: readonly MarketplaceCode[];
  readonly reinstate: readonly MarketplaceCode[];
  readonly suspend: readonly MarketplaceCode[];
  readonly remove: readonly MarketplaceCode[];
}

/**
 * What follows from what a look at an instant has answered. Only a definite no at or after its instant suspends or
 * removes a badge; what is not known waits on.
 * @param at when the look began, milliseconds since the epoch
 */
export function consequencesOf(
  state: BadgeRemedyState,
  answers: readonly FindingSummary[],
  at: number,
): Consequences {
  const judged = state.troubles.map((trouble) => ({
    ...trouble,
    look: judgeLook(answers, trouble.marketplace, trouble),
    due: trouble.dueAt !== null && Date.parse(trouble.dueAt) <= at,
  }));
  const where = (stage: Trouble['stage'], look: LookVerdict, onlyDue: boolean) =>
    judged
      .filter((each) => each.stage === stage && each.look === look && (each.due || !onlyDue))
      .map(({ marketplace }) => marketplace);
  return {
    recovered: where('GRACE', 'RIGHT', false),
    reinstate: where('SUSPENDED', 'RIGHT', false),
    suspend: where('GRACE', 'WRONG', true),
    remove: where('SUSPENDED', 'WRONG', true),
  };
}

/** Remembers what else was found wrong: all of it has to be right again. */
export function rememberLook(state: BadgeRemedyState, answers: readonly FindingSummary[], at: number): void {
  state.lookedAt = new Date(at).toISOString();
  for (const trouble of state.troubles)
    for (const { check, marketplace, answer, codes = [] } of answers)
      if (marketplace === trouble.marketplace && answer === 'NO' && check !== 'SKILL_PUBLISHED') {
        trouble.checks = [...new Set([...trouble.checks, check])];
        if (trouble.codes !== undefined) trouble.codes = [...new Set([...trouble.codes, ...codes])];
      }
}
