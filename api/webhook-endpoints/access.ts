import type { Person } from '../../db/people';
import { findEndpoint, type EndpointRef, type WebhookEndpoint } from '../../db/webhook-endpoints';
import type { ApiDependencies } from '../dependencies';
import { notFound } from '../problem';

/** An endpoint as one of the caller's own organization. */
export const refOf = (caller: Person, id: string): EndpointRef => ({
  id,
  organizationId: caller.organizationId ?? '',
});

export const noEndpoint = () => notFound('There is no such webhook endpoint.');

/** @throws {ProblemError} NOT_FOUND when the caller's organization has no such endpoint */
export async function readEndpoint(
  { pool }: ApiDependencies,
  caller: Person,
  id: string,
): Promise<WebhookEndpoint> {
  const endpoint = await findEndpoint(pool, refOf(caller, id));
  if (endpoint === null) throw noEndpoint();
  return endpoint;
}
