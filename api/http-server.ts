/** The server under the API: nobody keeps a connection for longer than their calls need it. */
import { createServer, type Server } from 'node:http';
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

/** @param limits in place of {@link LIMITS} */
export function createHttpServer(log: Logger, limits: Partial<typeof LIMITS> = {}): Server {
  const { arrivalMs, lookMs, silenceMs, lingerMs } = { ...LIMITS, ...limits };
  const server = createServer({
    requestTimeout: arrivalMs,
    headersTimeout: arrivalMs,
    connectionsCheckingInterval: lookMs,
  });
  server.timeout = silenceMs;
  answerUnreadable(server, log, lingerMs);
  return server;
}
