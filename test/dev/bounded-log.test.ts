import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openLog } from '../../dev/bounded-log';
import { makeScratchFolder } from './scratch-folder';

let folder: Awaited<ReturnType<typeof makeScratchFolder>>;
beforeEach(async () => {
  folder = await makeScratchFolder();
});
afterEach(() => folder.remove());

test('a log that has grown large is put aside, and goes on in a new file', async () => {
  const file = join(folder.path, 'part.log');
  const log = openLog(file, 10);
  for (const line of ['first line\n', 'second line\n', 'third\n']) log.write(line);
  log.close();
  expect(await readFile(`${file}.1`, 'utf8')).toBe('second line\n');
  expect(await readFile(file, 'utf8')).toBe('third\n');
});

test('what cannot be written on a full disk is lost, and nothing else', () => {
  const log = openLog('/dev/full');
  log.write('a line\n');
  log.write('another line\n');
  log.close();
});

test('a log that cannot be begun anew is begun as soon as it can', async () => {
  const file = join(folder.path, 'logs', 'part.log');
  await mkdir(dirname(file));
  const log = openLog(file, 10);
  log.write('first line\n');
  await rm(dirname(file), { recursive: true });
  log.write('lost\n');
  await mkdir(dirname(file));
  log.write('third\n');
  log.close();
  expect(await readFile(file, 'utf8')).toBe('third\n');
});
