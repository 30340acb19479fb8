// The page on which makers write a badge request, save it, have it checked and submit it.
import { drawCheckResult } from './draft-check.js';
import { drawDraftForm } from './draft-form.js';
import { createCorrections } from './corrections.js';
import { askBeforeLeaving, PATH, savingOf } from './draft-saving.js';
import { draw, link, show } from './draw.js';
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
  const status = createStatus();
  const results = draw('div');
  const products = await withOwnProduct(reference.products, draft);
  const form = drawDraftForm({ ...reference, products }, draft);
  const corrections = createCorrections(form);
  const notice = noticeWith(corrections, results);
  const { save, hasUnsaved } = savingOf(form, known);
  askBeforeLeaving(form, hasUnsaved);
  const addressOf = (request) => `/badge-requests/${request.id}`;
  const goTo = (request) => location.assign(addressOf(request));
  const tellSaved = (request) => status.say('Saved. ', link(addressOf(request), 'See the request'));
  const then = (action) => async (key) => {
    const { id: requestId } = await save();
    return call('POST', `${PATH}/${requestId}/${action}`, { key, body: {} });
  };
  const showCheck = async (result) => {
    const { element, verdict } = await drawCheckResult(result, corrections);
    results.replaceChildren(element);
    verdict.focus();
  };
  const turn = createTurn();
  const button = (label, act, done, doing) => {
    const drawn = draw(
      'button',
      { type: 'button', click: pressing(act, { notice, status, turn, done, doing }) },
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
      button('Check now', then('check'), showCheck, 'Checking …'),
      ...(id === null ? [] : [link(`/badge-requests/${id}`, 'Back')]),
    ),
  );
  const title = id === null ? 'New Badge Request' : `Badge request ${show(draft.asin) ?? ''}`;
  return { title, parts: [corrections.element, form, results] };
}

/** Where what is refused is said: what is about fields, at the fields. The next press clears it, and what a check said. */
function noticeWith(corrections, results) {
  const notice = createNotice();
  return {
    element: notice.element,
    clear() {
      notice.clear();
      corrections.clear();
      results.replaceChildren();
    },
    say(error) {
      if (error.problem?.errors) corrections.show(error.problem.errors);
      else notice.say(error);
    },
  };
}
