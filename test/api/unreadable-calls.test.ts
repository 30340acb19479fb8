/** Calls that HTTP cannot read are answered with problems, too. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import pino from 'pino';
import { answerUnreadable } from '../../api/unreadable-calls';

const logged: string[] = [];
// What never arrives whole is noticed soon.
const server = createServer({ requestTimeout: 50, headersTimeout: 50, connectionsCheckingInterval: 10 });
beforeAll(async () => {
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  answerUnreadable(server, log, 2_000);
  server.on('request', (_request, response) => response.end('read'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});

async function send(text: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

test.each([
  ['what is no HTTP', 'HELO there\r\n\r\n', 400, 'MALFORMED_CALL'],
  [
    'headers without end',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'HEADERS_TOO_LARGE',
  ],
  ['half a call', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Le', 408, 'CALL_TIMEOUT'],
])('%s', async (_name, text, status, code) => {
  const answer = await send(text);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toContain('Content-Type: application/problem+json');
  const problem = JSON.parse(body) as { requestId: string };
  expect(problem).toMatchObject({ status, code });
  expect(head).toContain(`Request-Id: ${problem.requestId}`);
  expect(logged.at(-1)).toContain(problem.requestId);
});

test('who goes away in the middle of a call is left alone', async () => {
  const before = logged.length;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resetAndDestroy();
  expect(await send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain('read');
  expect(logged).toHaveLength(before);
});
