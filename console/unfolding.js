// A form that is folded away until it is wanted.
import { draw } from './draw.js';
import { hasTyped } from './leaving.js';

/** Where a form says why it cannot be sent. */
export const drawBlocked = () => draw('p', { role: 'alert', class: 'notice blocked' });
const blockedIn = (details) => details.querySelector('.blocked');

/**
 * @param action what it does, as the focus and the place remember it
 * @param open is called when it is to be unfolded, before anything can be typed
 * @param submit is called when it is sent
 */
export function drawUnfolding(action, label, { open = () => undefined, submit, fields }) {
  // Enter in a field sends it without the button.
  const send = (event) => (blockedIn(details).textContent === '' ? submit(event) : event.preventDefault());
  const details = draw(
    'details',
    { 'data-action': action },
    draw('summary', { click: () => details.open || open() }, label),
    draw('form', { submit: send }, drawBlocked(), ...fields, draw('button', { type: 'submit' }, label)),
  );
  return details;
}

/**
 * Keeps forms as they are for as long as they can be sent; and after that, for as long as something is typed in them,
 * which can be read then, and copied. A form is its `element`, the `notice` of its press, and `offer`, if it is to offer
 * what there is now each time that it is shown.
 */
export function createForms() {
  const forms = new Map();
  return {
    /** Whether something is typed in a form that was not sent: what it is shown in is drawn from that, too. */
    isTyped: (name) => forms.has(name) && hasTyped(forms.get(name).element),
    /**
     * @param make is called where there is none of that name yet
     * @param why it cannot be sent, a sentence; empty: it can be
     * @returns the nodes that are to be shown
     */
    show(name, make, why) {
      const form = forms.get(name) ?? (why === '' ? make() : undefined);
      if (form === undefined) return [];
      forms.set(name, form);
      // It comes back: what it was refused for while it went is over.
      if (!form.element.isConnected) form.notice.clear();
      const isShown = why === '' || hasTyped(form.element);
      if (isShown) block(form, why);
      if (why === '') form.offer?.();
      return isShown ? [form.element] : [];
    },
  };
}

const KEPT = 'What is typed here cannot be sent; copy what you still need.';

function block({ element, notice }, why) {
  const said = blockedIn(element);
  const is = why === '' ? '' : `${why} ${KEPT}`;
  if (said.textContent === is) return;
  said.textContent = is;
  // What it was refused for before is over.
  notice.clear();
  for (const button of element.querySelectorAll('form button')) button.hidden = why !== '';
  if (why !== '') element.open = true;
}
