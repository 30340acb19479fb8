// A form that is folded away until it is wanted.
import { draw } from './draw.js';

/**
 * @param action what it does, as the focus and the place remember it
 * @param open is called when it is to be unfolded, before anything can be typed
 * @param submit is called when it is sent
 */
export function drawUnfolding(action, label, { open = () => undefined, submit, fields }) {
  const details = draw(
    'details',
    { 'data-action': action },
    draw('summary', { click: () => details.open || open() }, label),
    draw('form', { submit }, ...fields, draw('button', { type: 'submit' }, label)),
  );
  return details;
}
