import { request } from 'undici';
import type { ReadHeader } from '../retry-after';
import { CallLaterError, DEFAULT_WAIT_MS, UnreadableAnswerError } from './call-later';

/** The most of an answer that is read, in bytes; what Amazon sends is a hundredth of it. */
export const ANSWER_BYTES = 1_048_576;

export interface BoundedAnswer {
  readonly status: number;
  readonly header: ReadHeader;
  readonly body: string;
}

/** One signal for a call: its own time and the wish of whoever asked. */
export function callSignal(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  if (signal === undefined) return timeout;
  // Joined signals do not keep those they are made of: Node collects one that nobody listens to, and the time
  // would never be over.
  timeout.addEventListener('abort', () => undefined, { once: true });
  return AbortSignal.any([signal, timeout]);
}

/** The interface asks every caller to name itself: "Include a User-Agent header in all requests". */
const USER_AGENT = 'badge-request-service/1 (Language=JavaScript)';

/**
 * Makes one call by a client of Amazon's, bounded in time and in size. The token goes with each call rather than with
 * the client, so that a refused one is known; statuses are judged and bodies parsed elsewhere, because the client would
 * parse without a bound.
 * @param service who is called, as people know it
 * @param bytes the most of the answer that is read
 * @param make makes the call as configured
 * @throws {CallLaterError} when there is no whole answer in time
 * @throws {UnreadableAnswerError} for an answer that is too large
 */
export async function callBounded(
  service: string,
  call: {
    readonly token: string;
    readonly callTimeoutMs: number;
    readonly signal: AbortSignal | undefined;
    readonly bytes?: number;
  },
  make: (config: ClientConfig) => Promise<ClientResponse>,
): Promise<BoundedAnswer> {
  const { token, callTimeoutMs, signal, bytes = ANSWER_BYTES } = call;
  try {
    const response = await make({
      headers: { 'x-amz-access-token': token, 'user-agent': USER_AGENT, accept: 'application/json' },
      signal: callSignal(callTimeoutMs, signal),
      timeout: callTimeoutMs,
      maxRedirects: 0,
      maxContentLength: bytes,
      // A proxy would come from the environment, which only config.ts reads.
      proxy: false,
      responseType: 'text',
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
    });
    const headers: Record<string, unknown> = { ...(response.headers as object) };
    const body: unknown = response.data;
    return {
      status: response.status,
      header: (name) => {
        const value = headers[name.toLowerCase()];
        return typeof value === 'string' ? value : undefined;
      },
      body: typeof body === 'string' ? body : '',
    };
  } catch (error) {
    if (error instanceof Error && error.message.includes('maxContentLength'))
      throw new UnreadableAnswerError(`${service} sent more than can be an answer.`);
    return failCall(service, error, signal);
  }
}

/** How Amazon's clients are told to make a call. */
interface ClientConfig {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly maxRedirects: number;
  readonly maxContentLength: number;
  readonly proxy: false;
  readonly responseType: 'text';
  readonly transformResponse: (data: unknown) => unknown;
  readonly validateStatus: () => boolean;
}
interface ClientResponse {
  readonly status: number;
  readonly headers: unknown;
  readonly data: unknown;
}

/**
 * Turns what broke a call into what it means for the caller.
 * @returns never: a cancelled caller gets its own reason, everything else is a call to repeat
 */
export function failCall(service: string, error: unknown, signal?: AbortSignal): never {
  if (signal?.aborted) throw signal.reason;
  if (error instanceof CallLaterError || error instanceof UnreadableAnswerError) throw error;
  const timedOut =
    error instanceof Error && /timeout|timed out|abort|cancel/i.test(`${error.name} ${error.message}`);
  throw new CallLaterError(
    timedOut ? `${service} did not answer in time.` : `${service} could not be reached.`,
    DEFAULT_WAIT_MS,
  );
}

/**
 * One HTTP call, bounded in time (connecting, waiting and reading together) and in size. Redirects are
 * answers like others and never followed.
 * @param service who is called, as people know it
 * @throws {CallLaterError} when there is no whole answer in time
 * @throws {UnreadableAnswerError} for an answer of more than {@link ANSWER_BYTES}
 */
export async function requestBounded(
  service: string,
  url: string,
  options: {
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    body?: string;
    timeoutMs: number;
  },
): Promise<BoundedAnswer> {
  const { method, headers, body, timeoutMs } = options;
  try {
    const answer = await request(url, {
      method,
      // Whoever does not say which codings they take may get any (RFC 9110 12.5.3), and this reads none.
      headers: { 'accept-encoding': 'identity', ...headers },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > ANSWER_BYTES) throw new UnreadableAnswerError(`${service} sent more than can be an answer.`);
      chunks.push(chunk);
    }
    const header = (name: string) => {
      const value = answer.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    };
    return { status: answer.statusCode, header, body: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    return failCall(service, error);
  }
}

/**
 * The JSON of an answer.
 * @throws {UnreadableAnswerError} for anything else
 */
export function parseJson(service: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreadableAnswerError(`${service} did not answer with JSON.`);
  }
}
