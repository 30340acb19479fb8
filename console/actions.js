// What may be done now, as the API says, and a form for what an action asks.
import { draw } from './draw.js';
import { drawRejection } from './rejection.js';
import { createNotice, pressing } from './press.js';
import { call } from './session.js';

const path = (request, action) => `/v1/badge-requests/${request.id}/${action}`;
const nothing = () => ({});
const ofRound = ({ round }) => ({ round });

/** Each action's label, and its body. What asks for more is a form of its own, below. */
const buttons = {
  submit: { label: 'Submit', body: nothing },
  claim: { label: 'Claim', body: nothing },
  release: { label: 'Release', body: nothing },
  recheck: { label: 'Run the checks again', body: ofRound },
  approve: { label: 'Approve', body: ofRound },
  withdraw: { label: 'Withdraw', body: nothing, sure: 'Take the request back to a draft?' },
  discard: { label: 'Discard', body: nothing, sure: 'Give this request up for good?' },
  retry: { label: 'Repeat the step', body: nothing },
};

const operator = ['suspend', 'reinstate', 'remove'];

/** Buttons for all that is allowed, and forms for what asks something. */
export function drawActions(request, again) {
  const { allowedActions } = request;
  const notice = createNotice();
  const perform = (action, body) => (key) => call('POST', path(request, action), { key, body });
  const simple = allowedActions
    .filter((action) => action in buttons)
    .map((action) => {
      const { label, body, sure } = buttons[action];
      const press = pressing(perform(action, body(request)), { notice, done: again });
      const click = (event) => (sure === undefined || confirm(sure) ? press(event) : undefined);
      return draw('button', { type: 'button', click, 'data-action': action }, label);
    });
  const edit = allowedActions.includes('save')
    ? [draw('a', { href: `/badge-requests/${request.id}/edit`, 'data-action': 'save' }, 'Edit')]
    : [];
  return [
    draw('div', { class: 'buttons' }, ...edit, ...simple),
    notice.element,
    ...(allowedActions.includes('reschedule') ? [drawRescheduling(request, again)] : []),
    ...(allowedActions.includes('reject') ? [drawRejection(request, again)] : []),
    ...operator
      .filter((action) => allowedActions.includes(action))
      .map((action) => drawReasoned(request, action, again)),
  ];
}

function drawRescheduling(request, again) {
  const notice = createNotice();
  const date = draw('input', {
    type: 'date',
    id: 'date',
    ...(request.goLive?.date !== undefined && { value: request.goLive.date }),
  });
  const act = (key) => {
    const goLive =
      date.value === '' ? { kind: 'AS_SOON_AS_POSSIBLE' } : { kind: 'ON_DATE', date: date.value };
    return call('POST', path(request, 'reschedule'), { key, body: { goLive } });
  };
  return draw(
    'details',
    { 'data-action': 'reschedule' },
    draw('summary', {}, 'Reschedule'),
    draw(
      'form',
      { submit: pressing(act, { notice, done: again }) },
      draw('label', { for: 'date' }, 'Go live on (empty: as soon as possible)'),
      date,
      notice.element,
      draw('button', { type: 'submit' }, 'Reschedule'),
    ),
  );
}

/** An operator's action on badges: with a reason, in all marketplaces or some. */
function drawReasoned(request, action, again) {
  const notice = createNotice();
  const reason = draw('textarea', { required: true, maxlength: '2000', 'aria-label': 'Reason' });
  const boxes = request.badges.map(({ marketplace }) =>
    draw('input', { type: 'checkbox', value: marketplace, checked: true, 'aria-label': marketplace }),
  );
  const act = (key) => {
    const marketplaces = boxes.filter((box) => box.checked).map((box) => box.value);
    return call('POST', path(request, action), { key, body: { marketplaces, reason: reason.value } });
  };
  const name = action[0].toUpperCase() + action.slice(1);
  return draw(
    'details',
    { 'data-action': action },
    draw('summary', {}, name),
    draw(
      'form',
      { submit: pressing(act, { notice, done: again }) },
      draw('p', {}, ...boxes.map((box) => draw('label', {}, box, ` ${box.value}`))),
      reason,
      notice.element,
      draw('button', { type: 'submit' }, name),
    ),
  );
}
