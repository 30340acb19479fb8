/** Where a maker's programs hear of what happens to its requests, and what they are sent. */
import { z } from 'zod';
import { MOST_ENDPOINTS, WEBHOOK_EVENT_TYPES } from '../../domain/webhooks';
import { ROLES } from '../../domain/lifecycle';
import { entryAction, status } from '../badge-requests/schemas';
import { text } from '../validation';
import { idOf, instant, pageQuery, programCode } from '../values';

const EXAMPLE_ID = 'wep_01kadm0v1wfb5s5t8k3v7q2m9x';
const EXAMPLE_EVENT = 'whe_019aad20f87c4d0f6a6b2f3c41d88a1c7f5e9b02d4a6';
const EXAMPLE_URL = 'https://hooks.lumen.example/badges';

export const endpointId = z.object({ id: idOf('wep', EXAMPLE_ID) });
export const deliveryId = z.object({ id: idOf('wep', EXAMPLE_ID), eventId: idOf('whe', EXAMPLE_EVENT) });

export const webhookEndpoint = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    enabled: z.boolean().meta({ description: 'False: what happens waits until it is enabled again' }),
    disabledAt: instant.nullable(),
    disabledBecause: z.enum(['MAKER', 'GONE']).nullable().meta({
      description: 'MAKER: one of you did it. GONE: the endpoint has answered 410',
    }),
    earlierSecretUntil: instant.nullable().meta({
      description: 'Until then the secret before the present one signs, too; null: one secret signs',
    }),
    restsUntil: instant.nullable().meta({
      description: 'Until then nothing is sent: the endpoint has asked so, by `Retry-After`',
    }),
    createdAt: instant,
  })
  .meta({
    id: 'WebhookEndpoint',
    example: {
      id: EXAMPLE_ID,
      url: EXAMPLE_URL,
      enabled: true,
      disabledAt: null,
      disabledBecause: null,
      earlierSecretUntil: null,
      restsUntil: null,
      createdAt: '2026-11-22T10:00:00.000Z',
    },
  });

export const webhookEndpoints = z
  .strictObject({ data: z.array(webhookEndpoint).max(MOST_ENDPOINTS) })
  .meta({ id: 'WebhookEndpoints' });

export const endpointWithSecret = webhookEndpoint
  .extend({
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+=*$/)
      .meta({
        description: 'Signs what is sent; shown this once',
        example: 'whsec_bm90IGEgc2VjcmV0LCBhbiBleGFtcGxl',
      }),
  })
  .meta({ id: 'WebhookEndpointWithSecret' });

const url = text(2000).min(1).meta({
  description: 'https, with a host name of the public internet; no user name, password or fragment',
  example: EXAMPLE_URL,
});

export const newEndpoint = z
  .strictObject({ url })
  .meta({ id: 'NewWebhookEndpoint', example: { url: EXAMPLE_URL } });

export const endpointPatch = z
  .strictObject({ url: url.optional(), enabled: z.boolean().optional() })
  .meta({ id: 'WebhookEndpointPatch', description: 'What is left out stays', example: { enabled: false } });

export const webhookDelivery = z
  .strictObject({
    id: z.string().meta({ description: 'Of the event: the header `webhook-id` of every try' }),
    type: z.enum(WEBHOOK_EVENT_TYPES),
    timestamp: instant.meta({ description: 'When it happened' }),
    requestId: z.string().nullable(),
    asin: z.string().nullable().meta({ description: 'Of the request, as it is by now' }),
    variant: z.string().nullable(),
    commentId: z
      .string()
      .nullable()
      .meta({ description: 'Of what was commented; null: an entry of the history, or a test' }),
    action: entryAction.nullable(),
    from: status.nullable(),
    to: status.nullable(),
    details: z.record(z.string(), z.unknown()).nullable().meta({ description: 'As in the history' }),
    status: z.enum(['WAITING', 'DELIVERED', 'GIVEN_UP', 'PAUSED']).meta({
      description:
        'WAITING: it is sent now or tried again. GIVEN_UP: after the last try. PAUSED: until the endpoint is enabled',
    }),
    attempts: z.int(),
    attemptedAt: instant.nullable(),
    answer: z.int().nullable().meta({ description: 'HTTP status of the last try; null while it goes on' }),
    failure: z
      .enum(['ADDRESS_NOT_PUBLIC', 'NAME_NOT_FOUND', 'NOT_REACHED', 'TIMED_OUT', 'TLS_FAILED'])
      .nullable()
      .meta({ description: 'What kept the last try from an answer' }),
    nextAttemptAt: instant.nullable(),
  })
  .meta({
    id: 'WebhookDelivery',
    example: {
      id: EXAMPLE_EVENT,
      type: 'badge_request.status_changed',
      timestamp: '2026-11-22T10:00:00.000Z',
      requestId: 'br_01kadm0v1wfb5s5t8k3v7q2m9x',
      asin: 'B0LUMEN001',
      variant: null,
      commentId: null,
      action: 'enable',
      from: 'PENDING',
      to: 'ENABLED',
      details: {},
      status: 'DELIVERED',
      attempts: 1,
      attemptedAt: '2026-11-22T10:00:00.120Z',
      answer: 204,
      failure: null,
      nextAttemptAt: null,
    },
  });

export const deliveriesQuery = z.strictObject(pageQuery);

// What is sent may have more fields one day, which whoever checks it by this description has to let pass.

/** What the events of a request are about, as it is when they are sent. */
const toldRequest = z.object({
  id: z.string(),
  program: programCode.nullable(),
  productId: z.string().nullable(),
  asin: z.string().nullable(),
  variant: z.string().nullable(),
});
const happenedAt = instant.meta({ description: 'When it happened' });
const EXAMPLE_REQUEST = {
  id: 'br_01kadm0v1wfb5s5t8k3v7q2m9x',
  program: 'WWA',
  productId: 'prod_lumen_bulb',
  asin: 'B0LUMEN001',
  variant: null,
};

/** What an endpoint is sent. */
export const requestEvent = z
  .object({
    type: z.enum(['badge_request.status_changed', 'badge_request.updated']),
    timestamp: happenedAt,
    data: z.object({
      badgeRequest: toldRequest,
      seq: z.int().meta({ description: 'Place in the history of the request' }),
      action: entryAction,
      actor: z.object({ role: z.enum(ROLES) }),
      from: status.nullable(),
      to: status,
      details: z.record(z.string(), z.unknown()).meta({ description: 'As in the history' }),
    }),
  })
  .meta({
    id: 'BadgeRequestEvent',
    example: {
      type: 'badge_request.status_changed',
      timestamp: '2026-11-22T10:00:00.000Z',
      data: {
        badgeRequest: EXAMPLE_REQUEST,
        seq: 7,
        action: 'enable',
        actor: { role: 'SERVICE' },
        from: 'PENDING',
        to: 'ENABLED',
        details: {},
      },
    },
  });

export const commentEvent = z
  .object({
    type: z.literal('badge_request.commented'),
    timestamp: happenedAt,
    data: z.object({
      badgeRequest: toldRequest,
      comment: z.object({
        id: z.string().meta({ description: 'What it says, and who wrote it, is read with `listComments`' }),
      }),
      actor: z.object({ role: z.enum(ROLES) }),
    }),
  })
  .meta({
    id: 'BadgeRequestCommented',
    example: {
      type: 'badge_request.commented',
      timestamp: '2026-11-22T10:00:00.000Z',
      data: {
        badgeRequest: EXAMPLE_REQUEST,
        comment: { id: 'cmt_01kadm0v1wfb5s5t8k3v7q2m9x' },
        actor: { role: 'REVIEWER' },
      },
    },
  });

export const testedEvent = z
  .object({
    type: z.literal('webhook_endpoint.tested'),
    timestamp: instant,
    data: z.object({ endpointId: z.string() }),
  })
  .meta({
    id: 'WebhookEndpointTested',
    example: {
      type: 'webhook_endpoint.tested',
      timestamp: '2026-11-22T10:00:00.000Z',
      data: { endpointId: EXAMPLE_ID },
    },
  });
