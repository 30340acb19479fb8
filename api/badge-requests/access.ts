/** Which requests somebody sees, and what they may do with one. */
import type { Person } from '../../db/people';
import { findRequest, type RequestView } from '../../db/request-view';
import { renewClaim } from '../../db/review-claims';
import { isBadgeAction, type BadgeAction } from '../../domain/badges';
import { isRefusedByClaim } from '../../domain/review-claim';
import { decide, statusLabels, type Action } from '../../domain/lifecycle';
import type { ApiDependencies } from '../dependencies';
import { isDatabaseAway } from '../failures';
import { notFound, ProblemError } from '../problem';
import { actorOf, badgesAllow, callableActions, claimantOf, matches } from './view';

/** The organization whose requests and products somebody sees; null: every organization's. */
export const scopeOf = (person: Person): string | null =>
  person.role === 'REVIEWER' || person.role === 'OPERATOR' ? null : person.organizationId;

/**
 * A single request, for whatever is done with it: a sign of life of the reviewer who has claimed it.
 * @throws {ProblemError} NOT_FOUND, also for another organization's request
 */
export async function readRequest(
  { pool, claimMinutes }: ApiDependencies,
  id: string,
  person: Person,
): Promise<RequestView> {
  const request = await findRequest(pool, { id, organizationId: scopeOf(person) });
  if (request === null) throw notFound('There is no such badge request.');
  if (claimantOf(person, request) !== 'SELF' || request.claim === null) return request;
  // Whoever may not claim it any more does not hold on to it either.
  if (!decide(request, 'claim', actorOf(person, request)).allowed) return request;
  const renewing = renewClaim(pool, { requestId: id, reviewerId: person.id, minutes: claimMinutes });
  const until = await renewing.catch((error: unknown) => {
    // A database that takes no writes for now can still be read.
    if (isDatabaseAway(error)) return request.claim?.until ?? null;
    throw error;
  });
  return { ...request, claim: until === null ? null : { ...request.claim, until } };
}

/** @throws {ProblemError} ACTION_NOT_ALLOWED, OWN_ORGANIZATION or FORBIDDEN, as the lifecycle's table says; CLAIMED */
export function refuseUnlessAllowed(request: RequestView, person: Person, action: Action): void {
  const decision = decide(request, action, actorOf(person, request));
  if (decision.allowed && badgesAllow(request, action)) return refuseIfClaimed(request, person, action);
  if (decision.allowed && isBadgeAction(action) && request.badges.length > 0)
    throw notAllowed(request, person, action, whyNowhere(request.badges, action));
  if (decision.allowed || decision.because === 'STATUS') throw notAllowed(request, person, action);
  if (decision.because === 'ORGANIZATION')
    throw new ProblemError('OWN_ORGANIZATION', 'The request belongs to an organization that you belong to.');
  throw new ProblemError('FORBIDDEN', `Somebody of your role may never ${action} a request.`);
}

/**
 * @param ifMatch what the caller has seen; absent: whatever there is
 * @throws {ProblemError} PRECONDITION_FAILED
 */
export function refuseOtherVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch !== undefined && !matches(ifMatch, version))
    throw new ProblemError('PRECONDITION_FAILED', `The request is at version ${version} by now.`);
}

function refuseIfClaimed(request: RequestView, person: Person, action: Action): void {
  const { claim } = request;
  if (claim === null || !isRefusedByClaim(action, claimantOf(person, request))) return;
  throw new ProblemError('CLAIMED', `${claim.name} works on this request until ${claim.until}.`, {
    members: { claim: { by: { name: claim.name }, until: claim.until } },
  });
}

/** What keeps every one of the badges from what is asked; the request's status may allow it for others. */
export function whyNowhere(named: RequestView['badges'], action: BadgeAction, ahead = false): string {
  const standing = named.map(({ marketplace, status, causes, planned }) => {
    const why = causes.length === 0 ? '' : ` (${causes.join(', ')})`;
    const plan = planned === null ? '' : `, ${planned.action} planned for ${planned.at}`;
    return `${marketplace} is ${status}${why}${plan}`;
  });
  return `None of these badges can be ${done[action]}${ahead ? ' at that instant' : ''}: ${standing.join('; ')}.`;
}

const done = { suspend: 'suspended', reinstate: 'reinstated', remove: 'removed' } as const;

/** The refusal of an action, with what may be done instead. */
export function notAllowed(
  request: RequestView,
  person: Person,
  action: Action,
  detail = `The request is ${statusLabels[request.status]}: it does not allow to ${action}.`,
): ProblemError {
  return new ProblemError('ACTION_NOT_ALLOWED', detail, {
    members: {
      requestStatus: request.status,
      requestStage: request.stage,
      allowedActions: callableActions(request, person),
    },
  });
}
