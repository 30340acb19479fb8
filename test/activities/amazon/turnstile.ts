import type { CallLimiter } from '../../../activities/amazon/call-limiter';
import { CALL_PRIORITIES, type CallPriority } from '../../../activities/amazon/call-line';

export interface Turnstile {
  readonly limiter: CallLimiter;
  /** Who waits for a turn, in order. */
  waiting(): CallPriority[];
  /** Waits until somebody wants a turn, gives it, by priority, and waits until it is used. */
  next(): Promise<void>;
  /** Gives turns until the work has ended. @returns how many */
  untilDone(work: Promise<unknown>): Promise<number>;
  /** What the limiter was told of answers. */
  readonly heard: number[];
}

/** A limiter whose turns the test gives. */
export function createTurnstile(): Turnstile {
  const line: { priority: CallPriority; go: () => Promise<unknown> }[] = [];
  const heard: number[] = [];
  const limiter: CallLimiter = {
    run: ({ priority, signal }, work) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const heed = async (status: number) => void heard.push(status);
        const entry = { priority, go: () => work(heed).then(resolve, reject) };
        line.push(entry);
        signal?.addEventListener('abort', () => {
          if (line.includes(entry)) line.splice(line.indexOf(entry), 1);
          reject(signal.reason as Error);
        });
      }),
  };
  /** The use of the turn that was given; null when nobody wants one. */
  const give = (): Promise<unknown> | null => {
    const [first] = CALL_PRIORITIES.flatMap((each) => line.filter(({ priority }) => priority === each));
    if (first === undefined) return null;
    line.splice(line.indexOf(first), 1);
    return first.go();
  };
  const aMoment = () => new Promise((resolve) => setImmediate(resolve));
  return {
    limiter,
    heard,
    waiting: () => line.map(({ priority }) => priority),
    async next() {
      let used = give();
      for (; used === null; used = give()) await aMoment();
      await used;
    },
    async untilDone(work) {
      let turns = 0;
      let done = false;
      const settled = work.then(
        () => (done = true),
        () => (done = true),
      );
      while (!done) {
        // Not waited for: what it is used for may need another one.
        if (give() !== null) turns += 1;
        await aMoment();
      }
      await settled;
      return turns;
    },
  };
}
