/** Turns whatever a call ended with into an answer of the closed list. */
import { types } from 'node:util';
import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ProblemError, tryAgain } from './problem';

/** The error answer for anything thrown. What nobody foresaw says nothing; it is for the log. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const status = statusOf(error);
  if (status === 413) return new ProblemError('BODY_TOO_LARGE', 'The body has more than 64 KiB.');
  if (status === 415)
    return new ProblemError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The encoding of the body is not one that is taken here.',
    );
  if (error instanceof URIError) return new ProblemError('MALFORMED_CALL', 'The address cannot be decoded.');
  if (status === 400) return new ProblemError('MALFORMED_JSON', 'The body cannot be read.');
  if (isTemporalAway(error) || isDatabaseAway(error)) return tryAgain(error);
  return new ProblemError('INTERNAL', 'An unexpected error; it is in our log.', { cause: error });
}

/** Errors of Express and its body reader carry the status they stand for. */
function statusOf(error: unknown): number | undefined {
  if (
    !types.isNativeError(error) ||
    !('status' in error) ||
    !('expose' in error || error instanceof URIError)
  )
    return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/**
 * Whether Temporal could not be asked, did not answer in time, does not serve us yet, or what it ran did not end well. That
 * of an update is no refusal of ours, which is read before: a task has passed it over, or a worker of an earlier version
 * does not know it.
 */
export function isTemporalAway(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    error instanceof WorkflowFailedError ||
    error instanceof WorkflowUpdateFailedError ||
    error instanceof ServiceError ||
    error instanceof NamespaceNotFoundError ||
    isGrpcServiceError(error)
  );
}

/**
 * SQLSTATE classes and codes of a database that cannot serve at the moment: connection exceptions, nobody or nothing to
 * connect to, out of resources, operator intervention, system errors, conflicts between transactions, locks not got in
 * time, read-only for now, what a program that stood still had begun.
 */
const AWAY = /^(08|28|53|57|58)...$|^(3D000|40001|40P01|55P03|25006|25P03|25P04)$/;
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The driver's own errors of a lost or missing connection have no code. */
const CONNECTION =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable/i;

/** Whether the database could not be asked, or cannot answer at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return AWAY.test(code) || SOCKET.has(code) || CONNECTION.test(error.message);
}
