/** How fast the public lookup of a badge is, beside a bare Express route that answers a constant. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import { MARKETPLACE_CODES, regionsOf } from '../domain/marketplaces';
import type { ConstantSettings } from './bare/constant-route';
import { ask, endChild, startChild } from './child-program';
import { addEnabledBadges, readOwner } from './enabled-badges';
import { percentiles, type Percentiles } from './lives';
import type { LoadFigures, LoadOrder } from './load';
import { pathOf, type LookupKeys } from './lookup-keys';
import type { Surroundings } from './surroundings';
import { addSpent, readCpuTimes, spentBetween, type CpuTimes } from './processes';
import { startProduct } from './product-run';

const MARKETPLACES = regionsOf(MARKETPLACE_CODES).na ?? [];
const FIRST_LISTING = 20_000_000;
const SEED = 20_261_122;
/** No audit looks at them meanwhile. */
const DUE_SINCE_HOURS = -48;
const CONNECTIONS = 64;
/** Rounds of each as fast as calls are answered, then by a schedule. */
const ROUNDS = 5;
const ROUND_SECONDS = 3;
/** Not counted. */
const WARM_UP_SECONDS = 3;
/** Calls a second by a schedule. */
const STEADY_RATE = 2_000;
/** Taking turns. */
const NAMES = ['product', 'bare'] as const;

interface RouteFigures {
  readonly perSecond: number;
  /** At {@link LookupFigures.steadyRate}, each from when it was due. */
  readonly steadyMs: Percentiles | null;
  /** Milliseconds of CPU for a thousand answers as fast as they come, by process. */
  readonly cpuMsPerThousand: CpuTimes;
}

export interface LookupFigures extends RouteFigures {
  readonly badges: number;
  readonly bare: RouteFigures;
  /** Lookups for each answer of the bare route. */
  readonly ratioToBare: number;
  /** Calls a second by a schedule. */
  readonly steadyRate: number;
  readonly failures: readonly string[];
}

/** What is compared: where it is, and the CPU times of the processes behind it. */
interface Route {
  readonly name: string;
  readonly url: string;
  readonly readCpu: () => Promise<CpuTimes>;
}

type Name = (typeof NAMES)[number];
type Routes = Readonly<Record<Name, Route>>;
type Round = Omit<LoadFigures, 'failed'> & { readonly cpu: CpuTimes };

/**
 * Starts a product of its own with so many badges, a bare route and a load, each in a process of its own.
 * @throws Error when one of them does not start
 */
export async function measureLookups(count: number, around: Surroundings): Promise<LookupFigures> {
  const { signal, say } = around;
  const folder = join(around.folder, 'lookups');
  // As root the embedded PostgreSQL runs as another user, who has to pass.
  await mkdir(folder, { mode: 0o711 });
  say(`Lookups of ${count} badges …`);
  const running = await startProduct(join(__dirname, '..', '..'), folder);
  around.atEnd(() => running.stop());
  const run = await running.ready(signal);
  const keys: LookupKeys = { count, from: FIRST_LISTING, marketplaces: MARKETPLACES, seed: SEED };
  await fill(run.database.url, keys);
  const children: ChildProcess[] = [];
  around.atEnd(() => Promise.all(children.map(endChild)));
  try {
    const path = pathOf(keys, 0);
    const answer = (await (await fetch(new URL(path, run.url))).json()) as object;
    const constant: ConstantSettings = { path: '/v1/badges/:marketplace/:asin', answer };
    const bare = await startChild<number>(join(__dirname, 'bare', 'constant-route.js'), constant);
    children.push(bare.child);
    const load = await startChild(join(__dirname, 'lookup-load.js'), keys);
    children.push(load.child);
    const loadPid = load.child.pid ?? 0;
    const routes: Routes = {
      product: {
        name: 'product',
        url: run.url,
        readCpu: () => readCpuTimes(running.dataDir, { supervisor: running.pid, load: loadPid }),
      },
      bare: {
        name: 'bare route',
        url: `http://127.0.0.1:${bare.answer}`,
        readCpu: () => readCpuTimes(running.dataDir, { 'bare route': bare.child.pid ?? 0, load: loadPid }),
      },
    };
    return { badges: count, ...(await compareRoutes(routes, load.child, around)) };
  } finally {
    await Promise.all(children.map(endChild));
    await running.stop();
  }
}

/** Of a listing's requests, one badge in each of the marketplaces. */
async function fill(databaseUrl: string, { count, from, marketplaces }: LookupKeys): Promise<void> {
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  try {
    await addEnabledBadges(database, await readOwner(database), {
      count: Math.ceil(count / marketplaces.length),
      ...{ marketplaces, from, dueSinceHours: DUE_SINCE_HOURS },
    });
    // What a server of some age has done in the meantime.
    await database.query('vacuum badges');
    await database.query('checkpoint');
  } finally {
    await database.end();
  }
}

async function compareRoutes(routes: Routes, loader: ChildProcess, { signal, say }: Surroundings) {
  const failures: string[] = [];
  const run = async ({ url, name, readCpu }: Route, order: Pick<LoadOrder, 'seconds' | 'rate'>) => {
    signal.throwIfAborted();
    const before = await readCpu();
    const round = await ask<LoadFigures>(loader, { url, connections: CONNECTIONS, ...order });
    if (round.failed > 0) failures.push(`${round.failed} calls to the ${name} were not answered with 200`);
    return { ...round, cpu: spentBetween(before, await readCpu()) };
  };
  for (const name of NAMES) await run(routes[name], { seconds: WARM_UP_SECONDS, rate: null });
  const fastest = await inTurns(async (name) => {
    const round = await run(routes[name], { seconds: ROUND_SECONDS, rate: null });
    say(`  ${routes[name].name}: ${(round.answered / round.seconds).toFixed(0)} a second`);
    return round;
  });
  const steady = await inTurns((name) => run(routes[name], { seconds: ROUND_SECONDS, rate: STEADY_RATE }));
  const figuresOf = (name: Name): RouteFigures => ({
    perSecond: fastest[name].answered / fastest[name].seconds,
    steadyMs: percentiles(steady[name].latenciesMs),
    cpuMsPerThousand: perThousand(fastest[name]),
  });
  const [bare, product] = [figuresOf('bare'), figuresOf('product')];
  const ratioToBare = product.perSecond / bare.perSecond;
  return { ...product, bare, ratioToBare, steadyRate: STEADY_RATE, failures };
}

/** Rounds of both, one after another, so that a machine that slows down slows both. @returns their sums */
async function inTurns(measureRound: (name: Name) => Promise<Round>): Promise<Record<Name, Round>> {
  const none: Round = { answered: 0, seconds: 0, latenciesMs: [], cpu: {} };
  const sums = { product: none, bare: none };
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of NAMES) {
      const [sum, one] = [sums[name], await measureRound(name)];
      sums[name] = {
        answered: sum.answered + one.answered,
        seconds: sum.seconds + one.seconds,
        latenciesMs: [...sum.latenciesMs, ...one.latenciesMs],
        cpu: addSpent(sum.cpu, one.cpu),
      };
    }
  return sums;
}

function perThousand({ cpu, answered }: Round): CpuTimes {
  if (cpu === null || answered === 0) return null;
  const each = Object.entries(cpu).map(([name, ms]): [string, number] => [name, (ms / answered) * 1000]);
  return Object.fromEntries(each.filter(([, ms]) => ms >= 0.5));
}
