// The questions of a badge request, as the programme's page asks them, and the body that their answers make.
import { drawSuggestions } from './asin-suggestions.js';
import { draw } from './draw.js';
import { choices, option, question, radio } from './form-fields.js';
import { takeAddresses } from './product-address.js';
import { drawProductChoice } from './product-choice.js';

/** The body that the form's fields make. */
export function bodyOf(form) {
  const values = new FormData(form);
  const code = values.get('code').trim();
  const date = values.get('date');
  return {
    program: values.get('program'),
    productId: values.get('product') || null,
    retailIdentifier: code === '' ? null : { type: values.get('type'), code },
    asin: values.get('asin').trim() || null,
    variant: values.get('variant').trim() || null,
    bundleDevices: values.getAll('bundle'),
    goLive:
      values.get('when') === 'ON_DATE'
        ? { kind: 'ON_DATE', date: date === '' ? null : date }
        : { kind: 'AS_SOON_AS_POSSIBLE' },
    marketplaces: values.getAll('marketplace'),
  };
}

/** Where to enter a retail identifier: its type and its code. */
const drawIdentifier = (identifier) => [
  draw(
    'select',
    { name: 'type', 'aria-label': 'Type' },
    ...['UPC', 'EAN', 'JAN', 'GTIN_14'].map((type) => option(type, type.replace('_', '-'), identifier?.type)),
  ),
  ' ',
  draw('input', {
    name: 'code',
    'aria-label': 'Identifier code',
    inputmode: 'numeric',
    value: identifier?.code ?? '',
  }),
];

function drawGoLive(goLive) {
  const isOnDate = goLive?.kind === 'ON_DATE';
  const onDate = radio('when', 'ON_DATE', 'On a specific date', isOnDate);
  // Whoever gives a date means it, also while it is not whole or does not exist.
  const choose = ({ target }) => {
    if (target.value !== '' || target.validity.badInput) onDate.control.checked = true;
  };
  return [
    radio('when', 'AS_SOON_AS_POSSIBLE', 'As soon as possible', !isOnDate),
    onDate,
    draw('input', {
      type: 'date',
      name: 'date',
      'aria-label': 'Date',
      value: goLive?.date ?? '',
      input: choose,
      // What is not whole is no input yet; a Tab through the field says nothing.
      keyup: (event) => event.key.length === 1 && choose(event),
    }),
  ];
}

/**
 * The form, with what a draft has already.
 * @param draft of a new request: without any member
 */
export function drawDraftForm({ programs, products, devices, marketplaces }, draft) {
  const product = drawProductChoice({ products, marketplaces }, draft);
  const form = draw('form', { novalidate: true, submit: (event) => event.preventDefault() });
  form.append(
    question(
      'Which program do you want to add the badge?',
      'program',
      draw(
        'select',
        { name: 'program', 'aria-label': 'Program' },
        ...programs.map(({ code, name }) => option(code, name, draft.program)),
      ),
    ),
    question('Which product do you want to add the badge?', 'product', product.select),
    question(
      'Enter a retail identifier for this product',
      'type code',
      ...drawIdentifier(draft.retailIdentifier),
    ),
    question(
      'Enter an ASIN for this product',
      'asin variant',
      takeAddresses(draw('input', { name: 'asin', 'aria-label': 'ASIN', value: draft.asin ?? '' })),
      ' ',
      ...drawSuggestions(form),
      draw(
        'p',
        {},
        draw('label', { for: 'variant' }, 'Variant, if there are several (size, colour)'),
        draw('input', { id: 'variant', name: 'variant', value: draft.variant ?? '' }),
      ),
    ),
    question(
      'If this request is for a product bundle, does the bundle include any of these devices?',
      'bundle',
      ...choices(
        'bundle',
        devices.map(({ code, name }) => [code, name]),
        draft.bundleDevices ?? [],
      ),
    ),
    question('When should this badge go live?', 'when date', ...drawGoLive(draft.goLive)),
    question(
      'Select the marketplaces where you want the badge on your product',
      'marketplace',
      product.boxes,
    ),
  );
  return form;
}
