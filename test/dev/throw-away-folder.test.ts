import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rememberProcess } from '../../dev/process-identity';
import { makeThrowAwayFolder, type ThrowAwayFolder } from '../../dev/throw-away-folder';

const prefix = `badge-request-folder-test-${process.pid}-`;
let made: ThrowAwayFolder[] = [];
let child: ChildProcess | undefined;

afterEach(async () => {
  for (const folder of made) await folder.remove();
  made = [];
  child?.kill('SIGKILL');
});

async function make(options = {}): Promise<ThrowAwayFolder> {
  const folder = await makeThrowAwayFolder(prefix, options);
  made.push(folder);
  return folder;
}

it('leaves alone what belongs to a process that runs', async () => {
  const first = await make();
  const second = await make();
  expect(first.path).not.toBe(second.path);
  expect(existsSync(first.path)).toBe(true);
});

const WAITING = 'setInterval(() => undefined, 1000)';
/** As if the process that made it had been killed. */
const abandon = (left: ThrowAwayFolder) =>
  writeFile(join(left.path, 'owner.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));

it('removes what a killed process has left, and ends its server', async () => {
  const left = await make();
  child = spawn(process.execPath, ['-e', WAITING]);
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  await rememberProcess(left.temporalPid, child.pid ?? 0);
  await abandon(left);
  await make();
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(existsSync(left.path)).toBe(false);
});

it('leaves neither data in memory nor the PostgreSQL on them', async () => {
  const removed = await make({ inMemory: true });
  const left = await make({ inMemory: true });
  const places: string[] = [];
  for (const { postgres } of [removed, left]) {
    await mkdir(join(postgres, 'data'), { recursive: true });
    places.push(await realpath(postgres));
  }
  await removed.remove();
  const data = join(places[1] ?? '', 'data');
  child = spawn(process.execPath, ['-e', WAITING, 'postgres', '-D', data]);
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  await writeFile(join(data, 'postmaster.pid'), `${child.pid}\n`);
  await abandon(left);
  await make();
  expect(await ended).toEqual([null, 'SIGINT']);
  expect([...places, left.path].filter((place) => existsSync(place))).toEqual([]);
});
