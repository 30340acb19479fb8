/** Calls as fast as they are answered, or by a schedule. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type Dispatcher } from 'undici';

/** One load. */
export interface LoadOrder {
  readonly url: string;
  readonly seconds: number;
  /** Calls at a time; by a schedule: at most, what is due beyond waits. */
  readonly connections: number;
  /** Calls a second by a schedule that waits for no answer; null: each connection asks again once it is answered. */
  readonly rate: number | null;
}

export interface LoadFigures {
  readonly answered: number;
  /** Not answered with 200. */
  readonly failed: number;
  readonly seconds: number;
  /** Of each that was answered; by a schedule from when it was due, whenever it could be sent. */
  readonly latenciesMs: readonly number[];
}

/** Sends calls, and keeps how they went. */
function createCaller(http: Pool, nextPath: () => string) {
  const latenciesMs: number[] = [];
  let failed = 0;
  const call = (since: number, done: () => void) => {
    let status = 0;
    const end = () => {
      if (status === 200) latenciesMs.push(performance.now() - since);
      else failed += 1;
      done();
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => void (status = statusCode),
      onResponseData: () => undefined,
      onResponseEnd: end,
      onResponseError: () => {
        status = 0;
        end();
      },
    };
    http.dispatch({ method: 'GET', path: nextPath() }, handler);
  };
  return { call, read: () => ({ answered: latenciesMs.length, failed, latenciesMs }) };
}

/** @param nextPath gives the path of each call */
export async function load(
  { url, seconds, connections, rate }: LoadOrder,
  nextPath: () => string,
): Promise<LoadFigures> {
  const http = new Pool(url, { connections, pipelining: 1 });
  const { call, read } = createCaller(http, nextPath);
  const begin = performance.now();
  const end = begin + seconds * 1000;
  if (rate === null) await untilAnswered(connections, call, end);
  else await bySchedule(rate, call, begin, end);
  const figures = { ...read(), seconds: (performance.now() - begin) / 1000 };
  await http.close();
  return figures;
}

type Call = ReturnType<typeof createCaller>['call'];

function untilAnswered(connections: number, call: Call, end: number): Promise<unknown> {
  const lane = () =>
    new Promise<void>((resolve) => {
      const again = () => {
        const now = performance.now();
        if (now < end) call(now, again);
        else resolve();
      };
      again();
    });
  return Promise.all(Array.from({ length: connections }, lane));
}

async function bySchedule(rate: number, call: Call, begin: number, end: number): Promise<void> {
  const calls = Math.floor(((end - begin) / 1000) * rate);
  let [sent, open] = [0, 0];
  let finished = () => {};
  const done = () => {
    open -= 1;
    if (open === 0 && sent === calls) finished();
  };
  const allDone = new Promise<void>((resolve) => (finished = resolve));
  while (sent < calls) {
    const now = performance.now();
    for (
      let due = begin + (sent / rate) * 1000;
      sent < calls && due <= now;
      due = begin + (sent / rate) * 1000
    ) {
      [sent, open] = [sent + 1, open + 1];
      call(due, done);
    }
    await sleep(1);
  }
  if (open > 0) await allDone;
}
