/** `npm run rehearse` as people run it: the built program, on servers of its own that are gone afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recallProcess, runsStill } from '../../dev/process-identity';
import type { Findings } from '../../rehearsal/findings';
import { makeScratchFolder } from '../dev/scratch-folder';
import { APPROVED, plant, plantPeople } from '../rehearsal/product-rows';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const program = join(__dirname, '..', '..', 'dist', 'rehearsal', 'main.js');
const until = `${new Date().getUTCFullYear() + 1}-12-31`;
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
  await plantPeople(database.pool);
  await plant(database.pool, 'soon', { status: 'PENDING', stage: 'SCHEDULED', certification: APPROVED });
});
afterEach(() => database.drop());

interface Ended {
  readonly code: number | null;
  readonly said: string;
  readonly complained: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      TEMPORAL_TEST_SERVER_PATH: process.env['TEST_TIME_SKIPPING_SERVER'],
      ...env,
    },
  });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, said, complained }));
  });
  return { child, ended };
}

/** Folders and processes that a rehearsal of this process id has left. */
async function leftovers(child: ChildProcess): Promise<string[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith('badge-request-rehearsal-'));
  const owners = await Promise.all(
    names.map((name) => readFile(join(tmpdir(), name, 'owner.json'), 'utf8').catch(() => '')),
  );
  const folders = names.filter((_, index) => owners[index]?.includes(`"pid":${child.pid},`));
  return [...folders, ...folders.flatMap(processesIn)];
}

/** Command lines that name a folder, from /proc; none where the system has none. */
function processesIn(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(folder));
}

it('prints what it finds, writes it where it is told to, and leaves nothing behind', async () => {
  const scratch = await makeScratchFolder();
  try {
    const json = join(scratch.path, 'found.json');
    await plant(database.pool, 'checked', {
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      certification: APPROVED,
    });
    const { child, ended } = start(['--until', until, '--json', json], {
      PROGRAM_SETTINGS: '{"WWA": {"autoApprove": true}}',
    });
    const { code, said, complained } = await ended;
    expect(said).toContain('Open requests: 2, as of ');
    expect(said).toContain('Would get stuck: none');
    expect(complained).toMatch(/^Running the open requests, 2, forward/);
    expect(code).toBe(0);
    const findings = JSON.parse(await readFile(json, 'utf8')) as Findings;
    const live = findings.goingLive.map(({ requestId, marketplace }) => `${requestId} ${marketplace}`);
    expect(live.sort()).toEqual(['checked US', 'soon US']);
    expect(await leftovers(child)).toEqual([]);
  } finally {
    await scratch.remove();
  }
});

it('ends with 1 when a request gets stuck', async () => {
  await plant(database.pool, 'stuck', { status: 'UNDER_REVIEW', stage: 'CHECKING', marketplaces: ['XX'] });
  const { code, said } = await start(['--until', until]).ended;
  expect(said).toMatch(/^ {2}stuck {2}TASK_FAILS {2}Cannot read/m);
  expect(code).toBe(1);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends everything that it has started on %s', async (signal) => {
  const { child, ended } = start(['--until', until]);
  // As soon as its servers are up.
  await once(child.stderr, 'data');
  const [folder = '', ...servers] = await leftovers(child);
  const clock = await recallProcess(join(tmpdir(), folder, 'temporal.json'));
  expect([servers.length > 0, clock !== undefined && runsStill(clock)]).toEqual([true, true]);
  child.kill(signal);
  const { code, complained } = await ended;
  expect(complained).toContain(`Ended by ${signal}`);
  expect(code).toBe(1);
  expect(processesIn(folder)).toEqual([]);
  expect(clock !== undefined && runsStill(clock)).toBe(false);
  expect(await leftovers(child)).toEqual([]);
});

it.each([
  [['--until', 'soon'], {}, 2, '--until soon must be a date'],
  [['--until', until], { DATABASE_URL: '', DATA_DIR: '/nowhere' }, 1, 'There is nothing to rehearse'],
])('says in a sentence why %j with %j does not begin', async (args, env, expected, message) => {
  const { code, said, complained } = await start(args, env).ended;
  expect(complained).toContain(message);
  expect(complained.trimEnd().split('\n')).toHaveLength(1);
  expect(said).toBe('');
  expect(code).toBe(expected);
});
