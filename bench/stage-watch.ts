/** Waits for many requests at once with one query, so that watching costs the measured machine little. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Where requests stand, by id: a stage, or the status where there is none. */
export type ReadStages = (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Milliseconds between two looks: the fewer wait, the finer. */
const LOOK_MS = { few: 2, many: 25 };
const FEW = 4;
/** A request that takes longer has failed. */
const PATIENCE_MS = 30_000;
/** From here a request does not go on by itself. */
const ENDS = ['NEEDS_ATTENTION', 'REJECTED'];

export interface StageWatch {
  /**
   * Resolves once the request stands there.
   * @throws Error when it takes a wrong turn or too long
   */
  until(id: string, stage: string): Promise<void>;
}

interface Waiter {
  readonly stage: string;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function watchStages(read: ReadStages): StageWatch {
  const waiters = new Map<string, Waiter>();
  let looking = false;

  const settle = (id: string, waiter: Waiter, stage: string | undefined) => {
    const settled = (act: () => void) => {
      waiters.delete(id);
      act();
    };
    if (stage === waiter.stage) return settled(waiter.resolve);
    const wrong = stage !== undefined && ENDS.includes(stage);
    if (wrong || performance.now() > waiter.deadline)
      settled(() => waiter.reject(new Error(`${id} stands at ${stage}, awaited was ${waiter.stage}`)));
  };
  const look = async () => {
    while (waiters.size > 0) {
      await sleep(waiters.size > FEW ? LOOK_MS.many : LOOK_MS.few);
      const asked = [...waiters];
      const stages = await read(asked.map(([id]) => id));
      for (const [id, waiter] of asked) settle(id, waiter, stages.get(id));
    }
  };
  const keepLooking = () => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: Error) => {
        for (const { reject } of waiters.values()) reject(error);
        waiters.clear();
      })
      .finally(() => (looking = false));
  };
  return {
    until(id, stage) {
      return new Promise((resolve, reject) => {
        waiters.set(id, { stage, deadline: performance.now() + PATIENCE_MS, resolve, reject });
        keepLooking();
      });
    },
  };
}
