/** What one process has answered, and how long it took. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Histogram, type Registry } from 'prom-client';
import { notesOf } from '../call-notes';

/** Seconds: from a lookup to what waits for a worker as long as it may. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** What HTTP and WebDAV know; a made-up one would be a series of its own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS']);

/** @returns what each call is to be given to once it is over, with the milliseconds that it took */
export function measureCalls(
  registry: Registry,
): (request: IncomingMessage, response: ServerResponse, ms: number) => void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Calls answered, by the address as the API’s description writes it; route is empty for an unknown one',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return ({ method = '' }, response, ms) => {
    const { route = '' } = notesOf(response);
    const labels = { method: METHODS.has(method) ? method : 'OTHER', route, status: response.statusCode };
    durations.observe(labels, ms / 1000);
  };
}
