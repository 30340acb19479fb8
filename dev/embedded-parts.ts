/** The embedded parts as the supervisor runs them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { putAside } from './bounded-log';
import type { DataFolder } from './data-folder';
import type { IdentitySettings } from './identity-provider/main';
import { nodePart, type NodePart } from './node-part';
import { startPostgres } from './postgres';
import type { EmbeddedPorts } from './remembered-ports';
import type { Part } from './supervisor';
import { startTemporal } from './temporal-server';

/** What every part of a run is given. */
export interface Run {
  folder: DataFolder;
  killing: AbortSignal;
  say: (line: string) => void;
}
export type EmbeddedRun = Run & { ports: EmbeddedPorts };

/** Folder of the built programs. */
const dist = join(__dirname, '..');

export const postgresPart = ({ folder, ports, killing }: EmbeddedRun, password: string): Part => ({
  name: 'PostgreSQL',
  start(signal) {
    const logFile = folder.log('postgres');
    putAside(logFile);
    return startPostgres({
      folder: join(folder.path, 'postgres'),
      logFile,
      pidFile: folder.pid('postgres'),
      password,
      port: ports.postgres,
      signal,
      killing,
    });
  },
});

export const temporalPart = (
  { folder, ports, killing }: EmbeddedRun,
  program: string,
  namespace: string,
): Part => ({
  name: 'Temporal',
  async start(signal) {
    const logFile = folder.log('temporal');
    putAside(logFile);
    const home = join(folder.path, 'temporal');
    await mkdir(home, { recursive: true, mode: 0o700 });
    return startTemporal({
      program,
      namespace,
      dbFile: join(home, 'temporal.db'),
      logFile,
      pidFile: folder.pid('temporal'),
      ports: {
        server: ports.temporal,
        http: ports.temporalHttp,
        metrics: ports.temporalMetrics,
        ui: ports.temporalUi,
      },
      signal,
      killing,
    });
  },
});

/** The catalogue and the skill store; the catalogue's pages ask `url` which badges there are. */
export const standInsPart = (run: EmbeddedRun, url: string): Part =>
  ownPart(run, 'stand-ins', 'dev/stand-ins/main.js', {
    graceMs: 1000,
    env: {
      ...process.env,
      RETAIL_PORT: String(run.ports.retail),
      SKILLS_PORT: String(run.ports.skills),
      BADGE_LOOKUP_URL: url,
    },
  });

export const mailCatcherPart = (run: EmbeddedRun): Part =>
  ownPart(run, 'mail-catcher', 'dev/mail-catcher/main.js', {
    graceMs: 1000,
    env: process.env,
    args: [
      ['--smtp-port', run.ports.smtp],
      ['--http-port', run.ports.mail],
      ['--folder', join(run.folder.path, 'mail')],
    ]
      .flat()
      .map(String),
  });

/** Knows the people of the demo; the console is its one client. */
export const identityProviderPart = (run: EmbeddedRun, settings: IdentitySettings): Part =>
  ownPart(run, 'identity-provider', 'dev/identity-provider/main.js', {
    graceMs: 1000,
    env: { ...process.env, IDENTITY_SETTINGS: JSON.stringify(settings) },
  });

/** How long API and workers may take to finish what they are doing. */
const GRACE_MS = 5500;

/**
 * In MiB, half of what V8 takes for new objects in each thread, and gives back late: 16 unless told. Few of the many that
 * replaying makes live on, so they need little room (docs/architecture.md, "What waiting and looking cost").
 */
export const WORKER_NODE_OPTIONS = ['--max-semi-space-size=2'];

export const workersPart = (run: Run, env: NodeJS.ProcessEnv): Part =>
  ownPart(run, 'workers', 'workers/main.js', { graceMs: GRACE_MS, env, nodeOptions: WORKER_NODE_OPTIONS });

export const apiPart = (run: Run, env: NodeJS.ProcessEnv): Part =>
  ownPart(run, 'api', 'api/main.js', { graceMs: GRACE_MS, env });

function ownPart(
  { folder, killing, say }: Run,
  name: string,
  script: string,
  rest: Pick<NodePart, 'graceMs' | 'env' | 'args' | 'nodeOptions'>,
): Part {
  const files = { logFile: folder.log(name), pidFile: folder.pid(name) };
  return nodePart({ name, script: join(dist, script), ...files, killing, say, ...rest });
}
