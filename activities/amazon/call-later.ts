import { readRetryAfter, type ReadHeader } from '../retry-after';

/**
 * Amazon could not answer now and may later: throttled, failing, cut off, too slow, or no access token to be
 * had. Asking again is for whoever asked; nothing here retries by itself.
 */
export class CallLaterError extends Error {
  /**
   * @param why a sentence for people, without secrets
   * @param retryAfterMs the wait that the other side asks for, in milliseconds
   */
  constructor(
    why: string,
    readonly retryAfterMs: number,
  ) {
    super(why);
    this.name = 'CallLaterError';
  }
}

/** Amazon answered, but not in a form that decides anything: not JSON, too large, about something else. */
export class UnreadableAnswerError extends Error {
  /** @param why a sentence for people, without anything of the answer */
  constructor(why: string) {
    super(why);
    this.name = 'UnreadableAnswerError';
  }
}

/** The wait when the other side asks for none, in milliseconds. */
export const DEFAULT_WAIT_MS = 1_000;
/** No answer lowers the rate below this, in calls per second: a wrong header must not stop everything. */
const LEAST_RATE = 0.01;

/**
 * How long the other side asks to wait, in milliseconds: what {@link readRetryAfter} reads; else one call's share of
 * `x-amzn-RateLimit-Limit`, which is in calls per second (Selling Partner API, "Usage plans and rate limits");
 * {@link DEFAULT_WAIT_MS} when neither says.
 * @param now by our clock, milliseconds since the epoch
 */
export function readWait(header: ReadHeader, now: number): number {
  const asked = readRetryAfter(header, now);
  if (asked !== null) return asked;
  const rate = readRate(header);
  return rate === null ? DEFAULT_WAIT_MS : Math.ceil(1000 / rate);
}

/** The rate of an answer, in calls per second; null when it tells none that can be meant. */
export function readRate(header: ReadHeader): number | null {
  const rate = Number(header('x-amzn-ratelimit-limit')?.trim() || Number.NaN);
  return Number.isFinite(rate) && rate > 0 ? Math.max(LEAST_RATE, rate) : null;
}

/**
 * Throws for a status that says "not now".
 * @param service who answered, as people know it
 * @throws {CallLaterError} for 408, 425, 429 and everything from 500
 */
export function refuseBusy(service: string, status: number, header: ReadHeader): void {
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    throw new CallLaterError(`${service} answered ${status}.`, readWait(header, Date.now()));
}
