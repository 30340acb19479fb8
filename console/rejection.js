// A reviewer's rejection: coded reasons, prefilled with what the checks could not decide.
import { acting } from './acting.js';
import { draw } from './draw.js';
import { createNotice } from './press.js';
import { call, read } from './session.js';

/** One reason to be given: code, marketplace, words. */
function drawReason(codes, request, suggested = {}) {
  const option = (value, text, chosen) => draw('option', { value, selected: chosen === value }, text);
  const code = draw(
    'select',
    { 'aria-label': 'Reason' },
    ...codes.map((each) => option(each.code, each.title, suggested.code)),
  );
  const marketplace = draw(
    'select',
    { 'aria-label': 'Marketplace' },
    option('', 'All marketplaces', suggested.marketplace ?? ''),
    ...request.marketplaces.map((each) => option(each, each, suggested.marketplace)),
  );
  const text = draw('input', {
    'aria-label': 'In your words',
    maxlength: '2000',
    size: '50',
    value: suggested.text ?? '',
  });
  const row = draw('p', {}, code, ' ', marketplace, ' ', text, ' ');
  row.append(draw('button', { type: 'button', click: () => row.remove() }, 'Leave out'));
  return {
    row,
    value: () => ({
      code: code.value,
      ...(marketplace.value !== '' && { marketplace: marketplace.value }),
      ...(text.value.trim() !== '' && { text: text.value }),
    }),
  };
}

export function drawRejection(page) {
  const { request } = page.current;
  const notice = createNotice();
  const list = draw('div');
  let reasons = [];
  const add = (codes, suggested) => {
    const reason = drawReason(codes, request, suggested);
    reasons.push(reason);
    list.append(reason.row);
  };
  const act = (key) =>
    call('POST', `/v1/badge-requests/${request.id}/reject`, {
      key,
      body: {
        round: request.round,
        reasons: reasons.filter(({ row }) => row.isConnected).map(({ value }) => value()),
      },
    });
  let codes = [];
  const open = async () => {
    if (codes.length > 0) return;
    const { data } = await read('/v1/reason-codes');
    codes = data.filter(({ reviewerMayPick }) => reviewerMayPick);
    const suggestions = page.current.request.suggestedReasons ?? [];
    for (const suggested of suggestions) add(codes, suggested);
    if (suggestions.length === 0) add(codes);
  };
  return draw(
    'details',
    { 'data-action': 'reject', toggle: () => void open().catch(notice.say) },
    draw('summary', {}, 'Reject'),
    draw(
      'form',
      { submit: acting(act, { notice, page, said: 'Rejected.' }) },
      list,
      draw('p', {}, draw('button', { type: 'button', click: () => add(codes) }, 'Another reason')),
      notice.element,
      draw('button', { type: 'submit' }, 'Reject'),
    ),
  );
}
