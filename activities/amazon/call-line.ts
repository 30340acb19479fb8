/** The line of those in this process who wait for a slot of one limit. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Slot } from '../../db/call-limits';
import { CallLaterError } from './call-later';

/**
 * Who goes first. Interactive: somebody waits for it, so it reserves turns ahead. The others go only while nothing
 * before them wants to: timely is what has an instant to be done by, background is what has none.
 */
export const CALL_PRIORITIES = ['interactive', 'timely', 'background'] as const;
export type CallPriority = (typeof CALL_PRIORITIES)[number];

export interface CallLine {
  /**
   * Resolves when it is one's turn: by priority, each kind in the order of asking.
   * @throws {CallLaterError} when the next slot is further away than is waited for, or cannot be had
   * @throws the signal's reason
   */
  turn(priority: CallPriority, signal: AbortSignal | undefined): Promise<void>;
  /**
   * Lets nobody through for a while, in milliseconds, not even for a slot that is reserved already.
   * @returns leaves that to whoever keeps the slots, once they know: they may be told otherwise since
   */
  close(waitMs: number): () => void;
}

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/** @param slots.explain turns what went wrong into what those in line are told */
export function createCallLine(slots: {
  take(longestWaitMs: number): Promise<Slot>;
  /** How long the other side wants no calls, in milliseconds. */
  closedFor(): Promise<number>;
  readonly longestWaitMs: number;
  explain(error: unknown): CallLaterError;
}): CallLine {
  const line: Record<CallPriority, Set<Waiting>> = {
    interactive: new Set(),
    timely: new Set(),
    background: new Set(),
  };
  let serving = false;
  let closedUntil = Number.NEGATIVE_INFINITY;
  /** Ends the pause of those who may not reserve; somebody interactive has come. */
  let rouse = new AbortController();

  const next = (): Waiting | undefined => {
    for (const priority of CALL_PRIORITIES)
      for (const first of line[priority]) {
        line[priority].delete(first);
        return first;
      }
    return undefined;
  };
  const sendAway = (error: Error) => {
    for (let waiting = next(); waiting !== undefined; waiting = next()) waiting.fail(error);
  };

  /** Takes one slot and lets one through. */
  const serveOne = async (): Promise<void> => {
    const interactive = line.interactive.size > 0;
    rouse = new AbortController();
    const closedMs = closedUntil - performance.now();
    const slot =
      closedMs > 0
        ? { taken: false, waitMs: closedMs }
        : await slots.take(interactive ? slots.longestWaitMs : 0);
    if (!slot.taken) {
      if (slot.waitMs > slots.longestWaitMs) return sendAway(tooLate(slot.waitMs));
      // Who may not reserve is woken when somebody comes who may.
      return pause(slot.waitMs, interactive ? undefined : rouse.signal);
    }
    if (slot.waitMs > 0) {
      await pause(slot.waitMs);
      // This process or another may have been told to wait since the slot was reserved.
      if (performance.now() < closedUntil || (await slots.closedFor()) > 0) return;
    }
    next()?.go();
  };
  const serve = async (): Promise<void> => {
    if (serving) return;
    serving = true;
    while (CALL_PRIORITIES.some((priority) => line[priority].size > 0))
      await serveOne().catch((error: unknown) => sendAway(slots.explain(error)));
    serving = false;
  };

  return {
    turn: (priority, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const leave = () => {
          line[priority].delete(waiting);
          reject(signal?.reason as Error);
        };
        const gone = () => signal?.removeEventListener('abort', leave);
        const waiting: Waiting = {
          go: () => resolve(gone()),
          fail: (error) => {
            gone();
            reject(error);
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        line[priority].add(waiting);
        if (priority === 'interactive') rouse.abort();
        void serve();
      }),
    close(waitMs) {
      const until = performance.now() + waitMs;
      closedUntil = Math.max(closedUntil, until);
      return () => {
        if (closedUntil === until) closedUntil = Number.NEGATIVE_INFINITY;
      };
    },
  };
}

const tooLate = (waitMs: number) =>
  new CallLaterError('It is not our turn to call Amazon yet.', Math.ceil(waitMs));

/** Never what keeps a process alive. */
const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);
