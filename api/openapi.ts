/** The OpenAPI 3.1 document of the routes. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { z } from 'zod';
import { problemKinds, type ProblemCode } from './problem-codes';
import { isIdempotent, type DocumentedAnswer, type Route } from './route';
import { cookieNameOf } from './sign-in/cookies';
import { problem } from './values';
import { commentEvent, requestEvent, testedEvent } from './webhook-endpoints/schemas';

export type Description = ReturnType<typeof createDocument>;

const API_VERSION = '1.0.0';
const tags = {
  'Badge requests': 'One for each ASIN that asks for a badge, from the first draft to the badge on the page.',
  Comments: 'What maker and reviewer say to each other about a request.',
  Products: 'What was certified, or is being certified.',
  'Reference data': 'What the fields of the form can be.',
  Certification: 'What the certification pipeline reports.',
  Badges: 'Which badges are effective.',
  'Programme suspensions': 'A maker’s badges of a programme, suspended in a whole region.',
  Calendar: 'What goes live when and where.',
  Webhooks: 'Where your own programs hear of what happens to your requests.',
  People: 'Who you are, and signing out of the console.',
  Health: 'For those who run the service.',
} as const;

const ABOUT = `Requests for the "Works with Alexa" badge.

Answers are JSON, errors \`application/problem+json\` (RFC 9457) with a \`code\` of a closed list, explained under
[/docs/errors/](/docs/errors/). Every POST of a person takes an \`Idempotency-Key\`: the same key and body again gives the
first answer again, so that a call without an answer is safe to repeat. A lookup changes nothing, and an event has its own
\`webhook-id\`. Every answer carries \`Request-Id\`, and where calls are limited \`RateLimit-Policy\` and \`RateLimit\`, as
draft-ietf-httpapi-ratelimit-headers has them: what a minute allows, and what is left of it.`;

const HOW_IT_IS_SENT = `Signed as Standard Webhooks 1.0.0. Answer within 15 seconds: what is not taken is tried again for
three days. An event may come twice, and after a later one; \`webhook-id\` tells the first, \`data.seq\` and the request itself the second.`;

/** @param publicUrl where callers reach the API */
export function createDescription(routes: readonly Route[], publicUrl: string): Description {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes.filter(({ isPage }) => !isPage))
    (paths[route.path] ??= {})[route.method] = describe(route);
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Badge requests',
      version: API_VERSION,
      description: ABOUT,
      license: { name: 'Proprietary', url: `${publicUrl}/docs` },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: {
      badgeRequestChanged: sent(
        'Something has happened to one of your requests',
        'One for each entry of its history, sent to each of your webhook endpoints at the instant of the entry.',
        requestEvent,
      ),
      badgeRequestCommented: sent(
        'Somebody has commented on one of your requests',
        'Sent once, when it is written; not when its author corrects it.',
        commentEvent,
      ),
      webhookEndpointTested: sent('Somebody tries the endpoint', 'See `testWebhookEndpoint`.', testedEvent),
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of a person' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: cookieNameOf('session', publicUrl),
          description:
            'Somebody signed in to the console. The call is then taken from a page of this origin only, as `Sec-Fetch-Site` or `Origin` says.',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description: 'Standard Webhooks 1.0.0, with the secrets that were agreed',
        },
      },
    },
  });
}

/** What we send. */
const sent = (summary: string, about: string, schema: z.ZodType): { post: ZodOpenApiOperationObject } => ({
  post: {
    summary,
    description: `${about} ${HOW_IT_IS_SENT}`,
    tags: ['Webhooks'],
    security: [{ signature: [] }],
    requestParams: {
      header: z.object({
        'webhook-id': z.string().meta({ description: 'Names the event, at each try the same' }),
        'webhook-timestamp': z.string().meta({ description: 'Of this try, seconds since 1970' }),
        'webhook-signature': z.string().meta({ description: 'One for each secret, separated by spaces' }),
      }),
    },
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: {
      204: { description: 'Taken; so is every other answer from 200 to 299' },
      410: { description: 'Nobody listens here any more: the endpoint is disabled' },
      503: {
        description: 'Not now; so is every other answer. Nothing is sent before `Retry-After`, up to a day',
        headers: z.object({
          'Retry-After': z.string().optional().meta({ description: 'Seconds, or an HTTP date' }),
        }),
      },
    },
  },
});

function describe(route: Route): ZodOpenApiOperationObject {
  const { access, operationId, summary, tag, params, query, body } = route;
  const requestHeaders = headersOf(route);
  return {
    operationId,
    summary,
    description: [route.description, rolesOf(route)].filter(Boolean).join('\n\n'),
    tags: [tag],
    security:
      access === 'PUBLIC' ? [] : access === 'SIGNED' ? [{ signature: [] }] : [{ token: [] }, { session: [] }],
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(Object.keys(requestHeaders).length > 0 && { header: z.object(requestHeaders) }),
    },
    ...(body?.schema && {
      requestBody: {
        required: body.optional !== true,
        content: Object.fromEntries(
          body.mediaTypes.map((type) => [type, { schema: body.schema as z.ZodType }]),
        ),
      },
    }),
    responses: responsesOf(route),
  };
}

function rolesOf({ access }: Route): string | undefined {
  if (typeof access === 'string') return undefined;
  return `For: ${access.map((role) => role.toLowerCase()).join(', ')}.`;
}

function headersOf(route: Route): Record<string, z.ZodType> {
  const isSigned = route.access === 'SIGNED';
  const headers: Record<string, z.ZodType> = {};
  for (const [name, description] of Object.entries(route.requestHeaders ?? {}))
    headers[name] = (isSigned ? z.string() : z.string().optional()).meta({ description });
  if (isIdempotent(route))
    headers['Idempotency-Key'] = z
      .string()
      .min(1)
      .max(255)
      .regex(/^[\x20-\x7e]+$/)
      .optional()
      .meta({ description: 'Names this intent: repeating the call with it has no second effect' });
  return headers;
}

function responsesOf(route: Route): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, answer] of Object.entries(route.answers))
    responses[status as '200'] = describeAnswer(answer, isIdempotent(route) && route.isSecret !== true);
  const problems = problemsOf(route);
  for (const status of new Set(problems.map((code) => problemKinds[code].status))) {
    const codes = problems.filter((code) => problemKinds[code].status === status);
    responses[String(status) as '400'] = {
      description: codes.map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join(' '),
      headers: z.object({ 'Request-Id': requestIdHeader, ...problemHeaders[status] }),
      content: { 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

const requestIdHeader = z.string().meta({ description: 'Names this call in our log' });
const problemHeaders: Readonly<Record<number, Record<string, z.ZodType>>> = {
  401: { 'WWW-Authenticate': z.string().meta({ description: 'How to authenticate' }) },
  409: { 'Retry-After': z.string().optional().meta({ description: 'Seconds, where a call still runs' }) },
  429: {
    'Retry-After': z.string().meta({ description: 'Seconds' }),
    'RateLimit-Policy': z.string().optional().meta({ description: 'Calls that a minute allows, `q`' }),
    RateLimit: z
      .string()
      .optional()
      .meta({ description: 'How many are left, `r`, for how many seconds, `t`' }),
  },
  503: { 'Retry-After': z.string().meta({ description: 'Seconds' }) },
};

function describeAnswer(
  { description, schema, mediaType = 'application/json', headers = {} }: DocumentedAnswer,
  isReplayable: boolean,
) {
  const described = Object.entries(headers).map(([name, about]) => [
    name,
    z.string().meta({ description: about }),
  ]);
  return {
    description,
    headers: z.object({
      'Request-Id': requestIdHeader,
      ...Object.fromEntries(described),
      ...(isReplayable && {
        'Idempotent-Replayed': z
          .string()
          .optional()
          .meta({ description: '`true` when this is the first answer again' }),
      }),
    }),
    ...(schema && { content: { [mediaType]: { schema } } }),
  };
}

/** Every problem that a route can answer with. */
export function problemsOf(route: Route): ProblemCode[] {
  const { access, params, query, body } = route;
  const isPlain = access === 'PUBLIC' && params === undefined && query === undefined && body === undefined;
  const codes: (ProblemCode | false)[] = [
    // Before it is known whose call it is.
    'MALFORMED_CALL',
    'CALL_TIMEOUT',
    'HEADERS_TOO_LARGE',
    route.isUncounted !== true && 'TOO_MANY_CALLS',
    isPerson(route) && 'UNAUTHENTICATED',
    isPerson(route) && 'FORBIDDEN',
    isPerson(route) && 'FOREIGN_ORIGIN',
    params !== undefined && 'NOT_FOUND',
    body !== undefined && 'MALFORMED_JSON',
    body !== undefined && 'BODY_TOO_LARGE',
    body !== undefined && 'UNSUPPORTED_MEDIA_TYPE',
    'VALIDATION_FAILED',
    isIdempotent(route) && 'INVALID_HEADER',
    isIdempotent(route) && 'IDEMPOTENCY_KEY_IN_USE',
    isIdempotent(route) && 'IDEMPOTENCY_KEY_REUSED',
    ...(route.problems ?? []),
    'INTERNAL',
    !isPlain && 'TRY_AGAIN',
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}

const isPerson = ({ access }: Route) => typeof access !== 'string';
