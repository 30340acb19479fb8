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
      const redraw = () => {
        const nodes = part.draw();
        // What is put where it is already would lose the focus.
        if (!isThere(box.element, nodes)) box.element.replaceChildren(...nodes);
      };
      keepingPlace(box.element, redraw, onLostFocus);
    }
  };
  return { element, show };
}

const isThere = ({ childNodes }, nodes) =>
  nodes.length === childNodes.length && nodes.every((node, index) => node === childNodes[index]);

/** What was unfolded stays so, and the focus stays on what it was on, where that is still there. */
function keepingPlace(box, redraw, onLostFocus) {
  const unfolded = [...box.querySelectorAll('details[open][data-key]')].map(keyOf);
  const focused = box.contains(document.activeElement) ? document.activeElement : null;
  const name = focused && nameOf(focused);
  redraw();
  for (const details of box.querySelectorAll('details[data-key]'))
    if (unfolded.includes(keyOf(details))) details.open = true;
  if (focused === null) return;
  // What is put somewhere else in it has lost the focus as well.
  const same = box.contains(focused) ? focused : namedIn(box, name);
  if (same?.checkVisibility()) same.focus();
  else onLostFocus();
}

const namedIn = (box, name) =>
  [...box.querySelectorAll('a, button, summary')].find((each) => nameOf(each) === name);

/** What is folded away, with what it is in: of each round there is the like. */
function keyOf(details) {
  const around = details.parentElement.closest('details[data-key]');
  return `${around === null ? '' : keyOf(around)}/${details.dataset.key ?? details.dataset.action}`;
}

/** What one can go to by the keyboard, as people tell it from the rest. */
function nameOf(element) {
  if (element.dataset.action !== undefined) return element.dataset.action;
  if (element.matches('summary')) return keyOf(element.parentElement);
  return `${element.getAttribute('href')} ${element.textContent}`;
}
