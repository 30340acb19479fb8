/** Many requests of one product that wait for its certification, with one midnight ahead of them. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { RunFile } from '../dev/run-file';
import { goLiveInstant } from '../domain/go-live';
import { marketplaceByCode, type MarketplaceCode } from '../domain/marketplaces';
import { runClosedLoop } from './lives';
import type { Surroundings } from './surroundings';
import { movingMidnights } from './moved-midnight';
import { readCpuTimes, type CpuTimes } from './processes';
import { connectToProduct, type Product } from './product';
import { startProduct } from './product-run';

const CONNECTIONS = 20;
/** Few enough that no call waits for a worker too long. */
const PREPARED_AT_A_TIME = 20;
const HOUR_MS = 3_600_000;

export interface OneProject {
  readonly run: RunFile;
  readonly product: Product;
  /** The embedded PostgreSQL, as its owner. */
  readonly database: pg.Pool;
  readonly temporal: Client;
  readonly marketplace: MarketplaceCode;
  /** On which they go live. */
  readonly date: string;
  /** Of the requests that wait. */
  readonly ids: readonly string[];
  readonly failures: readonly string[];
  /** Every date that is computed from now on begins at this instant, and not at its midnight. */
  moveMidnights(to: Date): Promise<void>;
  readCpu(): Promise<CpuTimes>;
  end(): Promise<void>;
}

/**
 * Starts a product of its own and brings so many requests as far as waiting for their certification.
 * @throws Error when it does not start
 */
export async function startOneProject(count: number, around: Surroundings): Promise<OneProject> {
  const folder = join(around.folder, 'one-project');
  // As root the embedded PostgreSQL runs as another user, who has to pass.
  await mkdir(folder, { mode: 0o711 });
  around.say(`${count} requests that wait for one certification …`);
  const { marketplace, date, instant } = nextMidnight(Date.now());
  const midnightFile = join(folder, 'midnight');
  const moveMidnights = async (to: Date) => {
    // Whole at every moment: the product's programs read it whenever they compute an instant.
    await writeFile(`${midnightFile}.new`, to.toISOString());
    await rename(`${midnightFile}.new`, midnightFile);
  };
  await moveMidnights(instant);
  const root = join(__dirname, '..', '..');
  const running = await startProduct(root, folder, 'LIFTED', movingMidnights(midnightFile));
  around.atEnd(() => running.stop());
  const run = await running.ready(around.signal);
  const database = new pg.Pool({ connectionString: run.database.url, max: 4 });
  database.on('error', () => undefined);
  const connection = await Connection.connect({ address: run.temporal.address });
  const product = connectToProduct(run, database, CONNECTIONS, [marketplace], { kind: 'ON_DATE', date });
  const ids: string[] = [];
  const creations = await product.prepareOfOneProduct(count);
  const failures = await runClosedLoop(creations, PREPARED_AT_A_TIME, async (create) => {
    around.signal.throwIfAborted();
    const id = await create();
    await product.submit(id);
    await product.watch.until(id, 'AWAITING_REVIEWER');
    await product.approve(id);
    ids.push(id);
  });
  await product.settle();
  return {
    run,
    product,
    database,
    temporal: new Client({ connection, namespace: run.temporal.namespace }),
    marketplace,
    date,
    ids,
    failures,
    moveMidnights,
    readCpu: () => readCpuTimes(running.dataDir, { driver: process.pid }),
    async end() {
      await product.close();
      await connection.close();
      await database.end();
      await running.stop();
    },
  };
}

/**
 * A marketplace whose next midnight is less than a day ahead, so that badges are staged as soon as they are
 * certified, and too far for the run to meet it; and the day that begins then.
 */
export function nextMidnight(now: number): { marketplace: MarketplaceCode; date: string; instant: Date } {
  for (const marketplace of ['US', 'JP'] as const)
    for (const days of [0, 1, 2]) {
      const date = new Date(now + days * 24 * HOUR_MS).toISOString().slice(0, 10);
      const instant = new Date(goLiveInstant(date, marketplaceByCode(marketplace).timeZone));
      const ahead = instant.getTime() - now;
      if (ahead > 2 * HOUR_MS && ahead < 23 * HOUR_MS) return { marketplace, date, instant };
    }
  throw new Error('There is no midnight to measure.');
}
