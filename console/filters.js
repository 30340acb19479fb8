// Narrows the list of requests; what it asks for is in the address, to be kept or passed on.
import { draw } from './draw.js';
import { option } from './form-fields.js';
import { statusNames } from './labels.js';
import { takeAddresses } from './product-address.js';

/** Whose review it is. */
const claims = { mine: 'By me', unclaimed: 'By nobody' };
const NAMES = ['status', 'claim', 'asin', 'q'];

export const isFiltered = (asked) => [...NAMES, 'product'].some((name) => asked.has(name));

/** What is due is under review: of any other status there would be nothing, and only that can be claimed. */
const isQueue = (asked) => asked.get('order') === 'reviewDue';

/** One of several values, or none of them. */
const drawChoice = (asked, name, label, choices) =>
  draw(
    'p',
    {},
    draw('label', { for: name }, label),
    draw(
      'select',
      { id: name, name },
      option('', 'All'),
      ...Object.entries(choices).map(([value, text]) => option(value, text, asked.get(name))),
    ),
  );

/** @param asked the parameters of the page's address; those that are no filters stay */
export function drawFilters(asked) {
  const field = (name) =>
    draw('input', { id: name, name, type: 'search', maxlength: '100', value: asked.get(name) ?? '' });
  const submit = (event) => {
    event.preventDefault();
    const parameters = new URLSearchParams(asked);
    for (const name of [...NAMES, 'cursor']) parameters.delete(name);
    for (const [name, value] of new FormData(event.target))
      if (value.trim() !== '') parameters.append(name, value.trim());
    location.assign(`/badge-requests?${parameters}`);
  };
  return draw(
    'form',
    { class: 'filters', role: 'search', submit },
    !isQueue(asked) || asked.has('status')
      ? drawChoice(asked, 'status', 'Badge status', statusNames)
      : undefined,
    isQueue(asked) || asked.has('claim') ? drawChoice(asked, 'claim', 'Claimed', claims) : undefined,
    draw('p', {}, draw('label', { for: 'asin' }, 'ASIN'), takeAddresses(field('asin'))),
    draw('p', {}, draw('label', { for: 'q' }, 'Product, model, variant or identifier'), field('q')),
    draw('button', { type: 'submit' }, 'Search'),
  );
}
