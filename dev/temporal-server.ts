/** The embedded Temporal: the development server on one file, or in memory for tests. */
import { Connection } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { answers, freePorts, LOOPBACK } from './free-port';
import { endRemembered } from './process-identity';
import { runProgram, waitUntilReady } from './program';

/** How long ended workflows can be looked at; the server's own default is one day. */
const RETENTION_MS = 30 * 86_400_000;

export interface TemporalOptions {
  /** Path of the program `temporal`. */
  program: string;
  namespace: string;
  logFile: string;
  /** Where the process is written down, so that a later run ends what a killed one has left. */
  pidFile: string;
  /** Where its state lies; in memory when left out. */
  dbFile?: string;
  /** Free ones when left out; without a UI port there is no UI. */
  ports?: { server: number; http: number; metrics: number; ui?: number };
  /** Gives up waiting. */
  signal?: AbortSignal | undefined;
  /** Kills it at once. */
  killing?: AbortSignal | undefined;
}

export interface TemporalServer {
  address: string;
  namespace: string;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts Temporal and waits until the namespace answers.
 * @throws Error with the server's last lines when it does not start
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { namespace, logFile, pidFile, dbFile } = options;
  await endRemembered(pidFile);
  if (dbFile !== undefined) await mkdir(dirname(dbFile), { recursive: true });
  const ports = options.ports ?? (await somePorts());
  const program = await runProgram({
    command: options.program,
    args: argumentsFor({ namespace, dbFile, ports }),
    env: withoutTemporalSettings(process.env),
    logFile,
    pidFile,
    killing: options.killing,
  });
  const address = `${LOOPBACK}:${ports.server}`;
  const waiting = { timeoutMs: 60_000, logFile, signal: options.signal };
  await waitUntilReady('Temporal', program, () => namespaceAnswers(ports.server, namespace), waiting);
  return {
    address,
    namespace,
    pid: program.pid,
    exited: program.exited,
    stop: () => program.stop(['SIGTERM', 1500]),
  };
}

type Ports = NonNullable<TemporalOptions['ports']>;

async function somePorts(): Promise<Ports> {
  const [server = 0, http = 0, metrics = 0] = await freePorts(3);
  return { server, http, metrics };
}

function argumentsFor(options: { namespace: string; dbFile: string | undefined; ports: Ports }): string[] {
  const { namespace, dbFile, ports } = options;
  const args = ['server', 'start-dev', '--ip', LOOPBACK, '--namespace', namespace];
  args.push('--port', String(ports.server), '--http-port', String(ports.http));
  args.push('--metrics-port', String(ports.metrics), '--log-level', 'warn', '--log-format', 'json');
  if (ports.ui === undefined) args.push('--headless');
  else args.push('--ui-ip', LOOPBACK, '--ui-port', String(ports.ui));
  // As durable as SQLite's default and with a quarter of its flushes: one log in place of a journal per write.
  if (dbFile !== undefined) args.push('--db-filename', dbFile);
  if (dbFile !== undefined)
    for (const pragma of ['journal_mode=WAL', 'synchronous=FULL']) args.push('--sqlite-pragma', pragma);
  args.push('--dynamic-config-value', 'frontend.enableServerVersionCheck=false');
  // An activity on the workflow's own queue starts with the workflow task's answer: fewer state transitions.
  args.push('--dynamic-config-value', 'system.enableActivityEagerExecution=true');
  // With its default of 20 polls a second each task waits 25 to 46 ms before it is handed on (measured).
  args.push('--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000');
  return args;
}

/** The program would read TEMPORAL_* as its own flags. */
const withoutTemporalSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));

async function namespaceAnswers(port: number, namespace: string): Promise<boolean> {
  // A first refused connection makes gRPC back off for a second; a plain one costs nothing.
  if (!(await answers(port))) return false;
  const connection = await Connection.connect({ address: `${LOOPBACK}:${port}`, connectTimeout: 2000 }).catch(
    () => undefined,
  );
  if (connection === undefined) return false;
  try {
    return await connection.withDeadline(Date.now() + 2000, () => prepareNamespace(connection, namespace));
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

async function prepareNamespace({ workflowService }: Connection, namespace: string): Promise<boolean> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const kept = config?.workflowExecutionRetentionTtl;
  if (!kept || tsToMs(kept) < RETENTION_MS)
    await workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(RETENTION_MS) },
    });
  return true;
}
