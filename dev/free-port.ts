/** Ports on loopback: every part but API and console takes a free one. */
import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/**
 * Below the ports from which systems make their own connections (Linux: from 32768 on; macOS and IANA: from 49152 on):
 * one of those may be gone before whoever it was found for listens on it.
 */
const QUIET_PORTS = { first: 20_000, end: 32_000 };
const TRIES = 1000;

/** @returns that many different ports that nobody listens on */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    while (servers.length < count) servers.push(await listenQuietly());
    return servers.map(portOf);
  } finally {
    await Promise.all(servers.map(close));
  }
}

async function listenQuietly(): Promise<Server> {
  for (let tries = 0; tries < TRIES; tries++) {
    const server = await listen(randomInt(QUIET_PORTS.first, QUIET_PORTS.end)).catch(() => undefined);
    if (server !== undefined) return server;
  }
  return listen(0);
}

/** @returns a port that nobody listens on */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('the machine has no free port');
  return port;
}

/** Whether nobody listens on this port; 0 is always free. */
export async function isFree(port: number): Promise<boolean> {
  if (port === 0) return true;
  // Some systems let a listener on one address stand beside one on all addresses: the call tells.
  if (await answers(port)) return false;
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

/**
 * The first free port from the wanted one on.
 * @throws Error when a hundred in a row are busy
 */
async function nextFreePort(wanted: number): Promise<number> {
  if (wanted === 0) return freePort();
  const last = Math.min(wanted + 99, 65535);
  for (let port = wanted; port <= last; port++) if (await isFree(port)) return port;
  throw new Error(`no port from ${wanted} to ${last} is free`);
}

/**
 * The port for API and console; says so where it is not the wanted one.
 * @param wanted 0: any
 */
export async function takePort(wanted: number, say: (line: string) => void): Promise<number> {
  const port = await nextFreePort(wanted);
  if (wanted !== 0 && port !== wanted) say(`Port ${wanted} is busy, ${port} is taken in its place`);
  return port;
}

/** Whether something on loopback takes connections on this port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => resolve(server));
  });
}

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
