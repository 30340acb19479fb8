// The page on which makers write a badge request, save it, have it checked and submit it.
import { drawDraftForm } from './draft-form.js';
import { askBeforeLeaving, PATH, savingOf } from './draft-saving.js';
import { draw, link, section, show } from './draw.js';
import { drawFindings } from './evidence.js';
import { createNotice, createStatus, createTurn, pressing } from './press.js';
import { readProducts, withOwnProduct } from './product-choice.js';
import { call, exchange, read } from './session.js';

async function readReference() {
  const lists = ['programs', 'bundle-devices', 'marketplaces'].map(
    async (name) => (await read(`/v1/${name}`)).data,
  );
  const [products, programs, devices, marketplaces] = await Promise.all([readProducts(), ...lists]);
  return { programs, products, devices, marketplaces };
}

/** @param id of the draft to edit; null: a new request */
export async function drawDraftPage(id) {
  const [reference, known] = await Promise.all([
    readReference(),
    id === null ? null : exchange('GET', `${PATH}/${encodeURIComponent(id)}`),
  ]);
  const draft = known?.answer ?? {};
  const notice = createNotice();
  const status = createStatus();
  const findings = draw('div');
  const products = await withOwnProduct(reference.products, draft);
  const form = drawDraftForm({ ...reference, products }, draft, notice);
  const { save, hasUnsaved } = savingOf(form, known);
  askBeforeLeaving(form, hasUnsaved);
  const addressOf = (request) => `/badge-requests/${request.id}`;
  const goTo = (request) => location.assign(addressOf(request));
  const tellSaved = (request) => status.say('Saved. ', link(addressOf(request), 'See the request'));
  const then = (action) => async (key) => {
    const { id: requestId } = await save();
    return call('POST', `${PATH}/${requestId}/${action}`, { key, body: {} });
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
  const turn = createTurn();
  const button = (label, act, done) => {
    const drawn = draw(
      'button',
      { type: 'button', click: pressing(act, { notice, status, turn, done }) },
      label,
    );
    turn.add(drawn);
    return drawn;
  };
  form.append(
    notice.element,
    status.element,
    draw(
      'div',
      { class: 'buttons' },
      button('Submit', then('submit'), goTo),
      button('Save', save, tellSaved),
      button('Check now', then('check'), drawCheck),
      ...(id === null ? [] : [link(`/badge-requests/${id}`, 'Back')]),
    ),
  );
  const title = id === null ? 'New Badge Request' : `Badge request ${show(draft.asin) ?? ''}`;
  return { title, parts: [form, findings] };
}
