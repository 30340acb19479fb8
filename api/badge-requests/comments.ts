import { z } from 'zod';
import { addComment, editComment, listComments, MOST_COMMENTS } from '../../db/comments';
import { idCursors } from '../cursor';
import { notFound, ProblemError } from '../problem';
import { defineRoute, EVERYONE } from '../route';
import { pageOf, pageQuery } from '../values';
import { readRequest } from './access';
import { comment, commentId, newComment, requestId } from './schemas';

const path = '/v1/badge-requests/{id}/comments';
const cursors = idCursors('comments', commentId.shape.commentId);

export const readComments = defineRoute({
  method: 'get',
  path,
  access: EVERYONE,
  operationId: 'listComments',
  summary: 'Read the thread',
  description: 'Oldest first; an edited comment with everything that it said before.',
  tag: 'Comments',
  params: requestId,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'A page', schema: pageOf(comment) } },
  handle: async ({ deps, caller, params, query }) => {
    const { id } = await readRequest(deps, params.id, caller);
    const after = cursors.read(query.cursor);
    const about = { requestId: id, readerId: caller.id, limit: query.limit, after };
    const { comments, next } = await listComments(deps.pool, about);
    return { status: 200, body: { data: comments, next: cursors.write(next) } };
  },
});

export const postComment = defineRoute({
  method: 'post',
  path,
  access: EVERYONE,
  operationId: 'addComment',
  summary: 'Add to the thread',
  description:
    'At any time; everyone who sees the request reads it. The other side gets it as a mail: of a maker’s or viewer’s comment the reviewers who have a part in the request, or else all; of a reviewer’s or operator’s the organization’s makers. Whoever was told of a comment on the request in the last ten minutes is told of further ones together, when these are over; and of comments on very many requests of one organization by sixty mails in an hour, the others later.',
  tag: 'Comments',
  params: requestId,
  creates: 'cmt',
  body: { schema: newComment, mediaTypes: ['application/json'] },
  answers: { 201: { description: 'The comment', schema: comment } },
  problems: ['TOO_MANY_COMMENTS'],
  handle: async ({ deps, caller, params, body, resourceId }) => {
    const request = await readRequest(deps, params.id, caller);
    const written = { id: resourceId, requestId: request.id, author: caller, body: body.body.trim() };
    const added = await addComment(deps.pool, written);
    if (added === 'TOO_MANY')
      throw new ProblemError(
        'TOO_MANY_COMMENTS',
        `You have written ${MOST_COMMENTS} comments on this request, which is as many as one may.`,
      );
    return { status: 201, body: added };
  },
});

export const patchComment = defineRoute({
  method: 'patch',
  path: `${path}/{commentId}`,
  access: EVERYONE,
  operationId: 'editComment',
  summary: 'Correct a comment of your own',
  description:
    'What it said before stays to be read. The other side gets no mail of it; the same text again changes nothing.',
  tag: 'Comments',
  params: commentId,
  body: { schema: newComment, mediaTypes: ['application/merge-patch+json', 'application/json'] },
  answers: { 200: { description: 'The comment as it is now', schema: comment } },
  problems: ['NOT_THE_AUTHOR', 'TOO_MANY_EDITS'],
  handle: async ({ deps, caller, params, body }) => {
    const request = await readRequest(deps, params.id, caller);
    const edit = { id: params.commentId, requestId: request.id, authorId: caller.id, body: body.body.trim() };
    const edited = await editComment(deps.pool, edit);
    if (edited === null) throw notFound('The request has no such comment.');
    if (edited === 'NOT_THE_AUTHOR')
      throw new ProblemError('NOT_THE_AUTHOR', 'Only who wrote a comment edits it.');
    if (edited === 'TOO_MANY_EDITS')
      throw new ProblemError('TOO_MANY_EDITS', 'This comment has been edited as often as one may be.');
    return { status: 200, body: edited };
  },
});
