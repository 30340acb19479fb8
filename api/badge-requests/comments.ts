import { z } from 'zod';
import { addComment, listComments } from '../../db/comments';
import { decodeCursor, encodeCursor, idPosition } from '../cursor';
import { defineRoute, EVERYONE } from '../route';
import { pageOf, pageQuery } from '../values';
import { readRequest } from './access';
import { comment, newComment, requestId } from './schemas';

const path = '/v1/badge-requests/{id}/comments';

export const readComments = defineRoute({
  method: 'get',
  path,
  access: EVERYONE,
  operationId: 'listComments',
  summary: 'Read the thread',
  description: 'Oldest first.',
  tag: 'Comments',
  params: requestId,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'A page', schema: pageOf(comment) } },
  handle: async ({ deps, caller, params, query }) => {
    const { id } = await readRequest(deps, params.id, caller);
    const after = decodeCursor(idPosition, query.cursor)?.id ?? null;
    const { comments, next } = await listComments(deps.pool, { requestId: id, limit: query.limit, after });
    return { status: 200, body: { data: comments, next: next === null ? null : encodeCursor({ id: next }) } };
  },
});

export const postComment = defineRoute({
  method: 'post',
  path,
  access: ['MAKER', 'REVIEWER', 'OPERATOR'],
  operationId: 'addComment',
  summary: 'Add to the thread',
  description: 'At any time; everyone who sees the request reads it.',
  tag: 'Comments',
  params: requestId,
  creates: 'cmt',
  body: { schema: newComment, mediaTypes: ['application/json'] },
  answers: { 201: { description: 'The comment', schema: comment } },
  handle: async ({ deps, caller, params, body, resourceId }) => {
    const request = await readRequest(deps, params.id, caller);
    const written = { id: resourceId, requestId: request.id, authorId: caller.id, body: body.body.trim() };
    return { status: 201, body: await addComment(deps.pool, written) };
  },
});
