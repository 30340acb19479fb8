/** What requests cost that do nothing but wait for their certification. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { variables } from '../config';
import { collectGarbage } from './garbage';
import { runClosedLoop } from './lives';
import { readCpuTimes, readParts, readRssMib, spentBetween, type CpuTimes } from './processes';
import type { Product } from './product';
import type { ProductRun } from './product-run';

/** How many of them a worker keeps in memory; those beyond are evicted. */
const CACHED = variables.WORKER_MAX_CACHED_WORKFLOWS.rule.parse(undefined);
/** Few enough that no call waits for a worker too long, also on a machine with other work. */
const PREPARED_AT_A_TIME = 10;
/** Fewer evicted ones disappear in what a process's memory varies by. */
const LEAST_EVICTED = 500;
/** Until what runs at a request's end is over, before memory is read. */
const CALM_MS = 15_000;
/**
 * V8 gives memory back over many collections, and shrinks the space of new objects only where few are made meanwhile: so often
 * nothing is to come back before it is weighed.
 */
const IN_VAIN = 4;
const LEAST_MIB = 1;
const MOST_COLLECTIONS = 40;
/** Until a collection that was asked for is over. */
const COLLECTION_MS = 2_000;
/** For how long the product is left alone. */
const IDLE_MS = 30_000;

export interface WaitingFigures {
  /** How many wait; fewer than asked for where the time was over. */
  readonly waiting: number;
  readonly kibPerWaiting: { readonly temporal: number; readonly postgres: number } | null;
  readonly workerMemory: WorkerMemory | null;
  /** CPU time with all of them waiting and nobody calling, in percent of a core, by process. */
  readonly idleCpuPercent: CpuTimes;
  readonly failures: readonly string[];
}

/** Resident memory of the workers. */
interface WorkerMemory {
  /** Before any of them is created, after the lives under load. */
  readonly baseMib: number;
  /** With all of them waiting. */
  readonly rssMib: number;
  /** Of that, what is left once garbage is collected. */
  readonly heldMib: number;
  /** What one adds that is kept in memory. */
  readonly kibPerCached: number | null;
  /** What one adds beyond those: it or another one has been evicted. Below 0 where there was more garbage before them. */
  readonly kibPerEvicted: number | null;
  /** The same with garbage collected before them and after. */
  readonly heldKibPerEvicted: number | null;
}

/**
 * Brings requests as far as waiting for their certification, and weighs what they add to files and memory.
 * @param until no request is begun after this instant of `performance.now()`
 */
export async function measureWaiting(
  product: Product,
  { database, running }: { database: pg.Pool; running: Pick<ProductRun, 'dataDir' | 'pid'> },
  { count, until }: { count: number; until: number },
): Promise<WaitingFigures> {
  const { dataDir } = running;
  const weigh = async () => ({
    temporal: await temporalBytes(dataDir),
    postgres: await databaseBytes(database),
    workersMib: await weighProcess((await readParts(dataDir))['workers']),
  });
  const creations = await product.prepareOfOneProduct(count);
  let waiting = 0;
  const failures: string[] = [];
  const addUpTo = async (enough: number) => {
    const next = creations.slice(0, Math.max(0, enough - waiting));
    const failed = await runClosedLoop(next, PREPARED_AT_A_TIME, async (create) => {
      if (performance.now() > until) return;
      const id = await create();
      await product.submit(id);
      await product.watch.until(id, 'AWAITING_REVIEWER');
      await product.approve(id);
      waiting += 1;
    });
    failures.push(...failed);
    await product.settle();
    if (next.length > 0) await sleep(CALM_MS);
    return { waiting, ...(await weigh()) };
  };
  const before = { waiting, ...(await weigh()) };
  const full = await addUpTo(CACHED);
  const after = await addUpTo(count);
  return {
    waiting,
    kibPerWaiting:
      waiting === 0
        ? null
        : {
            temporal: (after.temporal - before.temporal) / 1024 / waiting,
            postgres: (after.postgres - before.postgres) / 1024 / waiting,
          },
    workerMemory: memoryOf(before, full, after),
    idleCpuPercent: waiting === 0 ? null : await measureIdle(running),
    failures,
  };
}

interface Weight {
  readonly waiting: number;
  readonly workersMib: ProcessMemory | null;
}

/** Resident memory of a process in MiB. */
interface ProcessMemory {
  readonly found: number;
  /** Once it has collected its garbage. */
  readonly held: number;
}

/** @returns null where a system does not tell */
async function weighProcess(pid: number | undefined): Promise<ProcessMemory | null> {
  const found = await readRssMib(pid);
  if (pid === undefined || found === null) return null;
  let held = found;
  for (let [times, vain] = [0, 0]; times < MOST_COLLECTIONS && vain < IN_VAIN; times += 1) {
    collectGarbage(pid);
    await sleep(COLLECTION_MS);
    const left = await readRssMib(pid);
    if (left === null) return null;
    vain = left > held - LEAST_MIB ? vain + 1 : 0;
    held = Math.min(held, left);
  }
  return { found, held };
}

export function memoryOf(before: Weight, full: Weight, after: Weight): WorkerMemory | null {
  if (before.workersMib === null || full.workersMib === null || after.workersMib === null) return null;
  const [base, cache, all] = [before.workersMib, full.workersMib, after.workersMib];
  const [cached, evicted] = [full.waiting - before.waiting, after.waiting - full.waiting];
  const perEvicted = (fromMib: number, toMib: number) =>
    evicted >= LEAST_EVICTED ? ((toMib - fromMib) * 1024) / evicted : null;
  return {
    baseMib: base.held,
    rssMib: all.found,
    heldMib: all.held,
    kibPerCached: cached > 0 ? ((cache.held - base.held) * 1024) / cached : null,
    kibPerEvicted: perEvicted(cache.found, all.found),
    heldKibPerEvicted: perEvicted(cache.held, all.held),
  };
}

async function measureIdle({ dataDir, pid }: Pick<ProductRun, 'dataDir' | 'pid'>): Promise<CpuTimes> {
  const before = await readCpuTimes(dataDir, { supervisor: pid });
  await sleep(IDLE_MS);
  const spent = spentBetween(before, await readCpuTimes(dataDir, { supervisor: pid }));
  if (spent === null) return null;
  return Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, (ms / IDLE_MS) * 100]));
}

/** The dev server's file and the log that has not been written back to it. */
async function temporalBytes(dataDir: string): Promise<number> {
  const file = join(dataDir, 'temporal', 'temporal.db');
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function databaseBytes(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ size: string }>(
    'select pg_database_size(current_database()) as size',
  );
  return Number(rows[0]?.size ?? 0);
}
