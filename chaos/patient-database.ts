/** Reads the product's database, again and again while it is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface PatientDatabase {
  /** @throws Error when it is away for too long, or the statement is wrong */
  rows<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** May be called again. */
  end(): Promise<void>;
}

const AWAY_AT_MOST_MS = 180_000;
const AGAIN_AFTER_MS = 200;
/** What PostgreSQL's appendix A says of a statement itself; everything else may pass. */
const WRONG = /^(22|23|42)/;

export function openPatiently(connectionString: string): PatientDatabase {
  const pool = new pg.Pool({
    connectionString,
    max: 3,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  let ended: Promise<void> | undefined;
  // One that breaks is replaced.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      for (const end = Date.now() + AWAY_AT_MOST_MS; ; await sleep(AGAIN_AFTER_MS)) {
        try {
          return (await pool.query<Row>(text, values)).rows;
        } catch (error) {
          const { code = '' } = error as { code?: string };
          if (WRONG.test(code) || Date.now() > end) throw error;
        }
      }
    },
    end: () => (ended ??= pool.end()),
  };
}
