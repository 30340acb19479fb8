// The thread between maker and reviewers.
import { acting } from './acting.js';
import { draw, when } from './draw.js';
import { createNotice } from './press.js';
import { reword } from './rewording.js';
import { rememberSent } from './sent-text.js';
import { call } from './session.js';

const pathOf = (page) => `/v1/badge-requests/${page.current.request.id}/comments`;

const drawComment = (page, comment) =>
  draw(
    'article',
    {},
    draw('p', { class: 'aside' }, `${comment.author.name} · `, when(comment.createdAt)),
    draw('blockquote', {}, comment.body),
    ...(comment.mine ? [drawEdit(page, comment)] : []),
    ...(comment.editedAt
      ? [draw('p', { class: 'aside' }, 'Edited ', when(comment.editedAt)), drawEarlier(comment)]
      : []),
  );

const drawEarlier = ({ id, earlier }) =>
  draw(
    'details',
    { 'data-key': `earlier-${id}` },
    draw('summary', {}, 'What it said before'),
    ...earlier.map(({ body, writtenAt }) => draw('blockquote', {}, when(writtenAt), '\n', body)),
  );

function drawEdit(page, { id, body }) {
  const action = `edit-${id}`;
  const edit = () =>
    reword({
      label: 'Your comment, corrected. What it says now can still be read.',
      text: body,
      save: (text) => call('PATCH', `${pathOf(page)}/${id}`, { body: { body: text } }),
      done: async () => {
        await page.look('Your comment is changed.');
        // The button that it began with is drawn anew.
        document.querySelector(`[data-action="${action}"]`)?.focus();
      },
    });
  return draw('p', {}, draw('button', { type: 'button', 'data-action': action, click: edit }, 'Edit'));
}

/** What was said so far, oldest first. */
export const drawThread = (page, comments) => comments.map((comment) => drawComment(page, comment));

/** Where one adds to the thread. */
export function drawCommentForm(page) {
  const notice = createNotice();
  const text = draw('textarea', { id: 'comment', required: true });
  let clearSent;
  const post = (key) => {
    clearSent = rememberSent(text);
    return call('POST', pathOf(page), { key, body: { body: text.value } });
  };
  const done = () => clearSent();
  return draw(
    'form',
    { submit: acting(post, { notice, page, said: 'Your comment is added.', done }) },
    draw('p', {}, draw('label', { for: 'comment' }, 'Your comment, mailed to the other side')),
    text,
    notice.element,
    draw('p', {}, draw('button', { type: 'submit' }, 'Comment')),
  );
}
