import { createServer, type Server } from 'node:http';
import express, { type Express, type RequestHandler, type Router } from 'express';
import { createCallCounter } from './calls';
import { createFaults } from './faults';

export interface StandInSettings {
  /** Whether Amazon's rate limits hold. */
  readonly rateLimits: boolean;
  /** Whether the way to Amazon takes no time; else every call takes {@link WAY_MS}. */
  readonly answerAtOnce: boolean;
}

/** What a call to the outside takes at least, in milliseconds. */
const WAY_MS = 40;

/** What both stand-ins have before their own routes: `/_calls`, `/_faults`, the way's time and the faults. */
export function createControls({ answerAtOnce }: StandInSettings): Router {
  const calls = createCallCounter();
  const faults = createFaults();
  const router = express.Router();
  router.use(calls.router, faults.router);
  const wait: RequestHandler = (_request, response, next) => {
    const timer = setTimeout(next, WAY_MS);
    response.once('close', () => clearTimeout(timer));
  };
  const traffic: RequestHandler[] = [calls.count, ...(answerAtOnce ? [] : [wait]), faults.apply];
  for (const handler of traffic)
    router.use((request, response, next) =>
      request.path.startsWith('/_') ? next() : handler(request, response, next),
    );
  return router;
}

/** A server on loopback. */
export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Ends it and every connection to it. */
  close(): Promise<void>;
}

/** @param port 0 for any free one */
export async function listen(app: Express, port: number): Promise<Listening> {
  const server: Server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
