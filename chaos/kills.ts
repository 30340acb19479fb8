/** Ends parts of a running product with SIGKILL at random moments; its supervisor brings each back. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recallProcess, runsStill, signal as send } from '../dev/process-identity';
import { randomFrom } from './random';

/** Names as the data folder writes them down. */
const PARTS = ['workers', 'api', 'temporal', 'postgres'] as const;
type PartName = (typeof PARTS)[number];
export type KillCounts = Readonly<Record<PartName, number>>;

/** Pauses between two kills: mostly short, so that kills meet restarts, too; sometimes long enough to get on. */
const PAUSE_MS = { shortest: 200, longest: 10_000 };
/** The mean of a pause, of its logarithmic distribution, in milliseconds. */
export const MEAN_PAUSE_MS =
  (PAUSE_MS.longest - PAUSE_MS.shortest) / Math.log(PAUSE_MS.longest / PAUSE_MS.shortest);
const LOOK_AGAIN_MS = 20;

export interface Killing {
  readonly dataDir: string;
  readonly kills: number;
  readonly seed: number;
  /** Tells people of each kill. */
  readonly say: (line: string) => void;
  /** What is done so far, for people. */
  readonly howFar: () => string;
  readonly signal: AbortSignal;
}

/** @returns how often each part was killed */
export async function killAtRandom(killing: Killing): Promise<KillCounts> {
  const { dataDir, kills, say, howFar, signal } = killing;
  const random = randomFrom(killing.seed);
  const counts = { workers: 0, api: 0, temporal: 0, postgres: 0 };
  const begin = Date.now();
  for (let number = 1; number <= kills; number += 1) {
    const pause = PAUSE_MS.shortest * (PAUSE_MS.longest / PAUSE_MS.shortest) ** random();
    const wanted = Math.floor(random() * PARTS.length);
    await sleep(pause, undefined, { signal });
    const { part, pid } = await firstRunning(dataDir, wanted, signal);
    const line = `${seconds(Date.now() - begin)} s  kill ${number} of ${kills}: ${part}, process ${pid}; ${howFar()}`;
    send(pid, 'SIGKILL');
    counts[part] += 1;
    say(line);
  }
  return counts;
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
