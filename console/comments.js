// The thread between maker and reviewers.
import { draw, when } from './draw.js';
import { createNotice, pressing } from './press.js';
import { call } from './session.js';

const drawComment = (comment) =>
  draw(
    'article',
    {},
    draw('p', { class: 'aside' }, `${comment.author.name} · `, when(comment.createdAt)),
    draw('blockquote', {}, comment.body),
    ...(comment.editedAt
      ? [draw('p', { class: 'aside' }, 'Edited ', when(comment.editedAt)), drawEarlier(comment)]
      : []),
  );

const drawEarlier = ({ earlier }) =>
  draw(
    'details',
    {},
    draw('summary', {}, 'What it said before'),
    ...earlier.map(({ body, writtenAt }) => draw('blockquote', {}, when(writtenAt), '\n', body)),
  );

/** The thread, and where one adds to it. */
export function drawComments(requestId, { data }, again) {
  const notice = createNotice();
  const text = draw('textarea', { id: 'comment', maxlength: '4096', required: true });
  const post = (key) =>
    call('POST', `/v1/badge-requests/${requestId}/comments`, { key, body: { body: text.value } });
  const form = draw(
    'form',
    { submit: pressing(post, { notice, done: again }) },
    draw('p', {}, draw('label', { for: 'comment' }, 'Your comment, mailed to the other side')),
    text,
    notice.element,
    draw('p', {}, draw('button', { type: 'submit' }, 'Comment')),
  );
  return [...data.map(drawComment), form];
}
