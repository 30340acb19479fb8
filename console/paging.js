// The way through a list in pages.
import { draw, link } from './draw.js';

export const addressOf = (path, parameters) => (parameters.size === 0 ? path : `${path}?${parameters}`);

/**
 * On to what follows, and back to the first page; nothing where one page is all.
 * @param asked the parameters of the page's address
 * @param next the cursor of the next page; null: this is the last
 * @param label what it leads through
 */
export function drawPaging(path, asked, next, label) {
  const first = new URLSearchParams(asked);
  first.delete('cursor');
  const more = new URLSearchParams(first);
  if (next !== null) more.set('cursor', next);
  const links = [
    ...(asked.has('cursor') ? [link(addressOf(path, first), 'Back to the first page')] : []),
    ...(next === null ? [] : [link(addressOf(path, more), 'More')]),
  ];
  return links.length === 0 ? undefined : draw('nav', { class: 'paging', 'aria-label': label }, ...links);
}

/** The parameters of the page's address; what a form without script leaves empty is not asked for. */
export const askedParameters = () =>
  new URLSearchParams([...new URLSearchParams(location.search)].filter(([, value]) => value !== ''));
