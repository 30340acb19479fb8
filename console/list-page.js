// The requests that somebody sees, and for reviewers what is due.
import { announce } from './announce.js';
import { draw, link, table, when, words } from './draw.js';
import { productText } from './fields.js';
import { drawFilters, isFiltered } from './filters.js';
import { askBeforeLeaving, hasTyped } from './leaving.js';
import { addressOf, askedParameters, drawPaging } from './paging.js';
import { createParts } from './parts.js';
import { currentOf } from './person.js';
import { createNotice } from './press.js';
import { productOrderParts, readProductRequests } from './product-orders.js';
import { marketplaceNames, marketplacesInShort } from './reference.js';
import { read } from './session.js';
import { createForms } from './unfolding.js';

const HOME = '/badge-requests';

/** What is said where a page of the navigation has nothing to show. */
const empty = {
  'order=reviewDue': 'Nothing is under review.',
  'stage=NEEDS_ATTENTION': 'Nothing needs an operator.',
  'waitingOn=MAKER': 'Nothing waits for you.',
};

function drawEmpty(asked, me) {
  if (asked.has('cursor')) return [draw('p', {}, 'Nothing more.')];
  if (isFiltered(asked)) return [draw('p', {}, 'No request is like that.')];
  const special = Object.keys(empty).find((parameter) => asked.toString().includes(parameter));
  if (special !== undefined) return [draw('p', {}, empty[special])];
  const begin = me.pages.find(({ path }) => path === `${HOME}/new`);
  return [
    draw('p', {}, 'There is no request yet.'),
    begin && draw('p', {}, draw('a', { href: begin.path, class: 'button' }, begin.title)),
  ];
}

/** A product may have a request for each of its variants. */
const drawName = ({ id, product, variant }) =>
  draw(
    'span',
    {},
    link(`${HOME}/${id}`, product?.name ?? 'No product yet'),
    variant === null ? undefined : ` (${variant})`,
  );

/** Their names, which are folded away where they would make the row as high as many others. */
function drawMarketplaces({ id, marketplaces }) {
  const [inShort, names] = [marketplacesInShort(marketplaces), marketplaceNames(marketplaces)];
  if (inShort === names) return names || null;
  return draw('details', { 'data-key': id }, draw('summary', {}, inShort), draw('span', {}, names));
}

const drawDue = ({ reviewDueAt, reviewOverdue }) =>
  draw(
    'span',
    {},
    when(reviewDueAt),
    reviewOverdue ? draw('strong', { class: 'problem' }, ' overdue') : undefined,
  );

const drawWords = (text) => text && draw('span', { class: 'words' }, text);

function drawRequests(asked, data) {
  const due = asked.get('order') === 'reviewDue';
  const rows = data.map((request) => [
    drawName(request),
    request.asin && draw('span', { class: 'whole' }, request.asin),
    drawMarketplaces(request),
    drawWords(request.statusLabel),
    ...(due
      ? [request.organization.name, drawDue(request), request.claim?.by.name ?? null]
      : [drawWords(words(request.stage)), when(request.updatedAt)]),
  ]);
  const heads = ['Product', 'ASIN', 'Marketplaces', 'Badge status'];
  return table([...heads, ...(due ? ['Organization', 'Due', 'Claimed by'] : ['Stage', 'Changed'])], rows);
}

/** Which product's requests these are, and the way back to all of them. */
function drawProductChosen(asked, [first]) {
  if (!asked.has('product')) return undefined;
  const others = new URLSearchParams(asked);
  for (const name of ['product', 'cursor']) others.delete(name);
  const name = first === undefined ? 'one product' : productText(first.product);
  return draw(
    'p',
    {},
    `Only requests for ${name}. `,
    link(addressOf(HOME, others), 'Show those for all products'),
  );
}

/** The list, in the order and with the filters of the page's own address. */
export async function drawListPage(me) {
  const asked = askedParameters();
  const query = new URLSearchParams([...asked, ...(asked.has('limit') ? [] : [['limit', '50']])]);
  const readList = () => read(`/v1/badge-requests?${query}`);
  const product = asked.get('product');
  const readWhole = async () => (product === null ? [] : readProductRequests(product));
  const [{ data, next }, productRequests] = await Promise.all([readList(), readWhole()]);
  const focusStanding = () => document.getElementById('title').focus();
  const parts = createParts(focusStanding);
  const page = {
    ...{ requests: data, productRequests },
    ...{ notice: createNotice(), forms: createForms(), focusStanding },
  };
  const show = () =>
    parts.show([
      ...(product === null ? [] : productOrderParts(page, me)),
      {
        name: 'requests',
        from: page.requests,
        draw: () =>
          page.requests.length === 0 ? drawEmpty(asked, me) : [drawRequests(asked, page.requests)],
      },
    ]);
  page.look = async (said) => {
    const [list, whole] = await Promise.all([readList(), readWhole()]);
    Object.assign(page, { requests: list.data, productRequests: whole });
    show();
    if (said !== undefined) announce(said);
  };
  show();
  askBeforeLeaving(parts.element, () => hasTyped(parts.element));
  return {
    title: currentOf(me)?.title ?? 'Badge requests',
    parts: [
      drawProductChosen(asked, data),
      drawFilters(asked),
      page.notice.element,
      parts.element,
      drawPaging(HOME, asked, next, 'More requests'),
    ],
  };
}
