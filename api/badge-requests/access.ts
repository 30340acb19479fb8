/** Which requests somebody sees, and what they may do with one. */
import type { Person } from '../../db/people';
import { findRequest, type RequestView } from '../../db/request-view';
import { decide, statusLabels, type Action } from '../../domain/lifecycle';
import type { ApiDependencies } from '../dependencies';
import { notFound, ProblemError } from '../problem';
import { actorOf, callableActions } from './view';

/** The organization whose requests and products somebody sees; null: every organization's. */
export const scopeOf = (person: Person): string | null =>
  person.role === 'REVIEWER' || person.role === 'OPERATOR' ? null : person.organizationId;

/** @throws {ProblemError} NOT_FOUND, also for another organization's request */
export async function readRequest(
  { pool }: ApiDependencies,
  id: string,
  person: Person,
): Promise<RequestView> {
  const request = await findRequest(pool, { id, organizationId: scopeOf(person) });
  if (request === null) throw notFound('There is no such badge request.');
  return request;
}

/** @throws {ProblemError} ACTION_NOT_ALLOWED, OWN_ORGANIZATION or FORBIDDEN, as the lifecycle's table says */
export function refuseUnlessAllowed(request: RequestView, person: Person, action: Action): void {
  const decision = decide(request, action, actorOf(person, request));
  if (decision.allowed) return;
  if (decision.because === 'STATUS') throw notAllowed(request, person, action);
  if (decision.because === 'ORGANIZATION')
    throw new ProblemError('OWN_ORGANIZATION', 'The request belongs to an organization that you belong to.');
  throw new ProblemError('FORBIDDEN', `Somebody of your role may never ${action} a request.`);
}

/** The refusal of an action, with what may be done instead. */
export function notAllowed(request: RequestView, person: Person, action: Action): ProblemError {
  const detail = `The request is ${statusLabels[request.status]}: it does not allow to ${action}.`;
  return new ProblemError('ACTION_NOT_ALLOWED', detail, {
    members: {
      requestStatus: request.status,
      requestStage: request.stage,
      allowedActions: callableActions(request, person),
    },
  });
}
