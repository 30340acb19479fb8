/** A server that ends while it is asked. */
import { once } from 'node:events';
import { Agent, request, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import pino from 'pino';
import { createHttpServer, drain, type HttpServer } from '../../api/http-server';
import { until } from '../setup/until';

const agents: Agent[] = [];
afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
});

async function serve(listener: RequestListener): Promise<HttpServer> {
  const server = createHttpServer(pino({ level: 'silent' }));
  server.on('request', listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Calls over one connection, and what its `Connection` header says of the next call. */
function callerOf(server: HttpServer): () => Promise<string | undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  const { port } = server.address() as AddressInfo;
  return () =>
    new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', agent }, (answer) => {
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => resolve(answer.headers.connection));
      })
        .once('error', reject)
        .end();
    });
}

test('cuts nobody off who calls again and again, and tells each that an answer is the last', async () => {
  const server = await serve((_request, response) => response.end('{}'));
  let answers = 0;
  const callers = Array.from({ length: 20 }, async () => {
    const call = callerOf(server);
    while ((await call()) !== 'close') answers += 1;
  });
  await until(() => answers > 100);
  await drain(server);
  expect(await Promise.allSettled(callers)).toEqual(
    callers.map(() => ({ status: 'fulfilled', value: undefined })),
  );
});

/** A connection that a call has been answered on, which sends another one and reads its answer. */
async function connectionTo(server: HttpServer): Promise<{ send(): void; answer: Promise<string> }> {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const send = () => void socket.write('GET / HTTP/1.1\r\nHost: badges.example\r\n\r\n');
  send();
  await once(socket, 'data');
  return { send, answer: Promise.race([once(socket, 'data'), once(socket, 'close')]).then(String) };
}

test('cuts nobody off whose call has arrived while it was too busy to read it', async () => {
  let meanwhile: () => void = () => undefined;
  const server = await serve((_request, response) => {
    meanwhile();
    response.end('{}');
  });
  const late = await connectionTo(server);
  const call = callerOf(server);
  await call();
  meanwhile = () => {
    meanwhile = () => undefined;
    late.send();
    for (const until = performance.now() + 100; performance.now() < until;);
  };
  const ended = drain(server, { partMs: 50, drainMs: 60_000 });
  while (server.listening) await immediate();
  expect(await call()).toBe('close');
  expect(await late.answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: close/);
  await ended;
});

test('cuts nobody off who has connected before, however many there are', async () => {
  const server = await serve((_request, response) => response.end('{}'));
  const calls = Array.from({ length: 60 }, () => callerOf(server)());
  const ended = drain(server);
  const cut = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
  expect(cut).toEqual([]);
  await ended;
});

test('waits for a call that runs, and for nobody who only keeps a connection', async () => {
  let answer: () => void = () => undefined;
  const server = await serve((_request, response) => {
    answer = () => response.end('{}');
  });
  const running = callerOf(server)();
  await once(server, 'request');
  const ended = drain(server, { partMs: 0, drainMs: 60_000 });
  await until(() => !server.listening);
  answer();
  expect(await running).toBe('close');
  await ended;
});
