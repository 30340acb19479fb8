// Buttons that call the API: pressed twice they act once, and what is refused is said beside them.
import { draw, link, words } from './draw.js';
import { signInAddress } from './session.js';

export const toBeCorrected = (count) =>
  count === 1 ? 'One thing is to be corrected.' : `${count} things are to be corrected.`;

/** What a pointer names, as people say it: /reasons/0/text is "Reasons 1 text". */
function nameOf(pointer) {
  const parts = pointer.split('/').slice(1);
  const name = parts.map((part) => (/^\d+$/.test(part) ? Number(part) + 1 : words(part))).join(' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The API's sentences name instants as programs write them. */
const readableInstants = (text) =>
  text.replace(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z/g, '$1 $2 UTC');

/** The sentences of a refusal: its detail or, in its place, each problem with what it is about. */
export const sentences = (error) => sentencesOf(error).map(readableInstants);

function sentencesOf({ message, problem }) {
  const errors = problem?.errors ?? [];
  if (errors.length === 0) return [message];
  // The only problem of the only thing that was given needs no name.
  if (errors.length === 1 && !/\/.*\//.test(errors[0].pointer)) return [errors[0].detail];
  const named = errors.map(({ pointer, detail }) =>
    pointer === '' ? detail : `${nameOf(pointer)}: ${detail}`,
  );
  return errors.length === 1 ? named : [toBeCorrected(errors.length), ...named];
}

const signIn = () => draw('a', { href: signInAddress(), target: '_blank' }, 'Sign in');
// Without the address's fragment: with it nothing would be loaded.
const reload = (text) => draw('a', { href: location.pathname + location.search }, text);

/** Where a refusal leads on to. */
function wayOn({ status, problem }) {
  if (status === 401) return [signIn()];
  if (status === 412) return [reload('Load the newer version')];
  if (problem?.code === 'SIGNED_IN_AS_ANOTHER') return [reload('Load the page anew')];
  // Null when the request is another organization's.
  if (problem?.existingRequestId)
    return [link(`/badge-requests/${problem.existingRequestId}`, 'Go to that request')];
  return [];
}

/** Where what is refused is said, or that one still waits. */
export function createNotice() {
  const notice = draw('div', { role: 'alert', class: 'notice' });
  return {
    element: notice,
    clear: () => notice.replaceChildren(),
    wait: () => notice.replaceChildren(draw('p', { class: 'waiting' }, 'Still waiting for the service …')),
    say: (error) =>
      notice.replaceChildren(...sentences(error).map((text) => draw('p', {}, text)), ...wayOn(error)),
  };
}

/** Where what was done is said, and read aloud without being gone to. */
export function createStatus() {
  const status = draw('p', { role: 'status' });
  return { element: status, say: (...parts) => status.replaceChildren(...parts) };
}

/** Buttons of which one at a time does something: while it does, none of them can be pressed. */
export function createTurn() {
  const buttons = new Set();
  let focused = null;
  let taken = false;
  return {
    add: (button) => void buttons.add(button),
    /** @returns whether it was free */
    take(button) {
      if (taken) return false;
      taken = true;
      if (button?.matches?.('button')) buttons.add(button);
      focused = [...buttons].find((each) => each === document.activeElement) ?? null;
      for (const each of buttons) each.disabled = true;
      return true;
    },
    giveBack() {
      taken = false;
      for (const each of buttons) each.disabled = false;
      // A button that is disabled loses the focus; who has gone elsewhere meanwhile stays there.
      if (document.activeElement === document.body) focused?.focus();
    },
  };
}

/** What is done is done: pressed again for what failed after it, it would be done twice. */
function failAfterwards() {
  throw new Error('It is done, but what has come of it could not be read.');
}

/** Whoever waits longer wonders whether anything happens. */
const SLOW_MS = 2_000;

/**
 * Makes a function for a press: it runs once at a time, and repeats after a failure carry the same key, so
 * that what was done is not done again.
 * @param act gets the key
 * @param status is empty again as soon as something else is pressed
 * @param doing what the status says meanwhile
 * @param turn shared with the buttons that must not be pressed meanwhile
 */
export function pressing(act, { notice, done, status, doing = '', turn = createTurn() }) {
  let key = crypto.randomUUID();
  return async (event) => {
    event?.preventDefault();
    if (!turn.take(event?.submitter ?? event?.currentTarget)) return;
    notice.clear();
    status?.say(doing);
    const slow = doing === '' ? setTimeout(notice.wait, SLOW_MS) : undefined;
    try {
      const result = await act(key).finally(() => clearTimeout(slow));
      notice.clear();
      status?.say();
      key = crypto.randomUUID();
      await Promise.resolve(done(result)).catch(failAfterwards);
    } catch (error) {
      // Refused for good: another press is another intent.
      if (error.isAnswer !== false) key = crypto.randomUUID();
      status?.say();
      notice.say(error);
    } finally {
      turn.giveBack();
    }
  };
}
