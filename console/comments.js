// The thread between maker and reviewers.
import { acting } from './acting.js';
import { draw, when } from './draw.js';
import { createNotice } from './press.js';
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

/** What was said so far, oldest first. */
export const drawThread = ({ data }) => data.map(drawComment);

/** Where one adds to the thread. */
export function drawCommentForm(page) {
  const notice = createNotice();
  const text = draw('textarea', { id: 'comment', maxlength: '4096', required: true });
  const path = `/v1/badge-requests/${page.current.request.id}/comments`;
  const post = (key) => call('POST', path, { key, body: { body: text.value } });
  const done = () => {
    text.value = '';
  };
  return draw(
    'form',
    { submit: acting(post, { notice, page, said: 'Your comment is added.', done }) },
    draw('p', {}, draw('label', { for: 'comment' }, 'Your comment, mailed to the other side')),
    text,
    notice.element,
    draw('p', {}, draw('button', { type: 'submit' }, 'Comment')),
  );
}
