/** The server under the API: nobody keeps a connection for longer than their calls, and what they do between, need it. */
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
  /**
   * A connection between two calls: longer than who calls keeps one, proxies mostly a minute, since the next call would be
   * cut off where it meets our end.
   */
  idleMs: 75_000,
  /** What is closed on our side only. */
  lingerMs: 2_000,
};

export interface HttpServer extends Server {
  /** Answers that are being made. */
  readonly underWay: ReadonlySet<ServerResponse>;
}

/** @param limits in place of {@link LIMITS} */
export function createHttpServer(log: Logger, limits: Partial<typeof LIMITS> = {}): HttpServer {
  const { arrivalMs, lookMs, silenceMs, idleMs, lingerMs } = { ...LIMITS, ...limits };
  const server = createServer({
    requestTimeout: arrivalMs,
    headersTimeout: arrivalMs,
    keepAliveTimeout: idleMs,
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
const ENDING = {
  /** How long those who have connected are taken at the most. */
  takeMs: 1_000,
  /**
   * Calls are still taken on connections that are there until none has come for so long: whoever made them hears that the
   * answer is the last.
   */
  partMs: 250,
  /** How long all that comes after may take. */
  drainMs: 5_000,
};

/** Resolves once all that has arrived by now has been read: the event loop reads between two of these. */
const allRead = () => immediate().then(() => immediate());

/**
 * Takes those who have connected, whom the system cuts off when listening ends: one in each turn of the event loop, so
 * until a turn has taken nobody.
 */
async function takeConnected(server: Server, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  let taken = 0;
  const count = () => void (taken += 1);
  server.on('connection', count);
  for (let before = -1; taken !== before && performance.now() < end;) {
    before = taken;
    await allRead();
  }
  server.off('connection', count);
}

/**
 * Ends a server without cutting a call off. A connection that is closed between two calls takes along the one that is on
 * its way, so nobody's is who calls again and again: they are told to close it.
 * @param limits in place of {@link ENDING}
 */
export async function drain(server: HttpServer, limits: Partial<typeof ENDING> = {}): Promise<void> {
  const { takeMs, partMs, drainMs } = { ...ENDING, ...limits };
  await takeConnected(server, takeMs);
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
