// Gives a text that stands on the page other words, above it: what changes there meanwhile takes nothing of it away.
import { draw } from './draw.js';
import { createNotice, pressing } from './press.js';

/**
 * @param label what the text is
 * @param save gets what it is to say
 * @param done is called once that is saved
 */
export function reword({ label, text, save, done }) {
  const notice = createNotice();
  const field = draw('textarea', { id: 'rewording', required: true }, text);
  const press = pressing(() => save(field.value), {
    notice,
    done: () => {
      dialog.close();
      return done();
    },
  });
  const dialog = draw(
    'dialog',
    { class: 'wide', 'aria-labelledby': 'rewording-label', close: () => dialog.remove() },
    draw(
      'form',
      { submit: press },
      draw('p', {}, draw('label', { for: 'rewording', id: 'rewording-label' }, label)),
      field,
      notice.element,
      draw(
        'p',
        { class: 'buttons' },
        draw('button', { type: 'button', click: () => dialog.close() }, 'Cancel'),
        draw('button', { type: 'submit' }, 'Save'),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
