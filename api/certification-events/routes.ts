import { z } from 'zod';
import { receiveEvent } from '../../db/certification-inbox';
import { parseJson } from '../body';
import { defineRoute, type Route } from '../route';
import { parse } from '../validation';
import { event, projectUpdated, PROJECT_UPDATED, toProject } from './schemas';

const receiveCertificationEvent = defineRoute({
  method: 'post',
  path: '/v1/certification-events',
  access: 'SIGNED',
  operationId: 'receiveCertificationEvent',
  summary: 'Receive an event of the certification pipeline',
  description:
    'Signed as Standard Webhooks 1.0.0, answered once it is durable. Repeated and late events change nothing; an event of an unknown type is kept.',
  tag: 'Certification',
  requestHeaders: {
    'webhook-id': 'The same for every delivery of the event',
    'webhook-timestamp': 'When it was signed, seconds since 1970; at most five minutes off',
    'webhook-signature':
      '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`; several, separated by spaces',
  },
  body: { schema: projectUpdated, mediaTypes: ['application/json'] },
  answers: {
    202: {
      description: 'Durable',
      schema: z.strictObject({ status: z.literal('accepted') }).meta({ id: 'Accepted' }),
    },
  },
  problems: ['SIGNATURE_INVALID'],
  handle: async ({ deps, header, readBody }) => {
    const body = parseJson(await readBody());
    const { type } = parse(event, body);
    const project = type === PROJECT_UPDATED ? toProject(parse(projectUpdated, body)) : null;
    const webhookId = header('webhook-id') ?? '';
    const outcome = await receiveEvent(deps.pool, { webhookId, type, body: toStorable(body), project });
    if (outcome === 'FOREIGN')
      deps.log.warn(
        { webhookId, projectId: project?.projectId },
        'an event names another organization’s product',
      );
    return { status: 202, body: { status: 'accepted' } };
  },
});

/** JSON text without what PostgreSQL cannot store, which stands as an escape in it: NUL and halves of surrogate pairs. */
const toStorable = (body: unknown): string =>
  JSON.stringify(body).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\uFFFD');

export const certificationEventRoutes: readonly Route[] = [receiveCertificationEvent];
