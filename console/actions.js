// What may be done now, as the API says, and a form for what an action asks.
import { acting } from './acting.js';
import { draw } from './draw.js';
import { rejectionPart } from './rejection.js';
import { keepList } from './kept-list.js';
import { causeLabel } from './labels.js';
import { hasTyped } from './leaving.js';
import { createNotice } from './press.js';
import { marketplaceName } from './reference.js';
import { rememberSent } from './sent-text.js';
import { call } from './session.js';
import { drawUnfolding } from './unfolding.js';

const path = (request, action) => `/v1/badge-requests/${request.id}/${action}`;
const nothing = () => ({});
const ofRound = ({ round }) => ({ round });

/** Each action's label, its body, what is said when it is done, and whether it rests on the findings. What asks for more is a form of its own, below. */
const buttons = {
  submit: { label: 'Submit', body: nothing, said: 'Submitted.' },
  claim: { label: 'Claim', body: nothing, said: 'Claimed: the review is yours.' },
  release: { label: 'Release', body: nothing, said: 'Released: another reviewer may claim it.' },
  recheck: { label: 'Run the checks again', body: ofRound, said: 'The checks run again.' },
  approve: {
    label: 'Approve',
    body: ofRound,
    sure: {
      question: 'Approve this request? The maker is told by mail; that cannot be taken back.',
      yes: 'Yes, approve',
    },
    isOfFindings: true,
    said: 'Approved.',
  },
  withdraw: {
    label: 'Withdraw',
    body: nothing,
    sure: { question: 'Take the request back to a draft?', yes: 'Yes, withdraw' },
    said: 'Withdrawn.',
  },
  discard: {
    label: 'Discard',
    body: nothing,
    sure: { question: 'Give this request up for good?', yes: 'Yes, discard' },
    said: 'Discarded.',
  },
  retry: { label: 'Repeat the step', body: nothing, said: 'The step is repeated.' },
};

/** What an operator cannot lift from a single badge, as its programme's suspension, holds it back still. */
function describeReturn({ badges }, marketplaces) {
  const held = badges
    .filter(({ marketplace, causes }) => marketplaces.includes(marketplace) && causes.length > 0)
    .map(
      ({ marketplace, causes }) => `${marketplaceName(marketplace)} (${causes.map(causeLabel).join(', ')})`,
    );
  return held.length === 0 ? 'Reinstated.' : `Reinstated, but still suspended in ${held.join(', ')}.`;
}

const orders = {
  suspend: { label: 'Suspend', said: () => 'Suspended.' },
  reinstate: {
    label: 'Reinstate',
    aside: 'That lifts every suspension but one of the programme, and takes back what is planned.',
    said: describeReturn,
  },
  remove: {
    label: 'Remove',
    sure: {
      question: 'Remove the badge for good? It comes back only with a new request.',
      yes: 'Yes, remove',
    },
    said: () => 'Removed.',
  },
};

/**
 * The parts of the page in which something can be done. A form stays as it is for as long as its action is allowed.
 * @param page what is shown; its `current` is the request as it was read last, its `forms` keep what is typed
 */
export function actionParts(page) {
  const { allowedActions, round } = page.current.request;
  const mayReschedule = allowedActions.includes('reschedule');
  return [
    { name: 'buttons', from: [allowedActions, round], draw: () => [drawButtons(page)] },
    { name: 'notice', from: null, draw: () => [page.notice.element] },
    {
      name: 'reschedule',
      from: mayReschedule,
      draw: () => (mayReschedule ? [drawRescheduling(page)] : []),
    },
    rejectionPart(page),
    ...Object.keys(orders).map((action) => orderPart(page, action)),
  ];
}

/** An order that no badge allows any more says so, where something is typed in it. */
function orderPart(page, action) {
  const { allowedActions, badges, statusLabel } = page.current.request;
  const why = allowedActions.includes(action)
    ? ''
    : `There is no badge left to ${action}: the request is ${statusLabel} now.`;
  return {
    name: action,
    from: [why, badges.map((badge) => [badge.marketplace, badge.allowedActions]), page.forms.isTyped(action)],
    draw: () => page.forms.show(action, () => drawOrder(page, action), why),
  };
}

function drawButtons(page) {
  const { request } = page.current;
  const edit = request.allowedActions.includes('save')
    ? [draw('a', { href: `/badge-requests/${request.id}/edit`, 'data-action': 'save' }, 'Edit')]
    : [];
  const simple = request.allowedActions
    .filter((action) => action in buttons)
    .map((action) => {
      const { label, body, sure, said, isOfFindings = false } = buttons[action];
      let seen;
      const act = async (key) => {
        if (isOfFindings) await refuseUnseen(page, seen);
        return call('POST', path(request, action), { key, body: body(request) });
      };
      const asked = () => {
        seen = findingsOf(page);
        return sure;
      };
      const click = acting(act, { notice: page.notice, page, said, sure: asked });
      return draw('button', { type: 'button', click, 'data-action': action }, label);
    });
  return draw('div', { class: 'buttons' }, ...edit, ...simple);
}

const findingsOf = (page) => JSON.stringify(page.current.request.findings);

/** The round is the same when its checks have run again: whoever decides sees first what those found. */
async function refuseUnseen(page, seen) {
  await page.look();
  if (findingsOf(page) === seen) return;
  throw new Error('The checks have been run again meanwhile. See what they find now, then decide.');
}

const asSoonAsPossible = {
  question: 'Give up the date? The badge then goes live as soon as possible, which may be at once.',
  yes: 'Yes, as soon as possible',
};

function drawRescheduling(page) {
  const notice = createNotice();
  const dateOf = ({ goLive }) => goLive?.date ?? '';
  const date = draw('input', { type: 'date', id: 'date', value: dateOf(page.current.request) });
  const act = (key) => {
    const goLive =
      date.value === '' ? { kind: 'AS_SOON_AS_POSSIBLE' } : { kind: 'ON_DATE', date: date.value };
    return call('POST', path(page.current.request, 'reschedule'), { key, body: { goLive } });
  };
  // Where nothing else is waited for, the badge is on the pages a moment later.
  const sure = () =>
    date.value === '' && page.current.request.goLive?.kind === 'ON_DATE' ? asSoonAsPossible : undefined;
  const details = drawUnfolding('reschedule', 'Reschedule', {
    open: () => {
      date.value = dateOf(page.current.request);
    },
    submit: acting(act, {
      notice,
      page,
      sure,
      said: ({ version }) =>
        version === page.current.request.version
          ? 'Nothing is changed: that is when it goes live already.'
          : 'Rescheduled.',
      done: () => details.removeAttribute('open'),
    }),
    fields: [draw('label', { for: 'date' }, 'Go live on (empty: as soon as possible)'), date, notice.element],
  });
  return details;
}

function drawPlace({ id }) {
  const box = draw('input', { type: 'checkbox', value: id });
  return {
    element: draw('label', {}, box, ` ${marketplaceName(id)}`),
    show: ({ isTicked }) => void (box.checked = isTicked),
  };
}

/** An operator's action on badges: with a reason, in all marketplaces where there is something to do, or some. */
function drawOrder(page, action) {
  const { id } = page.current.request;
  const { label, aside, said, sure } = orders[action];
  const notice = createNotice();
  const reason = draw('textarea', { id: `${action}-reason`, required: true });
  const boxes = draw('p');
  const chosen = () => [...boxes.querySelectorAll('input:checked')].map(({ value }) => value);
  const later = draw('input', { type: 'datetime-local', id: `${action}-at`, max: '9999-12-31T23:59' });
  // The field has no zone: what is given is meant as all instants of the page.
  const instant = () => (later.value === '' ? undefined : new Date(`${later.value}Z`).toISOString());
  let sent;
  let clearSent;
  const act = (key) => {
    sent = { marketplaces: chosen(), reason: reason.value, at: instant() };
    clearSent = rememberSent(reason, later);
    return call('POST', path({ id }, action), { key, body: sent });
  };
  const lacks = () => (chosen().length === 0 ? 'Tick at least one marketplace.' : undefined);
  const done = () => clearSent() && details.removeAttribute('open');
  const details = drawUnfolding(action, label, {
    submit: acting(act, {
      notice,
      page,
      said: (after) => (sent.at === undefined ? said(after, sent.marketplaces) : 'Planned.'),
      done,
      lacks,
      sure: () => sure,
    }),
    fields: [
      ...(aside === undefined ? [] : [draw('p', { class: 'aside' }, aside)]),
      boxes,
      draw('label', { for: reason.id }, 'Reason, which the maker reads'),
      reason,
      draw('p', {}, draw('label', { for: later.id }, 'At a later time, in UTC (empty: now)'), later),
      notice.element,
    ],
  });
  const showBoxes = keepList(boxes, drawPlace);
  const offer = () => {
    const { badges } = page.current.request;
    const isBegun = details.open || hasTyped(details);
    const ticked = chosen();
    // What is still to come, or done already, is not meant by whoever ticks nothing; nor is what has come since.
    const isTicked = ({ marketplace, allowedActions }) =>
      isBegun ? ticked.includes(marketplace) : allowedActions.includes(action);
    showBoxes(badges.map((badge) => ({ id: badge.marketplace, isTicked: isTicked(badge) })));
  };
  return { element: details, notice, offer };
}
