import type { IncomingMessage, ServerResponse } from 'node:http';
import { types } from 'node:util';
import type { Logger } from 'pino';
import { notesOf } from './call-notes';

/** One line for each call, to be written once it is over, without query strings and bodies: they may hold what people wrote. */
export function logCall(log: Logger, request: IncomingMessage, response: ServerResponse, ms: number): void {
  const { requestId, route, personId, error } = notesOf(response);
  const line = {
    method: request.method,
    route: route ?? null,
    status: response.statusCode,
    ms: Math.round(ms * 100) / 100,
    requestId,
    ...(personId !== undefined && { personId }),
    ...(!response.writableFinished && { aborted: true }),
  };
  if (error === undefined) log.info(line, 'call');
  else if (response.statusCode === 503) log.warn({ ...line, reason: describe(error) }, 'call');
  else log.error({ ...line, reason: describe(error) }, 'call');
}

/** An error as a line of log: its class, code and place, never values, which a database's detail holds. */
function describe(error: unknown): Record<string, unknown> {
  if (!types.isNativeError(error)) return { type: typeof error };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    // A database's message may quote what somebody wrote.
    ...(!('severity' in error) && { message: error.message }),
    ...(code !== undefined && { code }),
    stack: error.stack
      ?.split('\n')
      .slice(1, 8)
      .map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: describe(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(describe) }),
  };
}
