/** Rows of a test's own, for a drain to work off. */
import type { Drainable, ReportFailure } from '../../db/drain';

export interface Rows extends Drainable {
  countsDue?: true;
  restMs?: number;
  /** What is due, in this order; how each one goes. */
  readonly due: ((report?: ReportFailure, another?: () => void) => Promise<void>)[];
  /** Grows when a row is done, whatever became of it. */
  done: number;
  /** Rows that are worked on, now and at the most so far. */
  inHand: number;
  most: number;
  /** How often it was asked for a row. */
  looks: number;
  /** How often it was asked when the next one is due. */
  wakings: number;
  dueLater: Date | null;
  /** Since when the row in hand is due. */
  dueSince: Date | null;
  /** Says whether it is due, whatever a test makes of `Date.now`. */
  readonly clock: () => number;
  /** A row that is in hand until it is let go. */
  readonly held: () => Promise<void>;
  letGo(): void;
}

/** @param channel that tells of them */
export function createRows(channel: string): Rows {
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const made: Rows = {
    channel,
    due: [],
    done: 0,
    inHand: 0,
    most: 0,
    looks: 0,
    wakings: 0,
    dueLater: null,
    dueSince: null,
    clock: Date.now,
    held: () => gone,
    letGo,
    async nextDue(after) {
      made.wakings += 1;
      const at = [made.dueLater, made.dueSince].find((due) => due && due.getTime() > (after?.getTime() ?? 0));
      return { now: new Date(made.clock()), at: at ?? null, due: made.due.length };
    },
    async drainOne(report, another) {
      if (made.dueLater !== null && made.dueLater.getTime() <= made.clock()) {
        made.dueLater = null;
        made.due.push(quick);
      }
      made.looks += 1;
      const due = made.due.length + made.inHand;
      const row = made.due.shift();
      if (row === undefined) return 0;
      made.inHand += 1;
      made.most = Math.max(made.most, made.inHand);
      try {
        await row(report, another);
        return due;
      } finally {
        made.inHand -= 1;
        made.done += 1;
      }
    },
  };
  return made;
}

export const quick = async () => new Promise<void>((resolve) => setImmediate(resolve));
export const failing = async () => {
  throw new Error('this row fails');
};

/** A row that is put off: the drain has no part in it beyond telling. */
export const putOff = async (report?: ReportFailure) => report?.(new Error('this row is put off'));
