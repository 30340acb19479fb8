// Asks once more before what cannot be taken back.
import { draw } from './draw.js';

/** @returns whether it is wanted; closing the question, as by Escape, says no */
export function confirmed({ question, yes }) {
  return new Promise((resolve) => {
    const dialog = draw(
      'dialog',
      { 'aria-labelledby': 'question', close: () => settle() },
      draw('p', { id: 'question' }, question),
      draw(
        'form',
        { method: 'dialog', class: 'buttons' },
        draw('button', { value: 'no', autofocus: true }, 'Cancel'),
        draw('button', { value: 'yes' }, yes),
      ),
    );
    const settle = () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}
