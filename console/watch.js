// Looks again at what may have changed, for as long as somebody sees it.
import { announce } from './announce.js';

const SOON_MS = 2_000;
const LATER_MS = 15_000;
/** How much later the next look is where one has shown nothing new: what was soon may have come to rest. */
const SLOWER = 1.5;
/** How long after a press its consequences are looked for. */
const AFTER_PRESS_MS = 20_000;
/** A look keeps a session alive, and a claim on a review: nobody there, no look. */
const THERE_MS = 900_000;
const THERE_WITH_CLAIM_MS = 300_000;

let seenAt = Date.now();
/** What goes on once somebody is there again. */
const paused = new Set();
const seen = () => {
  seenAt = Date.now();
  for (const goOn of paused) goOn();
  paused.clear();
};
for (const sign of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'focusin'])
  addEventListener(sign, seen, { passive: true });

/** Nobody has tried anything that they could try again. */
const describeMissed = ({ status, message }) =>
  status === 0 ? 'The service cannot be reached. This page goes on by itself as soon as it can.' : message;

const say = (done) => {
  if (done !== undefined) announce(done);
};

/**
 * @param look reads and shows what there is, and says whether that is anything new; never two at a time
 * @param about.isSoon whether something is expected to change at any moment
 * @param about.isClaim whether a look holds on to what others could do
 * @param about.isOver whether what is watched is not shown any more
 * @param about.failed gets a sentence of why a look that nobody asked for has failed
 * @returns a function that looks at once, because something was done, which it says
 */
export function watch(look, { isSoon, isClaim, isOver, failed }) {
  let timer;
  let pressedAt = -Infinity;
  let soonMs = SOON_MS;
  let looking = Promise.resolve();
  const lookInTurn = (done) => {
    const result = looking.then(() => {
      // The look before may have said something else.
      say(done);
      return look(done);
    });
    looking = result
      .catch(() => false)
      .then((isNew) => {
        soonMs = isNew ? SOON_MS : Math.min(soonMs * SLOWER, LATER_MS);
        wait();
      });
    return looking.then(() => result);
  };
  const isDue = () => Date.now() - seenAt < (isClaim() ? THERE_WITH_CLAIM_MS : THERE_MS);
  const wait = () => {
    clearTimeout(timer);
    if (document.hidden) return;
    const unpressedMs = isSoon() ? soonMs : LATER_MS;
    timer = setTimeout(lookIfDue, Date.now() - pressedAt < AFTER_PRESS_MS ? SOON_MS : unpressedMs);
  };
  const lookUnasked = () => lookInTurn().catch((error) => failed(describeMissed(error)));
  const lookIfDue = () => {
    if (isOver()) return;
    if (isDue()) void lookUnasked();
    else paused.add(lookUnasked);
  };
  const visible = () => {
    if (isOver()) document.removeEventListener('visibilitychange', visible);
    else if (document.hidden) clearTimeout(timer);
    else {
      soonMs = SOON_MS;
      void lookUnasked();
    }
  };
  document.addEventListener('visibilitychange', visible);
  wait();
  return (done) => {
    pressedAt = Date.now();
    // However long the look before takes.
    say(done);
    return lookInTurn(done);
  };
}
