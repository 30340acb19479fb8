// A page in parts, each drawn anew only when what it is drawn from has changed: what is typed in the others stays.
import { draw } from './draw.js';

/**
 * @param onLostFocus called when what had the focus is not there any more
 * @returns the page's element, and a function that shows parts in it: each with a name, what it is drawn `from`, and
 * `draw`, which returns its nodes
 */
export function createParts(onLostFocus) {
  const element = draw('div');
  const drawn = new Map();
  const boxOf = (name) => {
    const known = drawn.get(name);
    if (known !== undefined) return known;
    const box = { element: draw('div', { 'data-part': name }), from: undefined };
    drawn.set(name, box);
    element.append(box.element);
    return box;
  };
  const show = (parts) => {
    for (const part of parts) {
      const box = boxOf(part.name);
      const from = JSON.stringify(part.from);
      if (box.from === from) continue;
      box.from = from;
      const nodes = part.draw();
      // What is put where it is already would lose the focus.
      if (isThere(box.element, nodes)) continue;
      keepingPlace(box.element, () => box.element.replaceChildren(...nodes), onLostFocus);
    }
  };
  return { element, show };
}

const isThere = ({ childNodes }, nodes) =>
  nodes.length === childNodes.length && nodes.every((node, index) => node === childNodes[index]);

/** What was unfolded stays so, and the focus stays on what it was on, where that is still there. */
function keepingPlace(box, redraw, onLostFocus) {
  const unfolded = [...box.querySelectorAll('details[open][data-key]')].map(({ dataset }) => dataset.key);
  const focused = box.contains(document.activeElement) ? document.activeElement : null;
  redraw();
  for (const details of box.querySelectorAll('details[data-key]'))
    if (unfolded.includes(details.dataset.key)) details.open = true;
  if (focused === null) return;
  const action = focused.dataset.action;
  const same = action === undefined ? null : box.querySelector(`[data-action="${action}"]`);
  if (same === null) onLostFocus();
  else same.focus();
}
