import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { notesOf } from './call-notes';
import { describeError } from './described-error';

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
  else if (response.statusCode === 503) log.warn({ ...line, reason: describeError(error) }, 'call');
  else log.error({ ...line, reason: describeError(error) }, 'call');
}
