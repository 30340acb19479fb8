/** What webhook endpoints were told, and telling them once more. */
import { z } from 'zod';
import { queueTest, sendAgain } from '../../db/webhook-deliveries';
import { findDelivery, listDeliveries, type ListedDelivery } from '../../db/webhook-listing';
import { detailsFor } from '../../domain/entry-details';
import { MOST_ATTEMPTS, typeOf } from '../../domain/webhooks';
import { nothing } from '../badge-requests/schemas';
import { decodeCursor, encodeCursor } from '../cursor';
import type { ApiDependencies } from '../dependencies';
import { notFound } from '../problem';
import { defineRoute, type Route } from '../route';
import { pageOf } from '../values';
import { readEndpoint } from './access';
import { deliveriesQuery, deliveryId, endpointId, webhookDelivery } from './schemas';

const path = '/v1/webhook-endpoints/{id}';
const tag = 'Webhooks';
const optionalNothing = { schema: nothing, mediaTypes: ['application/json'], optional: true } as const;

const present = ({ dueAt, seq: _, ...delivery }: ListedDelivery) => ({
  ...delivery,
  type: typeOf(delivery),
  timestamp: dueAt,
  details: delivery.details && detailsFor('MAKER', delivery.details),
});

const position = z.strictObject({
  // PostgreSQL has no year 0.
  at: z.iso.datetime({ precision: 6 }).regex(/^2/),
  id: z.string().regex(/^whe_[0-9a-z]{1,60}$/),
});

const listWebhookDeliveries = defineRoute({
  method: 'get',
  path: `${path}/deliveries`,
  access: ['MAKER', 'VIEWER'],
  operationId: 'listWebhookDeliveries',
  summary: 'Read what an endpoint was sent',
  description: 'Newest first, of the last 30 days, with what came of it.',
  tag,
  params: endpointId,
  query: deliveriesQuery,
  answers: { 200: { description: 'A page', schema: pageOf(webhookDelivery) } },
  handle: async ({ deps, caller, params, query }) => {
    const after = decodeCursor(position, query.cursor);
    await readEndpoint(deps, caller, params.id);
    const { deliveries, next } = await listDeliveries(deps.pool, params.id, { limit: query.limit, after });
    return {
      status: 200,
      body: { data: deliveries.map(present), next: next === null ? null : encodeCursor(next) },
    };
  },
});

const testEndpoint = defineRoute({
  method: 'post',
  path: `${path}/test`,
  access: ['MAKER'],
  operationId: 'testWebhookEndpoint',
  summary: 'Try a webhook endpoint',
  description:
    'Sends it `webhook_endpoint.tested` once, also while it is disabled; what comes of it is among its deliveries.',
  tag,
  params: endpointId,
  body: optionalNothing,
  creates: 'whe',
  answers: { 202: { description: 'It is sent', schema: webhookDelivery } },
  handle: async ({ deps, caller, params, resourceId }) => {
    await readEndpoint(deps, caller, params.id);
    await queueTest(deps.pool, { id: resourceId, endpointId: params.id });
    return answerWith(deps, { id: resourceId, endpointId: params.id });
  },
});

const sendDeliveryAgain = defineRoute({
  method: 'post',
  path: `${path}/deliveries/{eventId}/send-again`,
  access: ['MAKER'],
  operationId: 'sendWebhookAgain',
  summary: 'Send an event once more',
  description: `Whatever came of it before, with the same \`webhook-id\`; it is tried up to ${MOST_ATTEMPTS} times anew.`,
  tag,
  params: deliveryId,
  body: optionalNothing,
  answers: { 202: { description: 'It is sent', schema: webhookDelivery } },
  handle: async ({ deps, caller, params }) => {
    await readEndpoint(deps, caller, params.id);
    const delivery = { id: params.eventId, endpointId: params.id };
    await sendAgain(deps.pool, delivery);
    return answerWith(deps, delivery);
  },
});

async function answerWith(deps: ApiDependencies, delivery: { id: string; endpointId: string }) {
  const found = await findDelivery(deps.pool, delivery);
  if (found === null) throw notFound('This endpoint was sent no such event.');
  return { status: 202, body: present(found) };
}

export const deliveryRoutes: readonly Route[] = [listWebhookDeliveries, testEndpoint, sendDeliveryAgain];
