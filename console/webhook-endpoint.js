// A webhook endpoint: how it stands, what may be done with it, and what it was sent.
import { acting } from './acting.js';
import { draw, link, when } from './draw.js';
import { drawPaging } from './paging.js';
import { createParts } from './parts.js';
import { createNotice } from './press.js';
import { call } from './session.js';
import { drawUnfolding } from './unfolding.js';
import { drawAddress } from './webhook-address.js';
import { createEvents } from './webhook-events.js';

export const PAGE = '/webhooks';
export const PATH = '/v1/webhook-endpoints';

const waits = 'What happens meanwhile waits, for 30 days at most, and is sent once it is enabled again.';

/** How it stands, in words. */
function drawState({ enabled, disabledAt, disabledBecause, earlierSecretUntil, restsUntil }) {
  const disabled =
    disabledBecause === 'GONE'
      ? [' because it answered 410, which says that nobody listens there any more. ', waits]
      : [' by your organization. ', waits];
  return [
    enabled
      ? draw('p', {}, 'Enabled')
      : draw('p', { class: 'problem' }, 'Disabled since ', when(disabledAt), ...disabled),
    ...(enabled && restsUntil !== null
      ? [draw('p', {}, 'It has asked to be left alone until ', when(restsUntil), '.')]
      : []),
    ...(earlierSecretUntil === null
      ? []
      : [
          draw(
            'p',
            {},
            'Two secrets sign what it is sent, until ',
            when(earlierSecretUntil),
            ': give your program the new one before.',
          ),
        ]),
  ];
}

/** The secret is told this once. */
function drawSecret(id, secret) {
  const field = draw('input', { id: `secret-${id}`, readonly: true, value: secret, class: 'address' });
  const nodes = [
    draw('p', {}, draw('label', { for: field.id }, 'The secret, which is not shown again')),
    draw('p', {}, field),
    draw(
      'p',
      { class: 'aside' },
      'Copy it to where your program reads its secrets: it tells by it that what comes is from here.',
    ),
  ];
  return { nodes, field };
}

const anotherSecret = ({ earlierSecretUntil }) => ({
  question:
    earlierSecretUntil === null
      ? 'Give this endpoint another secret? For 24 hours what it is sent is signed with both, then with the new one alone.'
      : 'Give this endpoint another secret? The one before the present one, which still signs, stops at once; the present one signs for another 24 hours.',
  yes: 'Yes, another secret',
});
const deletion = () => ({
  question:
    'Delete this endpoint? Its secret goes with it, the list of what it was sent, and what still waits to be sent. To stop it for a while, disable it.',
  yes: 'Yes, delete',
});

/** What its makers may do with it. */
function createActions(page, present) {
  const { id } = present();
  const path = `${PATH}/${id}`;
  const notice = createNotice();
  const button = (label, act, about) =>
    draw('button', { type: 'button', click: acting(act, { notice, page, ...about }) }, label);

  const test = button('Send a test', (key) => call('POST', `${path}/test`, { key }), {
    said: 'The test is being sent.',
    done: (event) => page.awaited.add(event.id),
  });
  /** What shows that it is done has answered for a call whose answer was lost. */
  const enable = (enabled) =>
    call('PATCH', path, { body: { enabled } }).catch((error) => {
      if (error.isAnswer !== false || present().enabled !== enabled) throw error;
      return present();
    });
  const enabling = button('', () => enable(!present().enabled), {
    said: ({ enabled }) => (enabled ? 'Enabled.' : 'Disabled.'),
  });
  const rotate = button('Another secret', (key) => call('POST', `${path}/rotate-secret`, { key }), {
    said: 'The new secret is shown, this once.',
    done: page.tellSecret,
    sure: () => anotherSecret(present()),
  });
  const remove = button('Delete', () => call('DELETE', path), {
    said: 'Deleted.',
    sure: deletion,
    done: page.leave,
  });

  const address = drawAddress(`address-${id}`, 'Its new address');
  const move = () => call('PATCH', path, { body: { url: address.input.value } });
  const moving = drawUnfolding(`move-${id}`, 'Change address', {
    open: () => (address.input.value = present().url),
    submit: acting(move, {
      notice: address.notice,
      page,
      said: 'The address is changed.',
      lacks: address.lacks,
      done: () => moving.removeAttribute('open'),
    }),
    fields: address.parts,
  });
  moving.querySelector('form').noValidate = true;
  return {
    elements: [draw('div', { class: 'buttons' }, test, enabling, rotate, remove), notice.element, moving],
    show({ enabled }) {
      const label = enabled ? 'Disable' : 'Enable';
      // What was refused, or lost, is not to be tried again by a button that does the opposite.
      if (enabling.textContent !== label) notice.clear();
      enabling.textContent = label;
    },
  };
}

/**
 * @param page with the parameters of its address in `asked`
 * @returns an element, and a function that shows in it what the endpoint has become
 */
export function createEndpoint(page, { endpoint }) {
  const { id } = endpoint;
  let current = endpoint;
  const isPart = page.asked.has('cursor');
  const heading = draw('h2', { tabindex: '-1' });
  const state = createParts(() => heading.focus());
  const secret = draw('div');
  const here = {
    ...page,
    focusStanding: () => (heading.isConnected ? heading.focus() : page.focusStanding()),
  };
  const actions = page.mayChange && !isPart ? createActions(here, () => current) : undefined;
  const notice = createNotice();
  const events = createEvents(here, {
    path: `${PATH}/${id}/deliveries`,
    notice,
    mayChange: page.mayChange,
  });
  const paging = createParts(() => heading.focus());
  const own = new URLSearchParams({ endpoint: id });
  const element = draw(
    'section',
    {},
    heading,
    state.element,
    secret,
    ...(actions?.elements ?? []),
    draw('h3', {}, isPart ? 'What it was sent before' : 'What it was sent, newest first'),
    notice.element,
    events.element,
    paging.element,
  );
  const drawPages = (next) =>
    page.isOne
      ? [drawPaging(PAGE, page.asked, next, 'More events')]
      : [next === null ? undefined : draw('p', {}, link(`${PAGE}?${own}`, 'All that it was sent'))];
  return {
    element,
    show({ endpoint: now, deliveries: { data, next } }) {
      current = now;
      if (heading.textContent !== now.url) heading.textContent = now.url;
      state.show([{ name: 'state', from: now, draw: () => drawState(now) }]);
      actions?.show(now);
      events.show(data);
      paging.show([{ name: 'paging', from: next, draw: () => drawPages(next).filter(Boolean) }]);
    },
    showSecret(told) {
      const { nodes, field } = drawSecret(id, told);
      secret.replaceChildren(...nodes);
      field.focus();
      field.select();
    },
  };
}
