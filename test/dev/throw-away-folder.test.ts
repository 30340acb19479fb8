import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
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

async function make(): Promise<ThrowAwayFolder> {
  const folder = await makeThrowAwayFolder(prefix);
  made.push(folder);
  return folder;
}

it('leaves alone what belongs to a process that runs', async () => {
  const first = await make();
  const second = await make();
  expect(first.path).not.toBe(second.path);
  expect(existsSync(first.path)).toBe(true);
});

it('removes what a killed process has left, and ends its server', async () => {
  const left = await make();
  child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  await rememberProcess(left.temporalPid, child.pid ?? 0);
  await writeFile(join(left.path, 'owner.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
  await make();
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(existsSync(left.path)).toBe(false);
});
