import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load, type LoadOrder } from '../../bench/load';

/** Loads a server that lives as long as the load. */
async function loadServer(answer: RequestListener, order: Omit<LoadOrder, 'url'>, paths = ['/']) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let asked = 0;
  const nextPath = () => paths[asked++ % paths.length] ?? '/';
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return { asked: () => asked, ...(await load({ url, ...order }, nextPath)) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('without a schedule each connection asks again once it is answered', async () => {
  const seen = new Set<string | undefined>();
  const answered = await loadServer(
    (request, response) => {
      seen.add(request.url);
      response.end('{}');
    },
    { seconds: 0.3, connections: 2, rate: null },
    ['/one', '/other'],
  );
  expect(answered.answered).toBe(answered.asked());
  expect(answered.answered).toBeGreaterThan(1);
  expect(answered.failed).toBe(0);
  expect([...seen].sort()).toEqual(['/one', '/other']);
});

test('by a schedule each call is timed from when it was due, also while no connection is free', async () => {
  let first = true;
  const answered = await loadServer(
    (_request, response) => {
      // Whoever waited for the answer would not have asked meanwhile.
      if (first) setTimeout(() => response.end('{}'), 400);
      else response.end('{}');
      first = false;
    },
    { seconds: 0.4, connections: 1, rate: 100 },
  );
  expect(answered.answered).toBe(40);
  const { latenciesMs } = answered;
  expect(Math.max(...latenciesMs)).toBeGreaterThanOrEqual(399);
  // Due half-way, held up for the other half.
  expect(latenciesMs.filter((latency) => latency > 190).length).toBeGreaterThanOrEqual(20);
});

test('what is not answered with 200, or not at all, has failed', async () => {
  let asked = 0;
  const answered = await loadServer(
    (request, response) => {
      asked += 1;
      if (asked % 2 === 0) request.socket.destroy();
      else response.writeHead(503).end();
    },
    { seconds: 0.2, connections: 1, rate: 50 },
  );
  expect([answered.answered, answered.failed]).toEqual([0, 10]);
});
