/** Calls that HTTP cannot read: they reach no route, and are answered like everything else. */
import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { newId } from './ids';
import { problemBody, ProblemError } from './problem';

/** By the code of Node's error; anything else is a call that is not HTTP/1.1. */
const KINDS = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    () => new ProblemError('HEADERS_TOO_LARGE', 'The address and the headers have more than 16 KiB.'),
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    () => new ProblemError('CALL_TIMEOUT', 'The call did not arrive whole in time.'),
  ],
]);

/**
 * Has a server answer what it cannot read with a problem, and close the connection.
 * @param lingerMs how long the caller may take to close its own side, in milliseconds
 */
export function answerUnreadable(server: Server, log: Logger, lingerMs: number): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    const problem =
      KINDS.get(error.code ?? '')?.() ??
      new ProblemError('MALFORMED_CALL', 'What arrived is not a call of HTTP/1.1.');
    const requestId = newId('req');
    log.info({ requestId, status: problem.status, why: error.code }, 'unreadable call');
    const body = JSON.stringify(problemBody(problem, requestId));
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Request-Id: ${requestId}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    // Not at once, since what has arrived and is unread would then take the answer with it.
    const lingering = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(lingering));
  });
}
