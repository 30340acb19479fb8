import { getEventListeners } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodePart } from '../../dev/node-part';
import { identify, runsStill } from '../../dev/process-identity';
import { stopStages, supervise, type Part, type Running } from '../../dev/supervisor';
import { makeScratchFolder } from './scratch-folder';

const backoff = { firstMs: 1, lastMs: 4 };

/** A part that ends when the test says so. */
function createFakePart(startsThatFail: number[] = []) {
  const runs: { end: (how: string) => void; stopped: boolean }[] = [];
  let starts = 0;
  const part: Part = {
    name: 'fake',
    start() {
      starts += 1;
      if (startsThatFail.includes(starts)) return Promise.reject(new Error('no luck'));
      const run = { end: (_how: string) => undefined as void, stopped: false };
      const exited = new Promise<string>((resolve) => (run.end = resolve));
      runs.push(run);
      const running: Running = {
        exited,
        stop() {
          run.stopped = true;
          run.end('stopped');
          return Promise.resolve();
        },
      };
      return Promise.resolve(running);
    },
  };
  return { part, runs };
}

/** What is told, and a way to wait for it. */
function listen() {
  const told: string[] = [];
  let wake = () => undefined as void;
  const say = (line: string) => {
    told.push(line);
    wake();
  };
  const until = async (line: string) => {
    while (!told.includes(line)) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { told, say, until };
}

describe('a supervised part', () => {
  it('is started again when it ends, and that is told', async () => {
    const { part, runs } = createFakePart();
    const { told, say, until } = listen();
    const stopping = new AbortController();
    const supervised = await supervise(part, { stopping: stopping.signal, say, backoff });
    runs[0]?.end('ended by SIGKILL');
    await until('fake runs again');
    expect(told).toEqual(['fake ended by SIGKILL; it is started again', 'fake runs again']);
    expect(runs).toHaveLength(2);
    stopping.abort();
    await supervised.stop();
    expect(runs[1]?.stopped).toBe(true);
  });

  it('is tried until it comes up', async () => {
    const { part, runs } = createFakePart([2, 3]);
    const { told, say, until } = listen();
    const stopping = new AbortController();
    const supervised = await supervise(part, { stopping: stopping.signal, say, backoff });
    runs[0]?.end('ended with code 1');
    await until('fake runs again');
    expect(told.filter((line) => line.includes('did not start (no luck)'))).toHaveLength(2);
    stopping.abort();
    await supervised.stop();
  });

  it('is not started again once everything ends', async () => {
    const { part, runs } = createFakePart();
    const { told, say } = listen();
    const stopping = new AbortController();
    const supervised = await supervise(part, { stopping: stopping.signal, say, backoff });
    stopping.abort();
    runs[0]?.end('ended with code 0');
    await supervised.stop();
    expect(runs).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('listens once to what ends everything, also while it waits to be started again', async () => {
    const stopping = new AbortController();
    const { part, runs } = createFakePart();
    const { say, until } = listen();
    const lasting = { firstMs: 60_000, lastMs: 60_000 };
    const supervised = await supervise(part, { stopping: stopping.signal, say, backoff: lasting });
    runs[0]?.end('ended by SIGKILL');
    await until('fake ended by SIGKILL; it is started again');
    expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
    stopping.abort();
    await supervised.stop();
    expect(runs).toHaveLength(1);
  });

  it('whose first start fails is the affair of whoever started it', async () => {
    const { part } = createFakePart([1]);
    const supervision = { stopping: new AbortController().signal, say: () => undefined, backoff };
    await expect(supervise(part, supervision)).rejects.toThrow('no luck');
  });
});

describe('one of our own programs', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ path: folder, remove } = await makeScratchFolder());
  });
  afterEach(() => remove());

  async function partOf(script: string, say: (line: string) => void = () => undefined, graceMs = 5000) {
    await writeFile(join(folder, 'program.js'), script);
    const killing = new AbortController();
    const part = nodePart({
      name: 'own',
      script: join(folder, 'program.js'),
      env: { PATH: process.env['PATH'] },
      logFile: join(folder, 'own.log'),
      pidFile: join(folder, 'own.json'),
      killing: killing.signal,
      graceMs,
      say,
    });
    return { part, killing };
  }
  const pid = async () =>
    (JSON.parse(await readFile(join(folder, 'own.json'), 'utf8')) as { pid: number }).pid;
  const stopping = () => new AbortController().signal;

  it('is ready when it says so, and ends when it is asked', async () => {
    const { part } = await partOf(
      "process.send('ready'); process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);",
    );
    const running = await part.start(stopping());
    await running.stop();
    expect(await running.exited).toBe('ended with code 0');
  });

  it('is ready when it prints so', async () => {
    const { part } = await partOf("console.log('ready {}'); setInterval(() => {}, 1000);");
    const running = await part.start(stopping());
    await running.stop();
    expect(await running.exited).toBe('ended by SIGTERM');
  });

  it('is killed, with what it has started, when it does not end', async () => {
    const { part } = await partOf(
      `const child = require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' });
       process.on('SIGTERM', () => {});
       console.log('ready', child.pid);
       setInterval(() => {}, 1000);`,
      undefined,
      50,
    );
    const running = await part.start(stopping());
    const child = Number((await readFile(join(folder, 'own.log'), 'utf8')).split(' ')[1]);
    const known = identify(child);
    await running.stop();
    expect(await running.exited).toBe('ended by SIGKILL');
    expect(known && runsStill(known)).toBe(false);
  });

  it('that listens for our end, too, ends once it has nothing left to do', async () => {
    const { part } = await partOf(
      `const work = setInterval(() => {}, 1000);
       process.once('disconnect', () => {}); process.once('SIGTERM', () => clearInterval(work));
       process.send('ready');`,
    );
    const running = await part.start(stopping());
    await running.stop();
    expect(await running.exited).toBe('ended with code 0');
  });

  it('is killed at once when nobody waits any longer', async () => {
    const { part, killing } = await partOf(
      "process.on('SIGTERM', () => {}); process.send('ready'); setInterval(() => {}, 1000);",
    );
    const running = await part.start(stopping());
    killing.abort();
    expect(await running.exited).toBe('ended by SIGKILL');
  });

  it('that ends before it is ready is told with its last lines', async () => {
    const { part } = await partOf("console.error('the reason'); process.exitCode = 3;");
    await expect(part.start(stopping())).rejects.toThrow(
      /own ended with code 3; its last lines:\nthe reason/,
    );
  });

  it('is given up, and gone, when everything ends while it starts', async () => {
    const { part } = await partOf('setInterval(() => {}, 1000);');
    const controller = new AbortController();
    const starting = part.start(controller.signal);
    controller.abort();
    await expect(starting).rejects.toThrow(/is not needed any longer/);
    expect(identify(await pid())).toBeUndefined();
  });

  it('has its warnings told, the same one once', async () => {
    const { told, say, until } = listen();
    const { part } = await partOf(
      `const line = (level, msg) => console.log(JSON.stringify({ level, msg }));
       line(30, 'quiet'); line(40, 'loud'); line(40, 'loud'); line(50, 'last'); process.send('ready');
       setInterval(() => {}, 1000);`,
      say,
    );
    const running = await part.start(stopping());
    await until('own: last');
    expect(told).toEqual(['own: loud', 'own: last']);
    await running.stop();
  });
});

test('stages end in the reverse order of their start, whichever of them have come up', async () => {
  const ended: string[] = [];
  const part = (name: string) => ({ stop: async () => void ended.push(name) });
  const stages: { stop(): Promise<void> }[][] = [];
  stages[3] = [part('api')];
  stages[0] = [part('database')];
  await stopStages(stages);
  expect(ended).toEqual(['api', 'database']);
});
