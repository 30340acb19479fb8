/** Error answers: `application/problem+json` (RFC 9457). */
import type { Problem } from '../domain/problem';
import { pageOf, problemKinds, type ProblemCode } from './problem-codes';

/** A problem of one input value; beside the domain's codes there are those of the schemas (validation.ts). */
export type InputProblem = Omit<Problem, 'code'> & { code: string };

interface ProblemDetails {
  /** Members beside those that every problem has. */
  readonly members?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly cause?: unknown;
}

/** Ends a call with an error answer of the closed list. */
export class ProblemError extends Error {
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    { members = {}, headers = {}, cause }: ProblemDetails = {},
  ) {
    super(`${code}: ${detail}`, { cause });
    this.name = 'ProblemError';
    this.members = members;
    this.headers = headers;
  }
  get status(): number {
    return problemKinds[this.code].status;
  }
}

/** Input that cannot be accepted, with all that is wrong. */
export function invalid(errors: readonly InputProblem[]): ProblemError {
  const [first] = errors;
  const detail =
    errors.length === 1 && first !== undefined
      ? first.detail
      : `${errors.length} things are to be corrected.`;
  return new ProblemError('VALIDATION_FAILED', detail, { members: { errors } });
}

/** What does not exist, and what somebody may not see: one answer for both. */
export const notFound = (what = 'There is nothing at this address.') => new ProblemError('NOT_FOUND', what);

/** @param what a minute allows, e.g. "30 checks" */
export const rateLimited = (what: string, retryAfterSeconds: number) =>
  new ProblemError(
    'RATE_LIMITED',
    `Your organization has had its ${what} of this minute; the next one is possible in ${retryAfterSeconds} s.`,
    { headers: { 'Retry-After': String(retryAfterSeconds) } },
  );

const RETRY_AFTER_SECONDS = 2;

/** A change is not applied, or not confirmed; and nothing else is answered. */
export const tryAgain = (cause?: unknown) =>
  new ProblemError(
    'TRY_AGAIN',
    'Not answered in time: a change is not applied, or not confirmed; it is safe to repeat with the same Idempotency-Key.',
    {
      headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
      cause,
    },
  );

/** The body of the answer. */
export function problemBody(problem: ProblemError, requestId: string): Record<string, unknown> {
  const { status, title } = problemKinds[problem.code];
  return {
    type: `/docs/errors/${pageOf(problem.code)}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    ...problem.members,
  };
}
