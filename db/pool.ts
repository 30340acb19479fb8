import { createHash } from 'node:crypto';
import pg from 'pg';

export type Pool = pg.Pool;
/** A connection inside a transaction, or the pool itself. */
export type Queryable = Pick<pg.PoolClient, 'query'>;

// A calendar date stays a calendar date; the driver's default makes it a local midnight.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, (value) => Number(value));

const statementNames = new Map<string, string>();

/**
 * A statement that the server parses once for each connection. For statements that run often; their columns
 * are named, since one that returns `*` fails on a connection that has seen the table before a migration.
 */
export function prepared(
  text: string,
  values: unknown[] = [],
): { name: string; text: string; values: unknown[] } {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('hex').slice(0, 20);
    statementNames.set(text, name);
  }
  return { name, text, values };
}

/** Gives the parameter that stands for a value in a statement. */
export type Bind = (value: unknown) => string;

/**
 * A prepared statement made of parts, each of which binds its own values.
 * @param write makes the text; equal texts are one statement
 */
export function composed(write: (bind: Bind) => string): ReturnType<typeof prepared> {
  const values: unknown[] = [];
  const text = write((value) => `$${values.push(value)}`);
  return prepared(text, values);
}

export interface PoolOptions {
  readonly url: string;
  readonly size: number;
  readonly name: string;
  /** How long the server may take to answer, in milliseconds; absent: a little longer than it gives a statement itself. */
  readonly answerWithinMs?: number;
  /** How long a connection may take to open, in milliseconds; absent: long enough for a server that works. */
  readonly connectWithinMs?: number;
  /** Told when an idle connection breaks; the pool opens a new one by itself. */
  readonly onError: (error: Error) => void;
}

/** What the server itself gives a statement, in milliseconds. */
const STATEMENT_MS = 10_000;
/**
 * How long a connection that nobody needs stays open. A new one costs the server more than half of what a request's whole life
 * does, as its process reads the catalogues and parses and plans each statement anew. Work comes in bursts: what the last one
 * has opened is there for the next.
 */
const IDLE_MS = 600_000;

/**
 * Opens a bounded pool whose statements end by themselves, so that a stuck database shows as an error: the server ends
 * one that takes too long, and a server that has vanished or stands still is given up, with its connection.
 */
export function openPool({
  url,
  size,
  name,
  answerWithinMs = STATEMENT_MS + 2_000,
  connectWithinMs = 3_000,
  onError,
}: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: name,
    connectionTimeoutMillis: connectWithinMs,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: answerWithinMs,
    // So that an idle connection to what has vanished is noticed.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 60_000,
    // What is asked while an answer is awaited is sent at once: the answers come in the same order.
    pipeline: true,
  });
  pool.on('error', onError);
  pool.on('connect', (client) => {
    // One that breaks while it is in use fails the statement in hand; unheard, the event would end the process.
    client.on('error', () => undefined);
    // Travels with the first statement, which fails as well where this one is not answered.
    client.query(OWN_SETTINGS).catch(() => undefined);
  });
  return pool;
}

/**
 * What a server, database or role may set otherwise: the driver reads instants in this style alone, and what decides
 * locks the rows that it reads, which every stricter level answers with failures. The rest has the server end the session
 * of a program that no packet reaches, within a minute: a system's own two hours, or the sixteen minutes that a mail may
 * take, would keep what it had locked from others. A program that is only slow answers by its kernel, and keeps it.
 */
const OWN_SETTINGS = `select set_config('datestyle', 'ISO', false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
  set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '60s', false)`;

/** Sends a last statement and the commit together; resolves when both are done. Nothing may be asked afterwards. */
export type CommitWith = <Row extends pg.QueryResultRow>(
  statement: ReturnType<typeof prepared>,
) => Promise<pg.QueryResult<Row>>;

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Its begin travels with the first
 * statement, and its commit with the last one where that is known: a round trip costs more than most statements.
 */
export async function transact<Result>(
  pool: Pool,
  work: (connection: Queryable, commitWith: CommitWith) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect();
  let broken: Error | undefined;
  let committed = false;
  const commitWith: CommitWith = async <Row extends pg.QueryResultRow>(
    statement: ReturnType<typeof prepared>,
  ) => {
    committed = true;
    // After a statement that fails a commit undoes everything (PostgreSQL, COMMIT).
    const [last] = await Promise.all([connection.query<Row>(statement), connection.query('commit')]);
    return last;
  };
  try {
    const begun = connection.query('begin');
    begun.catch(() => undefined);
    const result = await work(connection, commitWith);
    await begun;
    if (!committed) await connection.query('commit');
    return result;
  } catch (error) {
    await connection.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    connection.release(broken);
  }
}
