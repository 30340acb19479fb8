// A reviewer's rejection: coded reasons, ticked where the checks are certain and offered where they could not decide.
import { acting } from './acting.js';
import { draw } from './draw.js';
import { option } from './form-fields.js';
import { createNotice } from './press.js';
import { marketplaceName, reasonTitle, reviewersReasons } from './reference.js';
import { call } from './session.js';
import { drawBlocked } from './unfolding.js';

const drawText = (value = '') => draw('textarea', { 'aria-label': 'In your words', rows: '2' }, value);

const bodyOf = (code, marketplace, text) => ({
  code,
  ...(marketplace && { marketplace }),
  ...(text.value.trim() !== '' && { text: text.value }),
});

/** What the checks suggest: a fact where one says definitely no, else only a possibility. */
const suggestionsOf = ({ suggestedReasons, findings }) =>
  (suggestedReasons ?? []).map(({ code, marketplace, text }) => ({
    ...{ code, marketplace, text },
    isFact: findings.some(
      (finding) =>
        finding.codes.includes(code) && (marketplace === null || finding.marketplace === marketplace),
    ),
  }));

function drawSuggestion({ code, marketplace, text: said, isFact }) {
  const box = draw('input', { type: 'checkbox', checked: isFact });
  const before = isFact ? (said ?? '') : '';
  const text = drawText(before);
  const where = marketplace === null ? 'all marketplaces' : marketplaceName(marketplace);
  const label = `${reasonTitle(code)} (${where})`;
  const row = draw(
    'fieldset',
    { class: 'reason' },
    draw('label', {}, box, ` ${label}`),
    isFact ? undefined : draw('p', { class: 'aside' }, `Could not be decided. ${said ?? ''}`),
    text,
  );
  return {
    row,
    about: `${code} ${marketplace}`,
    says: JSON.stringify([code, marketplace, said, isFact]),
    isTouched: () => box.checked !== isFact || text.value !== before || row.contains(document.activeElement),
    isGiven: () => box.checked,
    text,
    code: () => code,
    value: () => bodyOf(code, marketplace, text),
  };
}

/**
 * A reason that the reviewer chooses: code, marketplace, words.
 * @param leftOut is called when it is taken out again
 */
function drawChosen(codes, { marketplaces }, leftOut) {
  const code = draw(
    'select',
    { 'aria-label': 'Reason' },
    option('', 'Choose a reason'),
    ...codes.map((each) => option(each.code, each.title)),
  );
  const marketplace = draw(
    'select',
    { 'aria-label': 'Marketplace' },
    option('', 'All marketplaces'),
    ...marketplaces.map((each) => option(each, marketplaceName(each))),
  );
  const text = drawText();
  const row = draw('fieldset', { class: 'reason' }, code, ' ', marketplace, ' ', text);
  const leaveOut = () => {
    row.remove();
    leftOut();
  };
  row.append(draw('button', { type: 'button', click: leaveOut }, 'Leave out'));
  return {
    row,
    focus: () => code.focus(),
    isTouched: () => code.value !== '' || text.value !== '' || row.contains(document.activeElement),
    isGiven: () => row.isConnected && code.value !== '',
    text,
    code: () => code.value,
    value: () => bodyOf(code.value, marketplace.value, text),
  };
}

/** Why a round cannot be rejected; empty: it can. */
function whyNot({ allowedActions, round, statusLabel, claim }, asked) {
  if (asked !== round) return `Round ${asked} is over, and round ${round} has begun.`;
  if (allowedActions.includes('reject')) return '';
  return claim === null || claim.mine
    ? `The request is ${statusLabel} now.`
    : `${claim.by.name} has claimed the review.`;
}

/** The form for the round that is shown, and what is typed in those of the rounds before. */
export function rejectionPart(page) {
  const { request } = page.current;
  const forms = Array.from({ length: request.round }, (_, before) => {
    const round = request.round - before;
    return { name: `reject ${round}`, why: whyNot(request, round) };
  });
  return {
    name: 'reject',
    from: [forms.map(({ name, why }) => [why, page.forms.isTyped(name)]), suggestionsOf(request)],
    draw: () => forms.flatMap(({ name, why }) => page.forms.show(name, () => drawRejection(page), why)),
  };
}

function drawRejection(page) {
  const { request } = page.current;
  const notice = createNotice();
  const list = draw('div');
  let reasons = [];
  const codes = reviewersReasons();
  const given = () => reasons.filter(({ isGiven }) => isGiven());
  const add = (reason) => {
    reasons.push(reason);
    list.append(reason.row);
  };
  let sent = [];
  const act = (key) => {
    sent = [...list.querySelectorAll('textarea')].map((text) => [text, text.value]);
    return call('POST', `/v1/badge-requests/${request.id}/reject`, {
      key,
      body: { round: request.round, reasons: given().map(({ value }) => value()) },
    });
  };
  /** What is typed since is not said. */
  const done = () => sent.forEach(([text, value]) => void (text.defaultValue = value));
  const needsWords = ({ code, text }) =>
    text.value.trim() === '' && codes.some((each) => each.code === code() && each.needsText);
  const lacks = () => {
    if (given().length === 0) return 'Tick or choose at least one reason.';
    return given().some(needsWords)
      ? 'Say in your words what is wrong: the reason says nothing else.'
      : undefined;
  };
  const sure = () => ({
    question: 'Reject this request? The maker is told the reasons by mail; that cannot be taken back.',
    yes: 'Yes, reject',
  });
  // Where the next reason is asked for, as the button that had the focus is gone.
  const drawOwn = () => drawChosen(codes, request, () => another.focus());
  const addOwn = () => {
    const own = drawOwn();
    add(own);
    own.focus();
  };
  const another = draw('button', { type: 'button', click: addOwn }, 'Another reason');
  /** What the checks suggest by now takes the place of what was offered before; what was touched since stays. */
  const offer = () => {
    const suggested = suggestionsOf(page.current.request).map(drawSuggestion);
    const offers = suggested.length === 0 ? [drawOwn()] : suggested;
    const isWanted = ({ says }) => offers.some((each) => each.says === says);
    for (const { row } of reasons.filter((each) => !isWanted(each) && !each.isTouched())) row.remove();
    reasons = reasons.filter(({ row }) => list.contains(row));
    for (const each of offers) if (!reasons.some(({ about }) => about === each.about)) add(each);
  };
  // Not the form's own sending: Enter in a field is no decision.
  const send = draw(
    'button',
    { type: 'button', click: acting(act, { notice, page, said: 'Rejected.', lacks, sure, done }) },
    'Reject',
  );
  const element = draw(
    'details',
    { 'data-action': 'reject' },
    draw('summary', {}, 'Reject'),
    draw(
      'form',
      { submit: (event) => event.preventDefault() },
      drawBlocked(),
      list,
      draw('p', {}, another),
      notice.element,
      send,
    ),
  );
  return { element, notice, offer };
}
