/** Where a maker's programs hear of what happens to its requests. */
import { randomBytes } from 'node:crypto';
import {
  changeEndpoint,
  deleteEndpoint,
  listEndpoints,
  replaceSecret,
  saveEndpoint,
  type WebhookEndpoint,
} from '../../db/webhook-endpoints';
import { EARLIER_SECRET_HOURS, MOST_ENDPOINTS } from '../../domain/webhooks';
import { nothing } from '../badge-requests/schemas';
import { notFound, ProblemError } from '../problem';
import { defineRoute, type Route } from '../route';
import { noEndpoint, readEndpoint, refOf } from './access';
import { refuseAddress } from './address';
import { deliveryRoutes } from './deliveries';
import {
  endpointId,
  endpointPatch,
  endpointWithSecret,
  newEndpoint,
  webhookEndpoint,
  webhookEndpoints,
} from './schemas';

const path = '/v1/webhook-endpoints';
const tag = 'Webhooks';
const makers = { access: ['MAKER'], tag } as const;

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const present = (endpoint: WebhookEndpoint) => ({ ...endpoint, enabled: endpoint.disabledAt === null });

const createEndpoint = defineRoute({
  ...makers,
  method: 'post',
  path,
  operationId: 'createWebhookEndpoint',
  summary: 'Have your programs told',
  description:
    'From now on each entry of the history of each of your requests is sent there, at its instant, and that somebody has commented; see the webhooks of this document. The secret is shown this once. Repeated with the same `Idempotency-Key` the call gives the same endpoint another secret, and the one before counts no more; if it is deleted meanwhile, it is not made again.',
  creates: 'wep',
  body: { schema: newEndpoint, mediaTypes: ['application/json'] },
  answers: {
    201: {
      description: 'The endpoint, with its secret',
      schema: endpointWithSecret,
      headers: { Location: 'Where the endpoint is' },
    },
  },
  problems: ['NOT_FOUND', 'TOO_MANY_ENDPOINTS'],
  isSecret: true,
  handle: async ({ deps, caller, body, resourceId }) => {
    refuseAddress(body.url, deps);
    const secret = newSecret();
    const endpoint = await saveEndpoint(deps.pool, { ...refOf(caller, resourceId), url: body.url, secret });
    if (endpoint === 'DELETED') throw notFound('The endpoint that this call has made is deleted.');
    if (endpoint === 'TOO_MANY')
      throw new ProblemError(
        'TOO_MANY_ENDPOINTS',
        `Your organization has ${MOST_ENDPOINTS} webhook endpoints, which is as many as there can be.`,
      );
    return {
      status: 201,
      headers: { Location: `${path}/${endpoint.id}` },
      body: { ...present(endpoint), secret },
    };
  },
});

const listWebhookEndpoints = defineRoute({
  method: 'get',
  path,
  access: ['MAKER', 'VIEWER'],
  operationId: 'listWebhookEndpoints',
  summary: 'List your webhook endpoints',
  description: `Newest first, all of them: an organization has ${MOST_ENDPOINTS} at most.`,
  tag,
  answers: { 200: { description: 'The endpoints, without their secrets', schema: webhookEndpoints } },
  handle: async ({ deps, caller }) => {
    const endpoints = await listEndpoints(deps.pool, caller.organizationId ?? '');
    return { status: 200, body: { data: endpoints.map(present) } };
  },
});

const getEndpoint = defineRoute({
  method: 'get',
  path: `${path}/{id}`,
  access: ['MAKER', 'VIEWER'],
  operationId: 'getWebhookEndpoint',
  summary: 'Read a webhook endpoint',
  tag,
  params: endpointId,
  answers: { 200: { description: 'The endpoint, without its secret', schema: webhookEndpoint } },
  handle: async ({ deps, caller, params }) => {
    return { status: 200, body: present(await readEndpoint(deps, caller, params.id)) };
  },
});

const patchEndpoint = defineRoute({
  ...makers,
  method: 'patch',
  path: `${path}/{id}`,
  operationId: 'changeWebhookEndpoint',
  summary: 'Change, disable or enable a webhook endpoint',
  description:
    'What happens while it is disabled is sent once it is enabled again, unless that is 30 days later. `enabled: true` also has what was tried in vain tried at once.',
  params: endpointId,
  body: { schema: endpointPatch, mediaTypes: ['application/merge-patch+json', 'application/json'] },
  answers: { 200: { description: 'The endpoint', schema: webhookEndpoint } },
  handle: async ({ deps, caller, params, body }) => {
    if (body.url !== undefined) refuseAddress(body.url, deps);
    const endpoint = await changeEndpoint(deps.pool, refOf(caller, params.id), body);
    if (endpoint === null) throw noEndpoint();
    return { status: 200, body: present(endpoint) };
  },
});

const removeEndpoint = defineRoute({
  ...makers,
  method: 'delete',
  path: `${path}/{id}`,
  operationId: 'deleteWebhookEndpoint',
  summary: 'Delete a webhook endpoint',
  description: 'Nothing more is sent there.',
  params: endpointId,
  answers: { 204: { description: 'Deleted' } },
  handle: async ({ deps, caller, params }) => {
    if (!(await deleteEndpoint(deps.pool, refOf(caller, params.id)))) throw noEndpoint();
    return { status: 204 };
  },
});

const rotateSecret = defineRoute({
  ...makers,
  method: 'post',
  path: `${path}/{id}/rotate-secret`,
  operationId: 'rotateWebhookSecret',
  summary: 'Give a webhook endpoint another secret',
  description: `For ${EARLIER_SECRET_HOURS} hours what is sent is signed with both, the new one first. The secret is shown this once; repeated with the same \`Idempotency-Key\` the call gives another one, and the one before the first call still counts.`,
  params: endpointId,
  body: { schema: nothing, mediaTypes: ['application/json'], optional: true },
  answers: { 200: { description: 'The endpoint, with its new secret', schema: endpointWithSecret } },
  isSecret: true,
  handle: async ({ deps, caller, params, commandId }) => {
    const secret = newSecret();
    const endpoint = await replaceSecret(deps.pool, refOf(caller, params.id), { secret, commandId });
    if (endpoint === null) throw noEndpoint();
    return { status: 200, body: { ...present(endpoint), secret } };
  },
});

export const webhookEndpointRoutes: readonly Route[] = [
  createEndpoint,
  listWebhookEndpoints,
  getEndpoint,
  patchEndpoint,
  removeEndpoint,
  rotateSecret,
  ...deliveryRoutes,
];
