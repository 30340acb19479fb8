// Presses that change a request: done once, said, and looked at where the person is.
import { announce } from './announce.js';
import { confirmed } from './confirmation.js';
import { pressing } from './press.js';

/**
 * A function for a press or for the sending of a form.
 * @param act gets the key of the press
 * @param about.page what is shown; about.said what is said when it is done, or a function that says it of the answer; about.done what follows then
 * @param about.lacks what is to be done before, a sentence; undefined: nothing
 * @param about.sure the question, and the word for yes, for what cannot be taken back
 */
export function acting(
  act,
  { notice, page, said, done = () => undefined, lacks = () => undefined, sure = () => undefined },
) {
  // Refused for what it has become meanwhile: that is shown beside the refusal, also where the form is gone with it.
  const actOnWhatIs = async (key) => {
    // What an earlier press has done is not what this one does; and the same is said, and read out, anew.
    announce('');
    try {
      return await act(key);
    } catch (error) {
      if (error.status === 409) {
        await page.look().catch(() => undefined);
        if (!notice.element.isConnected) page.notice.say(error);
      }
      // Done after all, it shows soon.
      if (error.isAnswer === false) void page.look().catch(() => undefined);
      throw error;
    }
  };
  const press = pressing(actOnWhatIs, {
    notice,
    done: async (result) => {
      done(result);
      await page.look(typeof said === 'function' ? said(result) : said);
    },
  });
  return async (event) => {
    event.preventDefault();
    const button = event.submitter ?? event.currentTarget;
    // What another press was refused for need not hold after this one.
    for (const earlier of [page.notice, page.pressed]) earlier?.clear();
    page.pressed = notice;
    const missing = lacks();
    if (missing !== undefined) return notice.say(new Error(missing));
    const question = sure();
    if (question !== undefined && !(await confirmed(question))) return;
    await press({ preventDefault: () => undefined, submitter: button });
    // A button that was disabled meanwhile, or went, leaves the focus nowhere.
    if (document.activeElement !== document.body) return;
    if (button.checkVisibility()) button.focus();
    else page.focusStanding();
  };
}
