/** Keeps a part running: started again when it ends by itself, ended when everything ends. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A part that runs; how it ended is told in words. */
export interface Running {
  exited: Promise<string>;
  stop(): Promise<void>;
}

export interface Part {
  name: string;
  /** Resolves when the part can be used; rejects, leaving nothing running, when it does not come up. */
  start(stopping: AbortSignal): Promise<Running>;
}

export interface Supervision {
  /** Aborted when everything ends: nothing is started again from then on. */
  stopping: AbortSignal;
  /** Tells people. */
  say: (line: string) => void;
  /** Waits between two tries, in milliseconds; doubled from the first to the last. */
  backoff?: { firstMs: number; lastMs: number };
}

export interface Supervised {
  /** Ends the part; `stopping` has been aborted before. */
  stop(): Promise<void>;
}

/** A part that ran this long begins again with the shortest wait. */
const STEADY_MS = 30_000;

/**
 * Starts a part and keeps it running.
 * @throws Error when its first start fails
 */
export async function supervise(part: Part, supervision: Supervision): Promise<Supervised> {
  const { stopping } = supervision;
  const first = await part.start(stopping);
  const kept = keep(part, first, supervision);
  return { stop: async () => (await kept)?.stop() };
}

/**
 * Stops the parts of each stage side by side, the last stage first. A stage whose parts are not ours, or have not come up
 * when everything is to end, is not there.
 */
export async function stopStages(stages: readonly (readonly Supervised[] | undefined)[]): Promise<void> {
  for (const stage of [...stages].reverse())
    await Promise.allSettled((stage ?? []).map((part) => part.stop()));
}

/** @returns what runs when everything is to end, if anything does */
async function keep(part: Part, first: Running, supervision: Supervision): Promise<Running | undefined> {
  const { say, backoff = { firstMs: 200, lastMs: 10_000 } } = supervision;
  const stopping = followerOf(supervision.stopping);
  const ending = new Promise<undefined>((resolve) => {
    if (stopping.aborted) resolve(undefined);
    stopping.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let running: Running | undefined = first;
  let waitMs = backoff.firstMs;
  let since = Date.now();
  let trouble: string | undefined;
  for (;;) {
    if (running !== undefined) {
      trouble = await Promise.race([running.exited, ending]);
      if (trouble === undefined || stopping.aborted) return running;
      if (Date.now() - since > STEADY_MS) waitMs = backoff.firstMs;
      // What it has started itself must not stand in the way of the next one.
      await running.stop();
      running = undefined;
    }
    say(`${part.name} ${trouble}; it is started again`);
    await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return undefined;
    waitMs = Math.min(waitMs * 2, backoff.lastMs);
    try {
      running = await part.start(stopping);
      since = Date.now();
      say(`${part.name} runs again`);
    } catch (error) {
      if (stopping.aborted) return undefined;
      trouble = `did not start (${error instanceof Error ? error.message : String(error)})`;
    }
  }
}

/** All parts share one signal, and Node warns of more than ten listeners: each part has one, whatever it waits for. */
function followerOf(signal: AbortSignal): AbortSignal {
  const follower = new AbortController();
  if (signal.aborted) follower.abort();
  signal.addEventListener('abort', () => follower.abort(), { once: true });
  return follower.signal;
}
