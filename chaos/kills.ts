/** Ends parts of a running product with SIGKILL at random moments; its supervisor brings each back. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../bench/random';
import { recallProcess, runsStill, signal as send } from '../dev/process-identity';

/** Names as the data folder writes them down. */
const PARTS = ['workers', 'api', 'temporal', 'postgres'] as const;
type PartName = (typeof PARTS)[number];
export type KillCounts = Readonly<Record<PartName, number>>;

/** Pauses before a kill: mostly short, so that kills meet restarts, too. */
const PAUSE_MS = { shortest: 100, longest: 6_000 };
/** So many kills wait until work has gone on since the last one; the others come upon it, however things stand. */
const SHARE_AFTER_WORK = 0.5;
/** So long it is waited for work to go on. */
const WORK_WITHIN_MS = 30_000;
/** How long a kill takes on the average, in milliseconds: the mean of a logarithmic distribution, and the work. */
export const MEAN_PAUSE_MS = 6_000;
const LOOK_AGAIN_MS = 20;

export interface Killing {
  readonly dataDir: string;
  readonly kills: number;
  readonly seed: number;
  /** Tells people of each kill. */
  readonly say: (line: string) => void;
  /** What is done so far. */
  readonly progress: () => Progress;
  readonly signal: AbortSignal;
}

export interface Progress {
  /** Grows with all that is done. */
  readonly done: number;
  /** For people. */
  readonly text: string;
}

/** @returns how often each part was killed */
export async function killAtRandom(killing: Killing): Promise<KillCounts> {
  const { dataDir, kills, say, progress, signal } = killing;
  const random = randomFrom(killing.seed);
  const counts = { workers: 0, api: 0, temporal: 0, postgres: 0 };
  const begin = Date.now();
  for (let number = 1; number <= kills; number += 1) {
    const pause = PAUSE_MS.shortest * (PAUSE_MS.longest / PAUSE_MS.shortest) ** random();
    const wanted = Math.floor(random() * PARTS.length);
    const afterWork = random() < SHARE_AFTER_WORK;
    if (afterWork) await untilWorkGoesOn(progress, signal);
    await sleep(pause, undefined, { signal });
    const { part, pid } = await firstRunning(dataDir, wanted, signal);
    const line = `${seconds(Date.now() - begin)} s  kill ${number} of ${kills}: ${part}, process ${pid}; ${progress().text}`;
    send(pid, 'SIGKILL');
    counts[part] += 1;
    say(line);
  }
  return counts;
}

async function untilWorkGoesOn(progress: () => Progress, signal: AbortSignal): Promise<void> {
  const { done } = progress();
  for (const end = Date.now() + WORK_WITHIN_MS; Date.now() < end;)
    if (progress().done > done) return;
    else await sleep(LOOK_AGAIN_MS, undefined, { signal });
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1).padStart(6);

/** The wanted part, or where that one is away at this moment the next of the list. */
async function firstRunning(
  dataDir: string,
  wanted: number,
  signal: AbortSignal,
): Promise<{ part: PartName; pid: number }> {
  for (;;) {
    for (const part of [...PARTS.slice(wanted), ...PARTS.slice(0, wanted)]) {
      const known = await recallProcess(join(dataDir, 'pids', `${part}.json`));
      if (known !== undefined && runsStill(known)) return { part, pid: known.pid };
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}
