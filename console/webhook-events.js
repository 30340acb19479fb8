// What a webhook endpoint was sent, and what came of it.
import { acting } from './acting.js';
import { draw, drawRow, link, table, when } from './draw.js';
import { describeEntry } from './history.js';
import { keepList } from './kept-list.js';
import { statusLabel } from './labels.js';
import { call } from './session.js';

const HEADS = ['When', 'Request', 'What', 'State'];

const failures = {
  ADDRESS_NOT_PUBLIC: 'its address is not on the public internet',
  NAME_NOT_FOUND: 'there is no such host',
  NOT_REACHED: 'it could not be reached',
  TIMED_OUT: 'it did not answer in time',
  TLS_FAILED: 'no secure connection came about',
};

const times = (many) => ['', 'once', 'twice'][many] ?? `${many} times`;
const outcome = ({ answer, failure }) =>
  failure === null ? `answered ${answer}` : (failures[failure] ?? 'it failed');
const isTried = ({ answer, failure }) => answer !== null || failure !== null;
/** Nothing has come of it, and that may change at any moment. */
export const isUnderWay = (event) => event.status === 'WAITING' && !isTried(event);
const tries = (event, tried = 'Tried') => `${tried} ${times(event.attempts)}, ${outcome(event)}`;

/** By status: what came of an event so far, in words. */
const states = {
  DELIVERED: () => ['Delivered'],
  GIVEN_UP: (event) => [`Given up: ${tries(event, 'tried')}`],
  PAUSED: (event) =>
    isTried(event)
      ? [`${tries(event)}; waits until the endpoint is enabled`]
      : ['Waits until the endpoint is enabled'],
  WAITING: (event) => {
    if (!isUnderWay(event)) return [`${tries(event)}; tried again at `, when(event.nextAttemptAt)];
    return [event.attempts === 0 ? 'Waits to be sent' : 'Is being sent'];
  },
};

const drawState = (event) => draw('span', {}, ...states[event.status](event));

/** What came of a try that somebody waits for, as it is read out; empty while it goes on. */
export const sayOutcome = (event) =>
  isUnderWay(event) ? '' : `${nameOf(event)}: ${drawState(event).textContent}.`;

const nameOf = ({ requestId, asin, variant }) => {
  if (requestId === null) return 'Test';
  return `${asin ?? 'No ASIN yet'}${variant === null ? '' : ` (${variant})`}`;
};

const drawRequest = (event) =>
  event.requestId === null ? null : link(`/badge-requests/${event.requestId}`, nameOf(event));

function drawWhat({ requestId, commentId, action, from, to, details }) {
  if (requestId === null) return 'Somebody tried the endpoint';
  if (commentId !== null) return 'Somebody commented';
  const changes = from === to ? [] : [draw('br'), [from, to].filter(Boolean).map(statusLabel).join(' → ')];
  return draw('span', {}, describeEntry({ action, details: details ?? {} }), ...changes);
}

/**
 * The table of an endpoint's events.
 * @param about.path of the endpoint's deliveries
 * @param about.notice where it is said that an event cannot be sent again
 * @param about.mayChange whether who looks may have events sent again
 * @returns an element, and a function that shows the events that there are
 */
export function createEvents(page, { path, notice, mayChange }) {
  const element = draw('div', { class: 'events' });
  const drawn = table(HEADS, []);
  const none = draw('p', {}, 'Nothing so far.');
  const drawAgain = (event) => {
    const again = acting((key) => call('POST', `${path}/${event.id}/send-again`, { key }), {
      notice,
      page,
      said: 'It is sent again.',
      done: () => page.awaited.add(event.id),
    });
    return draw('button', { type: 'button', click: again }, 'Send again');
  };
  const makeRow = (event) => {
    const state = draw('span');
    const again = drawAgain(event);
    const cell = draw('span', {}, state, ...(mayChange ? [draw('br'), again] : []));
    let isSent = false;
    const cells = [when(event.timestamp), drawRequest(event), drawWhat(event), cell];
    let shown;
    return {
      element: drawRow(HEADS, { cells }),
      show(now) {
        // Nothing is sent again that was not sent before; the button keeps its place, and the focus once it has it.
        isSent ||= now.status === 'DELIVERED' || isTried(now);
        again.disabled = !isSent;
        if (shown === JSON.stringify(now)) return;
        shown = JSON.stringify(now);
        state.replaceChildren(drawState(now));
      },
    };
  };
  const showRows = keepList(drawn.querySelector('tbody'), makeRow);
  const show = (events) => {
    const wanted = events.length === 0 ? none : drawn;
    if (element.firstChild !== wanted) element.replaceChildren(wanted);
    showRows(events);
  };
  return { element, show };
}
