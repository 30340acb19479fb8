/** The embedded PostgreSQL: a real server on loopback, with a password, on the packages' programs. */
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort, LOOPBACK } from './free-port';
import { DATABASE_OWNER, endAbandoned, makeCluster, placeCluster } from './postgres-cluster';
import { preparePostgres } from './postgres-program';
import { runProgram, waitUntilReady, type Program } from './program';
import { unprivilegedUser } from './system-user';

export const DATABASE_NAME = 'badge_requests';

export interface PostgresOptions {
  /** Where its data lie; made when missing. */
  folder: string;
  logFile: string;
  /** Of the one role, which is set when the cluster is made. */
  password: string;
  /** A free one when left out. */
  port?: number | undefined;
  /** False trades crash safety for speed: for tests whose data nobody keeps. */
  durable?: boolean;
  pidFile?: string;
  /** Gives up waiting. */
  signal?: AbortSignal | undefined;
  /** Kills it at once. */
  killing?: AbortSignal | undefined;
}

export interface Postgres {
  /** Names the database, the role and its password. */
  url: string;
  port: number;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on its folder and waits until the database takes queries. What a killed run left
 * running there is ended first. As root the server runs as the folder's owner, or as nobody.
 * @throws Error with the server's last lines when it does not start
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const durable = options.durable ?? true;
  const user = await unprivilegedUser(options.folder);
  const native = await preparePostgres(user);
  const folder = await placeCluster(options.folder, user);
  const data = await makeCluster(folder, {
    native,
    user,
    password: options.password,
    durable,
    signal: options.signal,
  });
  await endAbandoned(data);
  const port = options.port ?? (await freePort());
  const program = await runProgram({
    command: join(native, 'bin', 'postgres'),
    args: ['-D', data, '-h', LOOPBACK, '-p', String(port), '-k', '', ...settings(durable)],
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    user,
    logFile: options.logFile,
    pidFile: options.pidFile,
    killing: options.killing,
  });
  const urlOf = (database: string) =>
    `postgres://${DATABASE_OWNER}:${encodeURIComponent(options.password)}@${LOOPBACK}:${port}/${database}`;
  const waiting = { timeoutMs: 60_000, logFile: options.logFile, signal: options.signal };
  await waitUntilReady('PostgreSQL', program, () => takesQueries(urlOf('postgres')), waiting);
  try {
    await makeDatabase(urlOf('postgres'));
  } catch (error) {
    await stop(program);
    throw error;
  }
  return {
    url: urlOf(DATABASE_NAME),
    port,
    pid: program.pid,
    exited: program.exited,
    stop: () => stop(program),
  };
}

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, from which it recovers at the next start. */
const stop = (program: Program) => program.stop(['SIGINT', 1500], ['SIGQUIT', 400]);

function settings(durable: boolean): string[] {
  const values: Record<string, string> = {
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A wrong password is no reason to wait longer: it throws. */
async function takesQueries(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    // invalid_password and invalid_authorization_specification of PostgreSQL's appendix A.
    if (code === '28P01' || code === '28000')
      throw new Error('PostgreSQL refuses the password in secrets.json: it belongs to other data', {
        cause: error,
      });
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function makeDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`create database ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}
