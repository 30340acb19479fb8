// Where a webhook endpoint's address is typed, with what is wrong with it beside it.
import { draw } from './draw.js';
import { createNotice } from './press.js';

/** @returns the field, for the press that sends it its notice and what it `lacks`, and the nodes of both */
export function drawAddress(id, label) {
  const notice = createNotice();
  notice.element.id = `${id}-problem`;
  const input = draw('input', { id, type: 'url', class: 'address', maxlength: '2000', autocomplete: 'off' });
  const clear = () => {
    notice.clear();
    for (const attribute of ['aria-invalid', 'aria-describedby']) input.removeAttribute(attribute);
  };
  const leadThere = () => {
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', notice.element.id);
    input.focus();
  };
  const say = (error) => {
    notice.say(error);
    if (error.problem?.errors !== undefined) leadThere();
  };
  const lacks = () => {
    if (input.value.trim() !== '') return undefined;
    leadThere();
    return 'Give the address that is called.';
  };
  return {
    input,
    lacks,
    notice: { ...notice, clear, say },
    parts: [draw('p', {}, draw('label', { for: id }, label)), notice.element, draw('p', {}, input)],
  };
}
