/** Programs under load, in turns, so that a machine that slows down slows all of them. */
import { runLives, type Program, type Series } from './lives';
import { addSpent, spentBetween, type CpuTimes } from './processes';

/** What a program did in all its rounds. */
export type Total = Series & { readonly cpu: CpuTimes };

/** Caches, connections and compiled code are there after so many lives. */
const WARM_UP = 20;
const ROUNDS = 2;

/**
 * Warms all up, then lets each live its share of `count` lives in each round.
 * @throws Error when a warm-up fails
 */
export async function compare<Name extends string>(
  programs: Readonly<Record<Name, Program>>,
  { count, concurrency }: { count: number; concurrency: number },
  { readCpu, say }: { readCpu: () => Promise<CpuTimes>; say: (line: string) => void },
): Promise<Record<Name, Total>> {
  const run = async (program: Program, share: number): Promise<Total> => {
    const creations = await program.prepare(share);
    const before = await readCpu();
    const series = await runLives(program, creations, { concurrency });
    return { ...series, cpu: spentBetween(before, await readCpu()) };
  };
  const names = Object.keys(programs) as Name[];
  for (const name of names) {
    const { failures } = await run(programs[name], WARM_UP);
    if (failures[0] !== undefined) throw new Error(`The ${programs[name].name} fails: ${failures[0]}`);
  }
  const totals: Partial<Record<Name, Total>> = {};
  for (let round = 1; round <= ROUNDS; round += 1)
    for (const name of names) {
      const total = await run(programs[name], Math.ceil(count / ROUNDS));
      say(`  ${programs[name].name}, round ${round}: ${rateOf(total).toFixed(1)} requests/s`);
      totals[name] = add(totals[name], total);
    }
  return totals as Record<Name, Total>;
}

function add(one: Total | undefined, other: Total): Total {
  if (one === undefined) return other;
  return {
    lives: [...one.lives, ...other.lives],
    failures: [...one.failures, ...other.failures],
    seconds: one.seconds + other.seconds,
    cpu: addSpent(one.cpu, other.cpu),
  };
}

/** Requests completed in a second. */
export const rateOf = ({ lives, seconds }: Series) => lives.length / seconds;

/** CPU milliseconds of one request by process; processes that did nothing are left out. */
export function cpuPerRequest({ cpu, lives }: Total): CpuTimes {
  if (cpu === null || lives.length === 0) return null;
  const each = Object.entries(cpu).map(([name, ms]): [string, number] => [name, ms / lives.length]);
  return Object.fromEntries(each.filter(([, ms]) => ms > 0.05));
}
