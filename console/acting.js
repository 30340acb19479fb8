// Presses that change a request: done once, said, and looked at where the person is.
import { pressing } from './press.js';

/**
 * A function for a press or for the sending of a form.
 * @param act gets the key of the press
 * @param about.page what is shown; about.said what is said when it is done; about.done what follows then
 */
export function acting(act, { notice, page, said, done = () => undefined }) {
  const press = pressing(act, {
    notice,
    done: async (result) => {
      done(result);
      await page.look(said);
    },
  });
  return async (event) => {
    event.preventDefault();
    const button = event.submitter ?? event.currentTarget;
    await press({ preventDefault: () => undefined, submitter: button });
    // A button that was disabled meanwhile, or went, leaves the focus nowhere.
    if (document.activeElement !== document.body) return;
    if (button.checkVisibility()) button.focus();
    else page.focusStanding();
  };
}
