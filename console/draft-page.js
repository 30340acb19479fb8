// The form of a badge request, with the questions of the programme's page in their order.
import { draw, link, section, show } from './draw.js';
import { drawFindings } from './evidence.js';
import { createNotice, pressing } from './press.js';
import { call, read } from './session.js';

const option = (value, text, chosen) => draw('option', { value, selected: value === chosen }, text);
const question = (text, ...fields) => draw('fieldset', {}, draw('legend', {}, text), ...fields);
const choices = (name, entries, chosen) =>
  entries.map(([value, text]) =>
    draw(
      'label',
      {},
      draw('input', { type: 'checkbox', name, value, checked: chosen.includes(value) }),
      ` ${text}`,
    ),
  );
const radio = (name, value, text, checked) =>
  draw('label', {}, draw('input', { type: 'radio', name, value, checked }), ` ${text}`);

const readReference = () =>
  Promise.all(
    ['programs', 'products?limit=100', 'bundle-devices', 'marketplaces'].map(
      async (name) => (await read(`/v1/${name}`)).data,
    ),
  );

/** The body that the form's fields make. */
function bodyOf(form) {
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

/** The ASINs that carry the identifier, to choose from. */
function drawSuggestions(form, notice) {
  const list = draw('ul');
  const choose = (asin) => () => {
    form.elements.asin.value = asin;
    list.replaceChildren();
  };
  const offer = ({ asin, title, color, size }) =>
    draw(
      'li',
      {},
      draw('button', { type: 'button', click: choose(asin) }, asin),
      ` ${[title, color, size].filter(Boolean).join(', ')}`,
    );
  const ask = async () => {
    const values = new FormData(form);
    const query = new URLSearchParams({
      marketplace: values.getAll('marketplace')[0] ?? 'US',
      identifierType: values.get('type'),
      identifier: values.get('code').trim(),
    });
    return read(`/v1/asin-suggestions?${query}`);
  };
  const done = ({ data, why }) => {
    const offers = data.flatMap((item) => (item.children.length === 0 ? [item] : item.children));
    const none = why ?? 'No listing of your brand carries this identifier.';
    list.replaceChildren(...(offers.length === 0 ? [draw('li', {}, none)] : offers.map(offer)));
  };
  return [draw('button', { type: 'button', click: pressing(ask, { notice, done }) }, 'Find the ASIN'), list];
}

/** @param id of the draft to edit; null: a new request */
export async function drawDraftPage(id) {
  const path = '/v1/badge-requests';
  const [[programs, products, devices, marketplaces], draft] = await Promise.all([
    readReference(),
    id === null ? {} : read(`${path}/${encodeURIComponent(id)}`),
  ]);
  const notice = createNotice();
  const findings = draw('div');
  const product = products.find((each) => each.id === draft.product?.id) ?? products[0];
  const marketplaceBoxes = draw('p');
  const drawMarketplaces = (chosenProduct, chosen) =>
    marketplaceBoxes.replaceChildren(
      ...choices(
        'marketplace',
        marketplaces
          .filter(({ code }) => chosenProduct?.certification.marketplaces.includes(code))
          .map(({ code, name }) => [code, name]),
        chosen,
      ),
    );
  drawMarketplaces(product, draft.marketplaces ?? product?.certification.marketplaces ?? []);
  const productChanged = ({ target }) => {
    const chosen = products.find((each) => each.id === target.value);
    drawMarketplaces(chosen, chosen?.certification.marketplaces ?? []);
  };
  const onDate = draft.goLive?.kind === 'ON_DATE';
  const form = draw('form', { novalidate: true });
  form.append(
    question(
      'Which program do you want to add the badge?',
      draw(
        'select',
        { name: 'program', 'aria-label': 'Program' },
        ...programs.map(({ code, name }) => option(code, name, draft.program)),
      ),
    ),
    question(
      'Which product do you want to add the badge?',
      draw(
        'select',
        { name: 'product', 'aria-label': 'Product', change: productChanged },
        ...products.map(({ id: productId, name, model }) =>
          option(productId, `${name} (${model})`, product?.id),
        ),
      ),
    ),
    question(
      'Enter a retail identifier for this product',
      draw(
        'select',
        { name: 'type', 'aria-label': 'Type' },
        ...['UPC', 'EAN', 'JAN', 'GTIN_14'].map((type) =>
          option(type, type.replace('_', '-'), draft.retailIdentifier?.type),
        ),
      ),
      ' ',
      draw('input', {
        name: 'code',
        'aria-label': 'Identifier code',
        inputmode: 'numeric',
        value: draft.retailIdentifier?.code ?? '',
      }),
    ),
    question(
      'Enter an ASIN for this product',
      draw('input', { name: 'asin', 'aria-label': 'ASIN', value: draft.asin ?? '' }),
      ' ',
      ...drawSuggestions(form, notice),
      draw(
        'p',
        {},
        draw('label', { for: 'variant' }, 'Variant, if there are several (size, colour)'),
        draw('input', { id: 'variant', name: 'variant', value: draft.variant ?? '' }),
      ),
    ),
    question(
      'If this request is for a product bundle, does the bundle include any of these devices?',
      ...choices(
        'bundle',
        devices.map(({ code, name }) => [code, name]),
        draft.bundleDevices ?? [],
      ),
    ),
    question(
      'When should this badge go live?',
      radio('when', 'AS_SOON_AS_POSSIBLE', 'As soon as possible', !onDate),
      radio('when', 'ON_DATE', 'On a specific date', onDate),
      draw('input', { type: 'date', name: 'date', 'aria-label': 'Date', value: draft.goLive?.date ?? '' }),
    ),
    question('Select the marketplaces where you want the badge on your product', marketplaceBoxes),
    notice.element,
  );

  let saved = id === null ? null : draft;
  const save = async (key) => {
    const body = bodyOf(form);
    saved =
      saved === null
        ? await call('POST', path, { key, body })
        : await call('PATCH', `${path}/${saved.id}`, { body: merge(body) });
    history.replaceState(null, '', `/badge-requests/${saved.id}/edit`);
    return saved;
  };
  const goTo = ({ id: requestId }) => location.assign(`/badge-requests/${requestId}`);
  const then = (action) => async (key) => {
    const { id: requestId } = await save(`${key}-save`);
    return call('POST', `${path}/${requestId}/${action}`, { key, body: {} });
  };
  const drawCheck = ({ problems, findings: found }) =>
    findings.replaceChildren(
      section(
        'What submitting would say',
        problems.length === 0
          ? draw('p', {}, 'The form is complete.')
          : draw(
              'ul',
              {},
              ...problems.map(({ pointer, detail }) =>
                draw('li', { class: 'problem' }, `${pointer}: ${detail}`),
              ),
            ),
        ...drawFindings(found),
      ),
    );
  const button = (label, act, done, type = 'button') =>
    draw('button', { type, click: pressing(act, { notice, done }) }, label);
  form.append(
    draw(
      'div',
      { class: 'buttons' },
      button('Submit', then('submit'), goTo),
      button('Save', save, goTo),
      button('Check now', then('check'), drawCheck),
      ...(id === null ? [] : [link(`/badge-requests/${id}`, 'Back')]),
    ),
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  const title = id === null ? 'New Badge Request' : `Badge request ${show(draft.asin) ?? ''}`;
  return { title, parts: [form, findings] };
}

/** A merge patch joins objects: what is not said any more is taken out by name. */
const merge = (body) => ({
  ...body,
  goLive: body.goLive.kind === 'ON_DATE' ? body.goLive : { ...body.goLive, date: null },
});
