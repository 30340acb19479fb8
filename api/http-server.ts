/** The server under the API: nobody keeps a connection for longer than their calls need it. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { answerUnreadable } from './unreadable-calls';

/** In milliseconds. */
export const LIMITS = {
  /** A whole call, from its first byte. */
  arrivalMs: 30_000,
  /** How often it is looked for calls that take longer. */
  lookMs: 30_000,
  /** Nothing goes either way: more than any call takes to be answered, so that the answer is one that nobody reads. */
  silenceMs: 180_000,
  /** What is closed on our side only. */
  lingerMs: 2_000,
};

export interface HttpServer extends Server {
  /** Answers that are being made. */
  readonly underWay: ReadonlySet<ServerResponse>;
}

/** @param limits in place of {@link LIMITS} */
export function createHttpServer(log: Logger, limits: Partial<typeof LIMITS> = {}): HttpServer {
  const { arrivalMs, lookMs, silenceMs, lingerMs } = { ...LIMITS, ...limits };
  const server = createServer({
    requestTimeout: arrivalMs,
    headersTimeout: arrivalMs,
    connectionsCheckingInterval: lookMs,
    // Node's own refusal of such a call has neither a problem nor a Request-Id: the app refuses it.
    requireHostHeader: false,
  });
  // Likewise: what somebody expects and nobody knows is left out of account.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.timeout = silenceMs;
  answerUnreadable(server, log, lingerMs);
  const underWay = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  return Object.assign(server, { underWay });
}

/** In milliseconds. */
export const ENDING = {
  /**
   * Calls are still taken on connections that are there until none has come for so long: whoever made them hears that the
   * answer is the last.
   */
  partMs: 250,
  /** How long all of it may take. */
  drainMs: 5_000,
};

/** Resolves once all that has arrived by now has been read: the event loop reads between two of these. */
const allRead = () => immediate().then(() => immediate());

/**
 * Ends a server without cutting a call off. A connection that is closed between two calls takes along the one that is on
 * its way, so nobody's is who calls again and again: they are told to close it.
 */
export async function drain(server: HttpServer, { partMs, drainMs }: typeof ENDING = ENDING): Promise<void> {
  // Whoever has connected is taken first: the system cuts off those that nobody has taken when it stops listening.
  await allRead();
  const begun = performance.now();
  let arrivedAt = begun;
  const tellToClose = (response: ServerResponse) => {
    response.shouldKeepAlive = false;
  };
  server.prependListener('request', (_request, response) => {
    arrivedAt = performance.now();
    tellToClose(response);
  });
  server.underWay.forEach(tellToClose);
  // As a server of TCP it takes no new connection; as one of HTTP it would close those between two calls at once.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  // However busy it is, what has arrived is read before somebody is taken for one who is not calling.
  for (
    let end = begun + partMs;
    performance.now() < end;
    end = Math.min(arrivedAt + partMs, begun + drainMs)
  ) {
    await sleep(end - performance.now());
    await allRead();
  }
  server.close();
  await closed;
  clearTimeout(timer);
}
