import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { adopt } from '../../dev/program';
import { makeScratchFolder } from './scratch-folder';

test('a program that cannot be written down, so that no later run could end it, is ended', async () => {
  const folder = await makeScratchFolder();
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  const pidFile = join(folder.path, 'missing', 'program.pid');
  await expect(adopt(child, { command: 'sleep', pidFile })).rejects.toThrow('ENOENT');
  expect(child.signalCode).toBe('SIGKILL');
  await folder.remove();
});
