/**
 * Loaded into the product's own programs before their own code: a signal has one collect its garbage, so that its memory
 * shows what it holds, and not what V8 has had no reason yet to throw away.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { preloading } from './preload';

const SIGNAL = 'SIGUSR2';
const MARK = 'COLLECTS_GARBAGE_AT_A_SIGNAL';
/** Workflows run in threads, each with a heap of its own, and no thread is sent a signal. */
const CHANNEL = 'collect-garbage';

/** The environment that has a Node program collect when it is told to. */
export const collectingGarbage = () => ({ [MARK]: 'yes', ...preloading(__filename) });

/** Tells a program that runs with `collectingGarbage` to collect; it takes a second or two. */
export function collectGarbage(pid: number): void {
  process.kill(pid, SIGNAL);
}

if (process.env[MARK] !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const channel = new BroadcastChannel(CHANNEL);
  if (isMainThread)
    process.on(SIGNAL, () => {
      collect();
      channel.postMessage(null);
    });
  else channel.onmessage = collect;
  channel.unref();
}
