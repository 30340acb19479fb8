// The page on which makers write a badge request, save it, have it checked and submit it.
import { drawCheckResult } from './draft-check.js';
import { drawDraftForm } from './draft-form.js';
import { createCorrections } from './corrections.js';
import { PATH, savingOf } from './draft-saving.js';
import { draw, link, section } from './draw.js';
import { drawReasons } from './evidence.js';
import { titleOf } from './fields.js';
import { entitle } from './heading.js';
import { askBeforeLeaving } from './leaving.js';
import { askedParameters } from './paging.js';
import { createNotice, createStatus, createTurn, pressing } from './press.js';
import { readProducts, withOwnProduct } from './product-choice.js';
import { makersChoices } from './reference.js';
import { call, exchange, read } from './session.js';

const PAGE = '/badge-requests';
const NEW = 'New badge request';
const addressOf = ({ id }) => `${PAGE}/${id}`;

/** In place of a form that could not be saved. */
const drawRefusal = (request) => ({
  title: titleOf(request),
  parts: [
    draw(
      'p',
      {},
      `You cannot edit this request. Makers of ${request.organization.name} can, before it is submitted and again once it is rejected or withdrawn; it is ${request.statusLabel} now.`,
    ),
    draw('p', {}, link(addressOf(request), 'See the request')),
  ],
});

/** Beside the form that is to be corrected. */
const drawWhySentBack = ({ reasons = [] }) =>
  reasons.length === 0 ? undefined : section('Why it was rejected', drawReasons(reasons));

const makesRequests = ({ pages }) => pages.some(({ path }) => path === `${PAGE}/new`);

/** Leads to a new request for the same product; undefined for who makes none. */
export const drawAnother = (me, { id, product }) =>
  makesRequests(me) && product !== null
    ? draw(
        'p',
        {},
        link(`${PAGE}/new?${new URLSearchParams({ like: id })}`, 'Ask for another variant of this product'),
      )
    : undefined;

/** @param me who looks; who makes no requests is led to those there are */
export const drawNewPage = (me) =>
  makesRequests(me)
    ? drawDraftPage(null)
    : {
        title: NEW,
        parts: [
          draw('p', {}, 'Only makers ask for badges; what they have asked for is in the list.'),
          draw('p', {}, link(PAGE, 'To the badge requests')),
        ],
      };

const pathOf = (id) => `${PATH}/${encodeURIComponent(id)}`;

/** What a new request begins with: of the one that its address names all but what each variant has of its own. */
async function readBeginning() {
  const like = askedParameters().get('like');
  if (like === null) return {};
  const { program, product, bundleDevices, goLive, marketplaces } = await read(pathOf(like));
  return { program, product, bundleDevices, goLive, marketplaces };
}

/** @param id of the draft to edit; null: a new request */
export async function drawDraftPage(id) {
  const known = id === null ? null : await exchange('GET', pathOf(id));
  const draft = known?.answer ?? (await readBeginning());
  if (known !== null && !draft.allowedActions.includes('save')) return drawRefusal(draft);
  const status = createStatus();
  const results = draw('div');
  const products = await withOwnProduct(await readProducts(), draft);
  const form = drawDraftForm({ ...makersChoices(), products }, draft);
  const corrections = createCorrections(form);
  const notice = noticeWith(corrections, results);
  const saving = savingOf(form, known);
  const { hasUnsaved } = saving;
  const save = async () => {
    const request = await saving.save();
    showWhatItIs(request);
    return request;
  };
  askBeforeLeaving(form, hasUnsaved);
  const goTo = (request) => location.assign(addressOf(request));
  const tellSaved = (request) => status.say('Saved. ', link(addressOf(request), 'See the request'));
  const then = (action) => {
    let begun = null;
    return async (key) => {
      // What was not answered may have been done: its repeat saves only what was typed since.
      if (begun?.key !== key || hasUnsaved()) begun = { key, request: await save() };
      return call('POST', `${PATH}/${begun.request.id}/${action}`, { key, body: {} });
    };
  };
  const showCheck = (result) => {
    const { element, verdict } = drawCheckResult(result, corrections);
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
      ...(id === null ? [] : [link(addressOf(draft), 'Back')]),
    ),
  );
  return {
    title: id === null ? NEW : titleOf(draft),
    parts: [drawWhySentBack(draft), corrections.element, form, results],
  };
}

/** What was new before it was saved has the address and the name of its own by now. */
function showWhatItIs(request) {
  entitle(titleOf(request));
  for (const current of document.querySelectorAll('nav [aria-current]'))
    current.removeAttribute('aria-current');
}

/** Where what is refused is said: what is about fields, at the fields. The next press clears it, and what a check said. */
function noticeWith(corrections, results) {
  const notice = createNotice();
  return {
    ...notice,
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
