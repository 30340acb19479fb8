/** Who does not do their part of a call does not keep its connection. */
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import pino from 'pino';
import { createHttpServer, type LIMITS } from '../../api/http-server';
import { until } from '../setup/until';

const open: { server: Server; caller: Socket }[] = [];
afterEach(async () => {
  for (const { server, caller } of open.splice(0)) {
    caller.destroy();
    server.close();
    await once(server, 'close');
  }
});

/** A server, and a caller who has sent a text and closes nothing. */
async function callWith(text: string, limits: Partial<typeof LIMITS>, listener: RequestListener) {
  const server = createHttpServer(pino({ level: 'silent' }), limits);
  server.on('request', listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  caller.on('error', () => undefined);
  open.push({ server, caller });
  await once(caller, 'connect');
  caller.write(text);
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  return { caller, connections };
}

test.each([
  ['a call that does not arrive', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Le'],
  ['a body that does not arrive', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'],
  ['what is no HTTP', 'HELO there\r\n\r\n'],
])('%s is answered, and its connection ends whatever the caller does', async (_name, text) => {
  const limits = { arrivalMs: 50, lookMs: 10, lingerMs: 50 };
  const { caller, connections } = await callWith(text, limits, () => undefined);
  const [answer] = (await once(caller, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 40[08] /);
  await until(async () => (await connections()) === 0);
});

test('an answer that nobody reads is given up', async () => {
  // More than the system keeps on the way.
  const answer = Buffer.alloc(50_000_000);
  const { caller, connections } = await callWith(
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    { silenceMs: 50 },
    (_request, response) => response.end(answer),
  );
  caller.pause();
  await until(async () => (await connections()) === 0);
});

test('between two calls a connection is kept for longer than a proxy in front keeps its own', async () => {
  const { caller } = await callWith('GET / HTTP/1.1\r\nHost: x\r\n\r\n', {}, (_request, response) =>
    response.end('pong'),
  );
  const [answer] = (await once(caller, 'data')) as [Buffer];
  expect(Number(/^keep-alive: timeout=(\d+)/im.exec(answer.toString())?.[1])).toBeGreaterThan(60);
});
