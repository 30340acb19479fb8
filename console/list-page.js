// The requests that somebody sees, and for reviewers what is due.
import { draw, link, table, when, words } from './draw.js';
import { marketplaceNames } from './reference.js';
import { read } from './session.js';

/** The list, in the order and with the filters of the page's own address. */
export async function drawListPage() {
  const asked = new URLSearchParams(location.search);
  const query = new URLSearchParams([...asked, ...(asked.has('limit') ? [] : [['limit', '50']])]);
  const { data, next } = await read(`/v1/badge-requests?${query}`);
  const due = asked.get('order') === 'reviewDue';
  const rows = data.map((request) => [
    link(`/badge-requests/${request.id}`, request.product?.name ?? request.id),
    request.asin,
    marketplaceNames(request.marketplaces),
    request.statusLabel,
    ...(due
      ? [request.organization.name, when(request.reviewDueAt), request.claim?.by.name ?? null]
      : [words(request.stage), when(request.updatedAt)]),
  ]);
  const heads = ['Product', 'ASIN', 'Marketplaces', 'Badge status'];
  const list = table(
    [...heads, ...(due ? ['Organization', 'Due', 'Claimed by'] : ['Stage', 'Changed'])],
    rows,
  );
  const more = new URLSearchParams(asked);
  more.set('cursor', next);
  return {
    title: due ? 'Reviews by what is due' : 'Badge requests',
    parts: [
      data.length === 0 ? draw('p', {}, due ? 'Nothing is under review.' : 'There is no request yet.') : list,
      next === null ? undefined : draw('p', {}, link(`/badge-requests?${more}`, 'More')),
    ],
  };
}
