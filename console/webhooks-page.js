// Where a maker's own programs hear of what happens to its requests.
import { acting } from './acting.js';
import { announce, withdraw } from './announce.js';
import { draw, link } from './draw.js';
import { keepList } from './kept-list.js';
import { askedParameters } from './paging.js';
import { currentOf } from './person.js';
import { createNotice } from './press.js';
import { call, read } from './session.js';
import { drawUnfolding } from './unfolding.js';
import { watch } from './watch.js';
import { drawAddress } from './webhook-address.js';
import { createEndpoint, PAGE, PATH } from './webhook-endpoint.js';
import { isUnderWay, sayOutcome } from './webhook-events.js';

/** Of each endpoint, and of the one whose page it is. */
const FEW = '5';
const MANY = '20';

const mayChange = ({ role }) => role === 'MAKER';

const drawPurpose = () =>
  draw(
    'p',
    {},
    'Your own programs can be told of everything that happens to your requests, as it happens, in place of asking again and again. Every call and all that is sent is in the ',
    link('/docs', 'API reference'),
    '.',
  );

function drawDuties(open) {
  const duties = [
    draw('li', {}, 'It takes a POST of JSON, and answers with any status from 200 to 299 within 15 seconds.'),
    draw(
      'li',
      {},
      'Before it believes what comes, it checks with its secret the headers ',
      ...['webhook-id', 'webhook-timestamp'].flatMap((name) => [draw('code', {}, name), ', ']),
      draw('code', {}, 'webhook-signature'),
      ' over the bytes as they come, as ',
      link('https://www.standardwebhooks.com/', 'Standard Webhooks'),
      ' says.',
    ),
    draw(
      'li',
      {},
      'What comes may come twice, with the same ',
      draw('code', {}, 'webhook-id'),
      ', and after what happened later.',
    ),
    draw(
      'li',
      {},
      'What it does not take is tried again for three days, ten times in all. Where it answers 410 it is told nothing more.',
    ),
  ];
  return draw(
    'details',
    { open },
    draw('summary', {}, 'What your program has to do'),
    draw('ul', {}, ...duties),
  );
}

function drawAdding(page, open) {
  const { input, lacks, notice, parts } = drawAddress(
    'new-address',
    'The address that is called, for instance https://hooks.example.com/badges',
  );
  const add = (key) => call('POST', PATH, { key, body: { url: input.value } });
  const done = (endpoint) => {
    input.value = '';
    adding.removeAttribute('open');
    page.tellSecret(endpoint);
  };
  const adding = drawUnfolding('add', 'Add an endpoint', {
    submit: acting(add, {
      notice,
      page,
      said: 'The endpoint is added, and its secret shown, this once.',
      done,
      lacks,
    }),
    fields: parts,
  });
  adding.querySelector('form').noValidate = true;
  adding.open = open;
  return adding;
}

/** The endpoints, each with a page of what it was sent. */
async function readEndpoints(asked) {
  const id = asked.get('endpoint');
  const endpoints = id === null ? (await read(PATH)).data : [await read(`${PATH}/${encodeURIComponent(id)}`)];
  const query = new URLSearchParams({ limit: id === null ? FEW : MANY });
  if (asked.has('cursor')) query.set('cursor', asked.get('cursor'));
  return Promise.all(
    endpoints.map(async (endpoint) => ({
      id: endpoint.id,
      endpoint,
      deliveries: await read(`${PATH}/${endpoint.id}/deliveries?${query}`),
    })),
  );
}

/** What has become of endpoints, by whomever; empty: nothing that is to be said. */
function describeChanges(before, now) {
  const said = before.map(({ id, endpoint: { url, enabled } }) => {
    const present = now.find((entry) => entry.id === id)?.endpoint;
    if (present === undefined) return `Deleted: ${url}.`;
    if (present.enabled === enabled) return undefined;
    return `${present.enabled ? 'Enabled' : 'Disabled'}: ${url}.`;
  });
  return said.filter(Boolean).join(' ');
}

/** @param me who looks; whose programs are told of nothing is led to the requests */
export const drawWebhooksPage = (me) =>
  me.pages.some(({ path }) => path === PAGE)
    ? drawEndpoints(me)
    : {
        title: 'Webhooks',
        parts: [
          draw('p', {}, 'Only makers have their own programs told of what happens to their requests.'),
          draw('p', {}, link('/badge-requests', 'To the badge requests')),
        ],
      };

/** The endpoints; or the one in the page's own address, with all that it was sent. */
async function drawEndpoints(me) {
  const asked = askedParameters();
  const isOne = asked.has('endpoint');
  let entries = await readEndpoints(asked);
  const title = currentOf(me)?.title ?? 'Webhooks';
  const cards = draw('div');
  let isLeft = false;
  const secrets = new Map();
  const shown = new Map();
  const page = {
    asked,
    isOne,
    mayChange: mayChange(me),
    notice: createNotice(),
    /** Events of which somebody waits to hear what came of them. */
    awaited: new Set(),
    tellSecret: ({ id, secret }) => void secrets.set(id, secret),
    /** There is nothing more to look at. */
    leave() {
      if (!isOne) return;
      isLeft = true;
      location.assign(PAGE);
    },
    focusStanding: () => document.getElementById('title').focus(),
  };
  const showCards = keepList(cards, (entry) => {
    const card = createEndpoint(page, entry);
    shown.set(entry.id, card);
    return card;
  });
  const none = draw('p', {}, 'No program is told yet.');
  const show = () => {
    none.hidden = entries.length > 0;
    showCards(entries);
    for (const [id, secret] of secrets) {
      shown.get(id)?.showSecret(secret);
      secrets.delete(id);
    }
  };
  let failure = '';
  const tellOutcomes = () => {
    for (const event of entries.flatMap(({ deliveries }) => deliveries.data)) {
      const said = page.awaited.has(event.id) ? sayOutcome(event) : '';
      if (said === '') continue;
      page.awaited.delete(event.id);
      announce(said);
    }
  };
  const readOrLeave = () =>
    readEndpoints(asked).catch((error) => {
      // The one whose page it is has been deleted.
      if (isOne && error.status === 404) page.leave();
      throw error;
    });
  const look = async (done) => {
    if (isLeft) return false;
    const before = entries;
    entries = await readOrLeave();
    withdraw(failure);
    const focused = document.activeElement;
    show();
    if (!focused.isConnected) page.focusStanding();
    const said = done ?? describeChanges(before, entries);
    if (said !== '') announce(said);
    tellOutcomes();
    return JSON.stringify(entries) !== JSON.stringify(before);
  };
  page.look = watch(look, {
    isSoon: () => entries.some(({ deliveries }) => deliveries.data.some(isUnderWay)),
    isClaim: () => false,
    isOver: () => !cards.isConnected,
    failed: (sentence) => {
      failure = sentence;
      announce(sentence);
    },
  });
  show();
  const isNew = entries.length === 0;
  return {
    title,
    parts: [
      ...(isOne
        ? [draw('p', {}, link(PAGE, 'All endpoints'))]
        : [drawPurpose(), drawDuties(isNew), ...(page.mayChange ? [drawAdding(page, isNew)] : [])]),
      page.notice.element,
      none,
      cards,
    ],
  };
}
