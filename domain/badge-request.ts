/** What a badge request says of itself: its status as a function of recorded facts and of now. */
import { badgeStatusAt, statusOfBadges, type RecordedBadge } from './badges';
import type { Stage, Standing, Status } from './lifecycle';
import { namesOf, type MarketplaceCode } from './marketplaces';
import {
  describeDelays,
  describePlans,
  describeRemovals,
  describeTrouble,
  NO_OBSTACLES,
  type Obstacles,
} from './obstacles';

/** Whom or what a request may wait for. */
export const WAITING_ON = ['MAKER', 'SERVICE', 'REVIEWER', 'CERTIFICATION', 'DATE', 'OPERATOR'] as const;
export type WaitingOn = (typeof WAITING_ON)[number];

/** What is recorded of a request. Instants are RFC 3339. */
export interface RecordedStanding extends Standing {
  /** When the first staged badge becomes effective. */
  readonly firstEffectiveAt: string | null;
  /** When the last becomes so; set once every remaining marketplace is staged. */
  readonly enabledAt: string | null;
  /** From the last instant on, those that are not as they were staged, or that the clock changes; else none are needed. */
  readonly badges: readonly RecordedBadge[];
}

/**
 * Where a request stands at an instant. Once its badges are staged, Pending turns into Enabled by the
 * clock alone, whether or not anything runs, and so does what is planned after that; the SQL view
 * `badge_request_standings` says the same.
 */
export function standingAt(recorded: RecordedStanding, at: string): Standing {
  const byBadges = statusOfBadges(recorded.badges.map((badge) => badgeStatusAt(badge, at)));
  if (recorded.status !== 'PENDING') return { status: byBadges ?? recorded.status, stage: recorded.stage };
  const now = Date.parse(at);
  if (recorded.enabledAt !== null && Date.parse(recorded.enabledAt) <= now)
    return { status: byBadges ?? 'ENABLED', stage: null };
  if (recorded.firstEffectiveAt !== null && Date.parse(recorded.firstEffectiveAt) <= now)
    return { status: 'PENDING', stage: recorded.stage === 'NEEDS_ATTENTION' ? recorded.stage : 'GOING_LIVE' };
  return { status: 'PENDING', stage: recorded.stage };
}

/** How much of what a pending request wants is staged, or effective already. */
export type Staged = 'NONE' | 'SOME' | 'ALL';

export type PendingStage = 'SCHEDULED' | 'AWAITING_CERTIFICATION';

/**
 * What a pending request waits for until its first badge is effective. Once all is staged its instants are certain;
 * until then nothing goes on without a certification that is approved now, whatever it was before.
 */
export const pendingStage = (staged: Staged, isCertified: boolean): PendingStage =>
  staged === 'ALL' || isCertified ? 'SCHEDULED' : 'AWAITING_CERTIFICATION';

/** A recorded standing with what the certification says now; `STAGE_NOW` of `db/request-view.ts` says the same. */
export function withCertification(
  { status, stage }: Standing,
  { staged, isCertified }: { staged: Staged; isCertified: boolean },
): Standing {
  const isAboutIt = stage === 'SCHEDULED' || stage === 'AWAITING_CERTIFICATION';
  return { status, stage: isAboutIt ? pendingStage(staged, isCertified) : stage };
}

const byStage = {
  CHECKING: 'SERVICE',
  AWAITING_REVIEWER: 'REVIEWER',
  AWAITING_CERTIFICATION: 'CERTIFICATION',
  SCHEDULED: 'DATE',
  GOING_LIVE: 'DATE',
  NEEDS_ATTENTION: 'OPERATOR',
} as const satisfies Record<Stage, WaitingOn>;

/**
 * The stage that tells what a request waits for: one that goes live waits in its other marketplaces as it would before its
 * first badge, which is `rest`. `WAITED_STAGE` of `db/request-view.ts` says the same.
 */
export const waitedStage = (stage: Stage | null, rest: PendingStage): Stage | null =>
  stage === 'GOING_LIVE' ? rest : stage;

/** Whom or what a request waits for in a stage that tells it; `null` when nothing is to come. */
export function waitingOn(standing: Standing): WaitingOn | null {
  if (standing.stage !== null) return byStage[standing.stage];
  return standing.status === 'NOT_SUBMITTED' || standing.status === 'REJECTED' ? 'MAKER' : null;
}

/** What the checks of a request wait for. Instants are RFC 3339 in UTC. */
export interface CheckWait {
  /** A sentence. */
  readonly why: string;
  /** When it is tried again; null when that is not known. */
  readonly retryAt: string | null;
  readonly notedAt: string;
}

/** Facts that the sentence about the next step is made of. */
export interface NextStepFacts extends Standing {
  /** What the product's certification is to a request that waits for it. */
  readonly certification: 'APPROVED' | 'AWAITED' | 'ON_HOLD';
  /** Where it is waited for while other marketplaces that have no badge yet are certified; absent: nowhere. */
  readonly awaitedIn?: readonly MarketplaceCode[];
  /** Where it is on hold, if only in some of the marketplaces that it is about; absent: in all of them. */
  readonly onHoldIn?: readonly MarketplaceCode[];
  readonly staged: Staged;
  /** Calendar date `YYYY-MM-DD`; `null` for as soon as possible, and for one that is over. */
  readonly goLiveDate: string | null;
  readonly reviewDueAt: string | null;
  /** Whether that instant has passed; absent: it has not. */
  readonly isReviewOverdue?: boolean;
  /** Null or absent: the checks are under way. */
  readonly wait?: CheckWait | null;
  /** Absent: there are none. */
  readonly obstacles?: Obstacles;
}

const settled = {
  NOT_SUBMITTED: 'Complete the form and submit it for review.',
  ENABLED: 'The badge is on the product’s detail pages. Nothing is left to do.',
  REJECTED: 'Correct what the reasons name and submit the request again.',
  DISCARDED: 'This request was given up. Create a new one to ask for the badge.',
  SUSPENDED: 'The badge is not shown for now. What is said of each marketplace tells why, and what to do.',
  REMOVED: 'The badge was taken away for good. Create a new request to ask for it again.',
} as const satisfies Partial<Record<Status, string>>;

/** One sentence for people: what happens next, and on whom it waits. */
export function nextStep(facts: NextStepFacts): string {
  const { obstacles = NO_OBSTACLES } = facts;
  if (facts.status === 'ENABLED') return describeTrouble(obstacles) ?? settled.ENABLED;
  if (facts.status === 'SUSPENDED') {
    const { removed, planned } = obstacles;
    return [settled.SUSPENDED, ...describeRemovals(removed), ...describePlans(planned)].join(' ');
  }
  if (facts.status !== 'UNDER_REVIEW' && facts.status !== 'PENDING') return settled[facts.status];
  switch (facts.stage) {
    case 'CHECKING':
      return facts.wait == null
        ? 'The product’s listing, and its skill if it has one, are being checked; a reviewer decides next.'
        : describeWait(facts.wait);
    case 'AWAITING_REVIEWER':
      return decisionStep(facts);
    case 'AWAITING_CERTIFICATION':
      return awaitingStep(facts, obstacles);
    case 'SCHEDULED':
      return scheduledStep(facts, obstacles);
    case 'GOING_LIVE':
      return goingLiveStep(facts, obstacles);
    case 'NEEDS_ATTENTION':
      return 'A step could not be completed. An operator looks into it; the maker has nothing to do.';
    case null:
      return 'The request is being worked on.';
  }
}

function decisionStep({ reviewDueAt, isReviewOverdue = false }: NextStepFacts): string {
  if (reviewDueAt === null) return 'A reviewer decides.';
  const due = `${reviewDueAt.slice(0, 10)} ${reviewDueAt.slice(11, 16)} UTC`;
  return isReviewOverdue
    ? `A reviewer decides. That was due by ${due} and is overdue; the reviewers are told so by mail.`
    : `A reviewer decides by ${due}.`;
}

const scheduledStep = (facts: NextStepFacts, obstacles: Obstacles): string =>
  `${describeOutlook(facts, obstacles)}${describeDelays(obstacles)}${holdBesides(facts)}`;

/** Where nothing is staged and the date is over, or all is held back, only what is in the way is to be told. */
function describeOutlook(facts: NextStepFacts, { notLive, toCome, held }: Obstacles): string {
  const isInTheWay = facts.goLiveDate === null && notLive.length > 0;
  const isAllHeld = held.length > 0 && toCome.length === 0 && notLive.length === 0;
  return isInTheWay || isAllHeld ? 'The badge is approved.' : describeDate(facts);
}

function goingLiveStep(facts: NextStepFacts, obstacles: Obstacles): string {
  const delays = describeDelays(obstacles);
  const standing = obstacles.isShown ? 'live in some marketplaces' : 'approved';
  if (facts.staged !== 'ALL' && facts.certification !== 'APPROVED')
    return `The badge is ${standing}. ${othersWait(facts)}${delays}`;
  const date = facts.goLiveDate === null ? '' : ` on ${facts.goLiveDate}`;
  if (delays === '')
    return `The badge is live in some marketplaces and follows in the others${date}.${holdBesides(facts)}`;
  const { toCome } = obstacles;
  const follows = toCome.length === 0 ? '' : ` and goes live in ${namesOf(toCome)}${date}`;
  return `The badge is ${standing}${follows}.${delays}${holdBesides(facts)}`;
}

function awaitingStep(facts: NextStepFacts, obstacles: Obstacles): string {
  const delays = describeDelays(obstacles);
  const { awaitedIn = [] } = facts;
  if (facts.staged === 'NONE' && awaitedIn.length > 0)
    return `${describeOutlook(facts, obstacles)} ${othersWait(facts)}${delays}`;
  if (facts.staged === 'NONE') {
    const waits = isHeldEverywhere(facts)
      ? 'The badge is approved. The product’s certification is on hold; the badge waits until it goes on.'
      : `The badge is approved and waits for the product’s certification${holdOf(facts)}.`;
    const earliest = facts.goLiveDate === null ? '' : ` It goes live on ${facts.goLiveDate} at the earliest.`;
    return `${waits}${earliest}${delays}`;
  }
  const date = facts.goLiveDate === null ? '' : ` on ${facts.goLiveDate}`;
  return `The badge goes live${date} in some marketplaces. ${othersWait(facts)}${delays}`;
}

function othersWait(facts: NextStepFacts): string {
  const { awaitedIn = [] } = facts;
  if (awaitedIn.length > 0)
    return `In ${namesOf(awaitedIn)} it waits for the product’s certification${holdOf(facts)}.`;
  return isHeldEverywhere(facts)
    ? 'The product’s certification is on hold; the others wait until it goes on.'
    : `The others wait for the product’s certification${holdOf(facts)}.`;
}

const isHeldEverywhere = ({ certification, onHoldIn = [] }: NextStepFacts) =>
  certification === 'ON_HOLD' && onHoldIn.length === 0;

/** What follows where a certification is spoken of. */
function holdOf({ certification, onHoldIn = [] }: NextStepFacts): string {
  if (certification !== 'ON_HOLD') return '';
  return `, which is on hold${onHoldIn.length === 0 ? '' : ` in ${namesOf(onHoldIn)}`}`;
}

const describeDate = ({ goLiveDate }: NextStepFacts): string =>
  goLiveDate === null
    ? 'The listing is checked once more, then the badge goes live.'
    : `The badge goes live on ${goLiveDate}, at the start of the day in each marketplace.`;

/** Of what is staged already: a hold changes nothing of it. */
const holdBesides = ({ certification, onHoldIn = [] }: NextStepFacts): string =>
  certification === 'ON_HOLD'
    ? ` The product’s certification is on hold${onHoldIn.length === 0 ? '' : ` in ${namesOf(onHoldIn)}`}, which changes nothing of that.`
    : '';

function describeWait({ why, retryAt, notedAt }: CheckWait): string {
  const what = why.replace(/\.$/, '');
  if (retryAt === null) return `${what}.`;
  const day = retryAt.slice(0, 10);
  const on = day === notedAt.slice(0, 10) ? '' : `on ${day} `;
  return `${what}; it is asked again ${on}at ${retryAt.slice(11, 16)} UTC.`;
}
