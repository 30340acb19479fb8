/** What requests cost that do nothing but wait for their certification. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { runClosedLoop } from './lives';
import { readParts, readRssMib } from './processes';
import type { Product } from './product';

export interface WaitingFigures {
  /** How many wait; fewer than asked for where the time was over. */
  readonly waiting: number;
  readonly kibPerWaiting: { readonly temporal: number; readonly postgres: number } | null;
  readonly workerRssMib: number | null;
  readonly failures: readonly string[];
}

/**
 * Brings requests as far as waiting for their certification, and weighs what they add to the files.
 * @param until no request is begun after this instant of `performance.now()`
 */
export async function measureWaiting(
  product: Product,
  { database, dataDir }: { database: pg.Pool; dataDir: string },
  { count, concurrency, until }: { count: number; concurrency: number; until: number },
): Promise<WaitingFigures> {
  const weigh = async () => ({
    temporal: await temporalBytes(dataDir),
    postgres: await databaseBytes(database),
  });
  const creations = await product.prepareOfOneProduct(count);
  const before = await weigh();
  let waiting = 0;
  const failures = await runClosedLoop(creations, concurrency, async (create) => {
    if (performance.now() > until) return;
    const id = await create();
    await product.submit(id);
    await product.watch.until(id, 'AWAITING_REVIEWER');
    await product.approve(id);
    waiting += 1;
  });
  await product.settle();
  const after = await weigh();
  const kibEach = (bytes: number) => bytes / 1024 / waiting;
  return {
    waiting,
    kibPerWaiting:
      waiting === 0
        ? null
        : {
            temporal: kibEach(after.temporal - before.temporal),
            postgres: kibEach(after.postgres - before.postgres),
          },
    workerRssMib: await readRssMib((await readParts(dataDir))['workers']),
    failures,
  };
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
