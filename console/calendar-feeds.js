// Addresses at which calendar programs read what one may see in the calendar.
import { confirmed } from './confirmation.js';
import { draw, section, when } from './draw.js';
import { createNotice, createTurn, pressing } from './press.js';
import { call, read } from './session.js';

const PATH = '/v1/calendar/feeds';

const revocation = {
  question: 'Revoke this address? A calendar program that reads it will find nothing any more.',
  yes: 'Revoke',
};

/** The address is told this once. */
const drawAddress = ({ url }) => [
  draw('p', {}, draw('label', { for: 'feed-address' }, 'The new address, which is not shown again')),
  draw('p', {}, draw('input', { id: 'feed-address', readonly: true, value: url, class: 'address' })),
  draw('p', { class: 'aside' }, 'Whoever has it reads the calendar as you see it, until you revoke it.'),
];

/** Makes addresses and takes them back. */
export async function drawFeeds() {
  const common = { notice: createNotice(), turn: createTurn() };
  const list = draw('ul');
  const address = draw('div');
  const make = draw('button', { type: 'button' }, 'Make an address');

  const drawFeed = (feed) => {
    const button = draw('button', { type: 'button', click: () => revoke(feed, button) }, 'Revoke');
    return draw('li', {}, 'An address made ', when(feed.createdAt), ' ', button);
  };
  const look = async () => {
    const { data } = await read(`${PATH}?limit=100`);
    list.replaceChildren(...data.map(drawFeed));
  };
  const show = async (feed) => {
    address.dataset.of = feed.id;
    address.replaceChildren(...drawAddress(feed));
    address.querySelector('input').select();
    await look();
  };
  const revoke = async ({ id }, button) => {
    if (!(await confirmed(revocation))) return;
    const done = async () => {
      if (address.dataset.of === id) address.replaceChildren();
      await look();
    };
    const press = pressing(() => call('DELETE', `${PATH}/${id}`), { ...common, done });
    await press({ preventDefault: () => undefined, currentTarget: button });
    // The button that was pressed is gone.
    if (document.activeElement === document.body) make.focus();
  };

  make.addEventListener(
    'click',
    pressing((key) => call('POST', PATH, { key }), { ...common, done: show }),
  );
  await look();
  return section(
    'In your own calendar program',
    draw(
      'p',
      {},
      'A calendar program that is given a secret address shows all of this by itself (iCalendar).',
    ),
    list,
    address,
    common.notice.element,
    draw('p', {}, make),
  );
}
