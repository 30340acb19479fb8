/** A badge request as one person sees it. */
import type { z } from 'zod';
import type { Person } from '../../db/people';
import type { RequestView } from '../../db/request-view';
import {
  nextStep,
  pendingStage,
  waitedStage,
  waitingOn,
  type NextStepFacts,
} from '../../domain/badge-request';
import { isBadgeAction, possibleBadgeActions } from '../../domain/badges';
import { allowedActions, statusLabels, type Action, type Actor } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { decidingProjects, type ProductProject } from '../../domain/product-certification';
import { reasonsIn } from '../../domain/reasons';
import { isWithheld, type Claimant } from '../../domain/review-claim';
import { isProgramCode } from '../../domain/programs';
import { suggestReasons } from '../../domain/review-suggestions';
import { represent, type Representation } from '../representations';
import type { badgeRequest } from './schemas';

export type PresentedRequest = z.output<typeof badgeRequest>;

/** The actions that have a call. */
const CALLABLE: readonly Action[] = [
  'save',
  'submit',
  'approve',
  'reject',
  'reschedule',
  'withdraw',
  'discard',
  'retry',
  'recheck',
  'claim',
  'release',
  'suspend',
  'reinstate',
  'remove',
];

/** How the lifecycle's table sees a person before a request. */
export const actorOf = (person: Person, request: RequestView): Actor => ({
  role: person.role,
  ownOrganization: person.organizationId === request.organization.id,
});

/** Who has claimed its review, as a person sees it. */
export const claimantOf = (person: Person, { claim }: RequestView): Claimant =>
  claim === null ? 'NOBODY' : claim.reviewerId === person.id ? 'SELF' : 'OTHER';

/** Makers and viewers do not see who reviews, and what of other requests. */
const seesReview = ({ role }: Person) => role === 'REVIEWER' || role === 'OPERATOR';

function presentClaim(request: RequestView, person: Person): PresentedRequest['claim'] {
  const { claim } = request;
  if (claim === null || !seesReview(person)) return null;
  return { by: { name: claim.name }, mine: claimantOf(person, request) === 'SELF', until: claim.until };
}

/** What this person may do now by a call. */
export const callableActions = (request: RequestView, person: Person): Action[] =>
  allowedActions(request, actorOf(person, request)).filter(
    (action) =>
      CALLABLE.includes(action) &&
      badgesAllow(request, action) &&
      !isWithheld(action, claimantOf(person, request)),
  );

/** Whether an action that is about single badges can be done to any of the request's. */
export const badgesAllow = ({ badges }: RequestView, action: Action): boolean =>
  !isBadgeAction(action) || possibleBadgeActions(badges).includes(action);

export function presentRequest(request: RequestView, person: Person): PresentedRequest {
  const { form, status, stage } = request;
  const mayDo = callableActions(request, person);
  return {
    id: request.id,
    program: isProgramCode(form.program) ? form.program : null,
    organization: request.organization,
    product: request.product,
    retailIdentifier: form.retailIdentifier,
    asin: form.asin,
    variant: form.variant,
    bundleDevices: form.bundleDevices,
    goLive: form.goLive,
    marketplaces: form.marketplaces,
    status,
    statusLabel: statusLabels[status],
    stage,
    waitingOn: waitingOn({ status, stage: waitedStage(stage, restOf(request)) }),
    nextStep: nextStep({
      status,
      stage,
      ...certificationFacts(request),
      staged: request.staged,
      goLiveDate: request.dateToCome,
      reviewDueAt: request.reviewDueAt,
      isReviewOverdue: request.isReviewOverdue,
      wait: request.wait,
      obstacles: obstaclesNow(request),
    }),
    attention: person.role === 'OPERATOR' ? request.attention : null,
    round: request.round,
    version: request.version,
    createdAt: request.createdAt,
    updatedAt: request.updatedAt,
    submittedAt: request.submittedAt,
    reviewDueAt: request.reviewDueAt,
    reviewOverdue: request.isReviewOverdue,
    claim: presentClaim(request, person),
    suspendedElsewhere: seesReview(person)
      ? request.suspendedElsewhere.map((badge) => ({ ...badge, causes: [...badge.causes] }))
      : null,
    badges: request.badges.map((badge) => ({
      ...{ ...badge, causes: [...badge.causes] },
      allowedActions: possibleBadgeActions([badge]).filter((action) => mayDo.includes(action)),
    })),
    findings: request.findings.map(presentFinding),
    reasons: reasonsIn(status, request.reasons, request.obstacles.removed),
    suggestedReasons: mayDo.includes('reject') ? suggestReasons(request.findings, form.marketplaces) : null,
    ...presentCertification(request),
    allowedActions: mayDo,
  };
}

const restOf = ({ staged, certification }: RequestView) =>
  pendingStage(staged, certification.awaited.length === 0);

/** Nobody looks at a listing whose certification is awaited. */
const obstaclesNow = ({ obstacles, certification: { awaited } }: RequestView): RequestView['obstacles'] => ({
  ...obstacles,
  notLive: obstacles.notLive.filter((code) => !awaited.includes(code)),
});

function certificationFacts({
  certification: { awaited, onHold },
  form: { marketplaces },
  badges,
  staged,
}: RequestView): Pick<NextStepFacts, 'certification' | 'awaitedIn' | 'onHoldIn'> {
  const isAwaited = awaited.length > 0;
  // One on hold is of no account to what is certified and to come.
  const isOnHold = onHold.length > 0 && (isAwaited || staged === 'ALL');
  const certification = isOnHold ? 'ON_HOLD' : isAwaited ? 'AWAITED' : 'APPROVED';
  const about = isAwaited ? awaited : marketplaces;
  // Where others are certified and to come, too.
  const isToCome = (code: MarketplaceCode) =>
    !awaited.includes(code) && !badges.some(({ marketplace }) => marketplace === code);
  return {
    certification,
    awaitedIn: isAwaited && marketplaces.some(isToCome) ? awaited : [],
    onHoldIn: onHold.length < about.length ? onHold : [],
  };
}

function presentCertification({
  certification: { project },
  projects,
  form: { marketplaces },
}: RequestView): Pick<PresentedRequest, 'certification' | 'certifications'> {
  const present = ({ projectId, status, result }: ProductProject) => ({ projectId, status, result });
  return {
    certification: project && present(project),
    certifications: decidingProjects(projects, marketplaces)
      .map((each) => ({
        ...present(each.project),
        // An approval says of others that it does not cover them.
        marketplaces: each.marketplaces.filter((code) => each.project.marketplaces.includes(code)),
      }))
      .filter((each, _, all) => each.marketplaces.length > 0 || all.length === 1),
  };
}

type PresentedFinding = PresentedRequest['findings'][number];

/** A finding as everyone sees it who sees the request. */
export function presentFinding(finding: RequestView['findings'][number]): PresentedFinding {
  const { check, marketplace, answer, codes, undecided, found, expected, checkedAt } = finding;
  return {
    check,
    marketplace,
    answer,
    codes: [...codes],
    undecided: [...undecided],
    found: found as PresentedFinding['found'],
    expected: expected as PresentedFinding['expected'],
    checkedAt,
  };
}

/**
 * The answer that shows a request. Its `ETag` names the version, which `If-Match` is about, and what this person
 * sees of it: certification and badges change with no new version.
 */
export function requestAnswer(
  request: RequestView,
  person: Person,
  options: { status?: number; headers?: Record<string, string> } = {},
): Representation {
  return represent(presentRequest(request, person), { ...options, version: request.version });
}

/** Whether an `If-Match` header names this version of a request. */
export function matches(ifMatch: string, version: number): boolean {
  if (ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((tag) => new RegExp(`^"${version}(\\.[\\w-]+)?"$`).test(tag.trim()));
}
