/** The servers of a rehearsal, which are thrown away: a database of its own, and a clock that can be skipped. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { migrate } from '../db/migrations';
import { openPool, type Pool } from '../db/pool';
import { startPostgres } from '../dev/postgres';
import type { ThrowAwayFolder } from '../dev/throw-away-folder';
import { startSkippingServer, type SkippingServer } from './skipping-server';

export interface Starting {
  readonly folder: ThrowAwayFolder;
  readonly signal: AbortSignal;
  /** Told how each thing that was started is put away; the last is to be first. */
  readonly atEnd: (end: () => Promise<unknown>) => void;
}

const CONNECTIONS = 20;

/** Starts PostgreSQL with an empty database at this version's schema. */
export async function startCopy({ folder, signal, atEnd }: Starting): Promise<Pool> {
  const postgres = await startPostgres({
    folder: folder.postgres,
    logFile: path.join(folder.path, 'postgres.log'),
    password: randomBytes(12).toString('hex'),
    durable: false,
    signal,
  });
  const migrating = migrate(postgres.url);
  atEnd(async () => {
    // A server that ends under it would end this process: its connection is not ours to listen to.
    await migrating.catch(() => undefined);
    await postgres.stop();
  });
  await migrating;
  const pool = openPool({
    url: postgres.url,
    size: CONNECTIONS,
    name: 'rehearsal',
    onError: () => undefined,
  });
  atEnd(() => pool.end());
  return pool;
}

/** @param program path of the time-skipping server */
export async function startClock(
  program: string,
  { folder, signal, atEnd }: Starting,
): Promise<SkippingServer> {
  const server = await startSkippingServer({
    program,
    logFile: path.join(folder.path, 'temporal.log'),
    pidFile: folder.temporalPid,
    signal,
  });
  atEnd(() => server.stop());
  return server;
}
