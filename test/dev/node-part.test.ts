import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodePart } from '../../dev/node-part';
import { makeScratchFolder } from './scratch-folder';

test('a program of ours is run by Node with the options that are given for it', async () => {
  const folder = await makeScratchFolder();
  const script = join(folder.path, 'program.js');
  const lines = [
    "console.log('options', ...process.execArgv);",
    "process.once('disconnect', () => process.exit(0));",
    "console.log('ready');",
  ];
  await writeFile(script, lines.join('\n'));
  const logFile = join(folder.path, 'program.log');
  const part = nodePart({
    ...{ name: 'program', script, env: {}, logFile, pidFile: join(folder.path, 'program.pid') },
    ...{ killing: new AbortController().signal, graceMs: 1000, say: () => undefined },
    nodeOptions: ['--max-semi-space-size=3'],
  });
  const running = await part.start(new AbortController().signal);
  await running.stop();
  expect(await readFile(logFile, 'utf8')).toContain('options --enable-source-maps --max-semi-space-size=3\n');
  await folder.remove();
});
