// Narrows the list of requests; what it asks for is in the address, to be kept or passed on.
import { draw } from './draw.js';
import { option } from './form-fields.js';

/** The statuses as the programme's page spells them, and ours beyond the page. */
const statuses = {
  NOT_SUBMITTED: 'Not Submitted',
  UNDER_REVIEW: 'Under Review',
  PENDING: 'Pending',
  ENABLED: 'Enabled',
  REJECTED: 'Rejected',
  DISCARDED: 'Discarded',
  SUSPENDED: 'Suspended',
  REMOVED: 'Removed',
};
const NAMES = ['status', 'asin', 'q'];

export const isFiltered = (asked) => NAMES.some((name) => asked.has(name));

/** What is due is under review: of any other status there would be nothing. */
const asksStatus = (asked) => asked.get('order') !== 'reviewDue' || asked.has('status');

/** @param asked the parameters of the page's address; those that are no filters stay */
export function drawFilters(asked) {
  const status = draw(
    'select',
    { id: 'status', name: 'status' },
    option('', 'All'),
    ...Object.entries(statuses).map(([value, text]) => option(value, text, asked.get('status'))),
  );
  const field = (name, label) => [
    draw('label', { for: name }, label),
    draw('input', { id: name, name, type: 'search', maxlength: '100', value: asked.get(name) ?? '' }),
  ];
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
    asksStatus(asked) ? draw('p', {}, draw('label', { for: 'status' }, 'Badge status'), status) : undefined,
    draw('p', {}, ...field('asin', 'ASIN')),
    draw('p', {}, ...field('q', 'Product, model, variant or identifier')),
    draw('button', { type: 'submit' }, 'Search'),
  );
}
