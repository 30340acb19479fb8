// The ASINs that carry the form's retail identifier, to choose from.
import { draw } from './draw.js';
import { createNotice, pressing } from './press.js';
import { read } from './session.js';

/** A button that looks for them, and what it has found. */
export function drawSuggestions(form) {
  const notice = createNotice();
  const list = draw('ul');
  const choose = (asin) => () => {
    form.elements.asin.value = asin;
    list.replaceChildren();
    form.elements.asin.focus();
  };
  const offer = ({ asin, title, color, size }) =>
    draw(
      'li',
      {},
      draw('button', { type: 'button', click: choose(asin) }, asin),
      ` ${[title, color, size].filter(Boolean).join(', ')}`,
    );
  const identifier = () => `${form.elements.type.value} ${form.elements.code.value.trim()}`;
  const ask = async () => {
    list.replaceChildren();
    const asked = identifier();
    // What is answered of the identifier before is of no use beside another.
    const ifStillAsked = (say) => (identifier() === asked ? say() : null);
    const values = new FormData(form);
    const query = new URLSearchParams({
      marketplace: values.getAll('marketplace')[0] ?? 'US',
      identifierType: values.get('type'),
      identifier: values.get('code').trim(),
    });
    return read(`/v1/asin-suggestions?${query}`).then(
      (found) => ifStillAsked(() => found),
      (error) =>
        ifStillAsked(() => {
          throw error;
        }),
    );
  };
  const done = (found) => {
    if (found === null) return;
    const { data, why } = found;
    const offers = data.flatMap((item) => (item.children.length === 0 ? [item] : item.children));
    const none = offers.length === 0 ? 'No listing of your brand carries this identifier.' : null;
    const missing = why ?? none;
    list.replaceChildren(...offers.map(offer), ...(missing === null ? [] : [draw('li', {}, missing)]));
  };
  // What was said is of the identifier before, or of a press that others have followed.
  const clear = () => {
    notice.clear();
    list.replaceChildren();
  };
  form.addEventListener('input', ({ target }) => ['type', 'code'].includes(target.name) && clear());
  form.addEventListener('click', ({ target }) => target.closest('.buttons button') && notice.clear());
  const find = draw('button', { type: 'button', click: pressing(ask, { notice, done }) }, 'Find the ASIN');
  return [find, notice.element, list];
}
