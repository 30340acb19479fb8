/** What the calls of a request's actions have in common. */
import type { z } from 'zod';
import type { PersonRole } from '../../db/people';
import type { ProblemCode } from '../problem-codes';
import { defineRoute, type Answer, type Route } from '../route';
import type { RequestCall } from './commands';
import { badgeRequest, nothing, requestId } from './schemas';

interface ActionRoute<B extends z.ZodType> {
  readonly name: string;
  readonly by: readonly PersonRole[];
  readonly summary: string;
  readonly description: string;
  readonly body: B;
  readonly problems?: readonly ProblemCode[];
  readonly act: (call: RequestCall<z.output<B>>) => Promise<Answer>;
}

/** A call that acts on a request, and answers with it as it stands then. */
export const defineAction = <B extends z.ZodType>({
  name,
  by,
  summary,
  description,
  body,
  problems,
  act,
}: ActionRoute<B>): Route =>
  defineRoute({
    method: 'post',
    path: `/v1/badge-requests/{id}/${name}`,
    access: by,
    operationId: `${name}BadgeRequest`,
    summary,
    description,
    tag: 'Badge requests',
    params: requestId,
    body: {
      schema: body,
      mediaTypes: ['application/json'],
      optional: (body as z.ZodType) === nothing,
    },
    requestHeaders: { 'If-Match': 'The `ETag` of what you have seen; another version answers 412' },
    answers: {
      200: {
        description: 'The request, once this is recorded',
        schema: badgeRequest,
        headers: { ETag: 'The version of the request' },
      },
    },
    problems: ['ACTION_NOT_ALLOWED', 'PRECONDITION_FAILED', ...(problems ?? [])],
    handle: (call) => act(call as RequestCall<z.output<B>>),
  });
