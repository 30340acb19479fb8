import { spawn } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { claimDataFolder, DataFolderBusyError } from '../../dev/data-folder';
import { identify, recallProcess, rememberProcess, runsStill } from '../../dev/process-identity';
import { choosePorts } from '../../dev/remembered-ports';
import { loadSecrets } from '../../dev/secrets';
import { turnAfter } from '../../dev/sole-holder';
import { makeScratchFolder } from './scratch-folder';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: folder, remove } = await makeScratchFolder());
});
afterEach(() => remove());

describe('the data folder', () => {
  it('belongs to one run, which the next is told', async () => {
    const mine = await claimDataFolder(folder);
    await expect(claimDataFolder(folder)).rejects.toMatchObject({
      name: 'DataFolderBusyError',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    await mine.release();
    await (await claimDataFolder(folder)).release();
  });

  it('is taken over from a run that was killed', async () => {
    // This process runs, but it is not the one that was started then.
    await writeFile(join(folder, 'lock.json'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    await (await claimDataFolder(folder)).release();
  });

  it('is had by one of many who start at once', async () => {
    const lock = join(folder, 'lock.json');
    // Who finds what in between is up to the system: each round is another order.
    for (let round = 0; round < 100; round += 1) {
      await writeFile(lock, JSON.stringify({ pid: process.pid, startedAt: `long ago ${round}` }));
      const claims = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => claimDataFolder(folder)));
      expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const claim of claims)
        if (claim.status === 'rejected') expect(claim.reason).toBeInstanceOf(DataFolderBusyError);
      expect(await recallProcess(lock)).toEqual(identify(process.pid));
    }
    expect((await readdir(folder)).sort()).toEqual(['lock.json', 'logs', 'pids']);
  });

  it('is taken over from one that was killed while it took over from another', async () => {
    const lock = join(folder, 'lock.json');
    await writeFile(lock, 'cut off');
    await writeFile(turnAfter(lock, 'cut off'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    await claimDataFolder(folder);
    expect((await readdir(folder)).sort()).toEqual(['lock.json', 'logs', 'pids']);
  });

  it('is left to one that is taking it over', async () => {
    const lock = join(folder, 'lock.json');
    await writeFile(lock, 'cut off');
    await rememberProcess(turnAfter(lock, 'cut off'), process.pid);
    await expect(claimDataFolder(folder)).rejects.toThrow(DataFolderBusyError);
    expect(await readFile(lock, 'utf8')).toBe('cut off');
  });

  it('is made with the folders that it lies in, for whoever runs PostgreSQL to pass', async () => {
    const inside = join(folder, 'in Übersicht', 'data');
    await (await claimDataFolder(inside)).release();
    expect((await stat(inside)).mode & 0o777).toBe(0o711);
  });

  it.each([
    ['that is a file', () => join(folder, 'file')],
    ['below a file', () => join(folder, 'file', 'data')],
    // The system answers there as if the folder above were missing.
    ['below /proc', () => '/proc/data/here'],
  ])('%s is refused, with what to do', async (_where, path) => {
    await writeFile(join(folder, 'file'), '');
    await expect(claimDataFolder(path())).rejects.toMatchObject({
      name: 'DataFolderUnusableError',
      message: expect.stringContaining('Set DATA_DIR to another folder.') as string,
    });
  });

  it('is rid of what a killed run has left running, and of nothing else', async () => {
    const [left, other] = [sleeper(), sleeper()];
    const data = await claimDataFolder(folder);
    await rememberProcess(data.pid('left'), left);
    await writeFile(data.pid('other'), JSON.stringify({ pid: other, startedAt: 'another time' }));
    const [leftThen, otherThen] = [identify(left), identify(other)];
    await data.endLeftovers();
    expect(leftThen && runsStill(leftThen)).toBe(false);
    expect(otherThen && runsStill(otherThen)).toBe(true);
    process.kill(other, 'SIGKILL');
    await data.release();
  });

  function sleeper(): number {
    const { pid } = spawn('sleep', ['600'], { stdio: 'ignore' });
    if (pid === undefined) throw new Error('no process');
    return pid;
  }
});

describe('the secrets', () => {
  const file = () => join(folder, 'secrets.json');

  it('are made up once, and read by their owner alone', async () => {
    const first = await loadSecrets(file(), ['mira@northlight.example']);
    expect(await loadSecrets(file(), ['mira@northlight.example'])).toEqual(first);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('say that they are of development', async () => {
    const { postgresPassword, people, certificationSecret } = await loadSecrets(file(), ['a@b.example']);
    for (const secret of [postgresPassword, people['a@b.example']?.token, people['a@b.example']?.password])
      expect(secret).toContain('development');
    expect(people['a@b.example']?.token).toMatch(/^brs_/);
    expect(certificationSecret).toMatch(/^whsec_[A-Za-z0-9+/=]{24,}$/);
  });

  it('grow with the people and keep what was there', async () => {
    const first = await loadSecrets(file(), ['a@b.example']);
    const second = await loadSecrets(file(), ['a@b.example', 'c@d.example']);
    expect(second.people['a@b.example']).toEqual(first.people['a@b.example']);
    expect(Object.keys(second.people)).toEqual(['a@b.example', 'c@d.example']);
  });

  it('are not made up anew over a file that cannot be read', async () => {
    await writeFile(file(), '{"half":');
    await expect(loadSecrets(file(), [])).rejects.toThrow(/cannot be read as secrets/);
    expect(await readFile(file(), 'utf8')).toBe('{"half":');
  });
});

describe('the ports', () => {
  const file = () => join(folder, 'ports.json');

  it('are the same again, but for one that is busy', async () => {
    const first = await choosePorts(file(), 0);
    expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
    expect(await choosePorts(file(), 0)).toEqual(first);
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(first.smtp, '127.0.0.1', resolve));
    try {
      const { smtp, ...rest } = await choosePorts(file(), 0);
      expect(smtp).not.toBe(first.smtp);
      expect(first).toMatchObject(rest);
    } finally {
      await new Promise((resolve) => busy.close(resolve));
    }
  });

  it('leave out the one that is spoken for', async () => {
    const first = await choosePorts(file(), 0);
    const second = await choosePorts(file(), first.mail);
    expect(Object.values(second)).not.toContain(first.mail);
  });

  it('are chosen anew when the file cannot be read', async () => {
    await writeFile(file(), 'no ports');
    expect((await choosePorts(file(), 0)).postgres).toBeGreaterThan(0);
  });
});
