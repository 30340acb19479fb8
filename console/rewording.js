// Gives a text that stands on the page other words, above it: what changes there meanwhile takes nothing of it away.
import { confirmed } from './confirmation.js';
import { draw } from './draw.js';
import { askBeforeLeaving, hasTyped } from './leaving.js';
import { createNotice, pressing } from './press.js';

const dropping = { question: 'Drop what you have typed? The text stays as it was.', yes: 'Yes, drop it' };

/**
 * @param label what the text is
 * @param save gets what it is to say
 * @param done is called once that is saved
 */
export function reword({ label, text, save, done }) {
  const notice = createNotice();
  const field = draw('textarea', { id: 'rewording', required: true }, text);
  let sent;
  const send = () => {
    sent = field.value;
    return save(sent);
  };
  const press = pressing(send, {
    notice,
    done: () => {
      // What was typed while it was saved is not saved.
      if (field.value === sent) dialog.close();
      else field.defaultValue = sent;
      return done();
    },
  });
  // Escape is pressed for other things, too: what is typed goes only when that is meant.
  const cancel = async (event) => {
    if (event.target !== dialog || !hasTyped(dialog)) return;
    event.preventDefault();
    if (await confirmed(dropping)) dialog.close();
    else field.focus();
  };
  const dialog = draw(
    'dialog',
    { class: 'wide', 'aria-labelledby': 'rewording-label', cancel, close: () => dialog.remove() },
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
  askBeforeLeaving(dialog, () => hasTyped(dialog));
}
