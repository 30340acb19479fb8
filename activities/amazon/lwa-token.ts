import { z } from 'zod';
import { parseJson, requestBounded } from './bounded-request';
import { CallLaterError, DEFAULT_WAIT_MS, readWait, refuseBusy, UnreadableAnswerError } from './call-later';

const SERVICE = 'Login with Amazon';
/** A token is replaced this long before it ends, so that none ends on the way, in milliseconds. */
const MARGIN_MS = 60_000;
/** Least time between two renewals that refused calls ask for, in milliseconds: a refusal may not be the token's fault. */
const RENEWAL_PAUSE_MS = 30_000;
/** What only an operator can mend is asked again this seldom, in milliseconds. */
const REFUSED_WAIT_MS = 30_000;
/** The longest that nobody asks, whatever the other side wishes, in milliseconds: a wrong header must not stop everything. */
const LONGEST_REST_MS = 900_000;
const DAY_S = 86_400;

const tokenAnswer = z.object({
  access_token: z
    .string()
    .max(8192)
    .regex(/^[\x21-\x7e]+$/),
  expires_in: z
    .number()
    .positive()
    .transform((seconds) => Math.min(seconds, DAY_S)),
});
const errorAnswer = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

export interface LwaClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Longest that one call may take, in milliseconds. */
  readonly callTimeoutMs: number;
}

/** Access tokens of one authorisation. */
export interface AccessTokens {
  /**
   * A token that is good for the time of a call.
   * @throws {CallLaterError} when there is none to be had
   */
  current(): Promise<string>;
  /**
   * Another token in place of one that was refused.
   * @returns null when it was renewed just now, so that the refusal means something else
   * @throws {CallLaterError} when there is none to be had
   */
  renew(refused: string): Promise<string | null>;
}

/**
 * Keeps the access token of one refresh token (Login with Amazon, `grant_type=refresh_token`): asked for
 * when it is first needed, replaced before it ends, one call at a time however many wait for it. Where there is
 * none to be had, nobody asks again before the time that the other side wishes, and that is a second at least.
 */
export function createAccessTokens(client: LwaClient): AccessTokens {
  let held: { token: string; until: number } | null = null;
  let asking: Promise<string> | null = null;
  /** Why there was none, and until when nobody asks again; by this process's steady clock. */
  let refused: { why: string; until: number } | null = null;
  /** By the same. */
  let renewedAt = Number.NEGATIVE_INFINITY;

  const ask = async () => {
    const askedAt = Date.now();
    const { access_token: token, expires_in: seconds } = await askForToken(client).catch((error: unknown) => {
      if (error instanceof CallLaterError)
        refused = {
          why: error.message,
          until: performance.now() + restAfter(error),
        };
      throw error;
    });
    const lifetime = seconds * 1000;
    held = { token, until: askedAt + lifetime - Math.min(MARGIN_MS, lifetime / 2) };
    return token;
  };
  const current = () => {
    if (held !== null && Date.now() < held.until) return Promise.resolve(held.token);
    const restMs = refused === null ? 0 : refused.until - performance.now();
    if (refused !== null && restMs > 0)
      return Promise.reject(new CallLaterError(refused.why, Math.ceil(restMs)));
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
  return {
    current,
    async renew(refused) {
      if (held?.token === refused) {
        if (performance.now() - renewedAt < RENEWAL_PAUSE_MS) return null;
        renewedAt = performance.now();
        held = null;
      }
      const token = await current();
      return token === refused ? null : token;
    },
  };
}

/**
 * Makes a call with an access token; where that is refused, once more with another one.
 * @param again how it is made the second time; absent: like the first
 */
export async function callWithToken<Answer extends { readonly status: number }>(
  tokens: AccessTokens,
  call: (token: string) => Promise<Answer>,
  again = call,
): Promise<Answer> {
  const token = await tokens.current();
  const answer = await call(token);
  if (answer.status !== 401 && answer.status !== 403) return answer;
  const renewed = await tokens.renew(token);
  return renewed === null ? answer : again(renewed);
}

const restAfter = ({ retryAfterMs }: CallLaterError): number =>
  Math.min(LONGEST_REST_MS, Math.max(DEFAULT_WAIT_MS, retryAfterMs));

async function askForToken(client: LwaClient): Promise<z.output<typeof tokenAnswer>> {
  try {
    const { status, header, body } = await requestBounded(SERVICE, client.tokenUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        accept: 'application/json',
      },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: client.refreshToken,
        client_id: client.clientId,
        client_secret: client.clientSecret,
      }).toString(),
      timeoutMs: client.callTimeoutMs,
    });
    refuseBusy(SERVICE, status, header);
    const parsed = parseJson(SERVICE, body);
    if (status === 200) {
      const answer = tokenAnswer.safeParse(parsed);
      if (answer.success) return answer.data;
      throw new UnreadableAnswerError(`${SERVICE} answered without a token.`);
    }
    const refusal = errorAnswer.safeParse(parsed);
    const why = refusal.success ? `: ${refusal.data.error}` : '';
    throw new CallLaterError(
      `${SERVICE} refuses our authorisation (${status}${why}).`,
      Math.max(REFUSED_WAIT_MS, readWait(header, Date.now())),
    );
  } catch (error) {
    // Without a token nothing was asked yet, so there is nothing that could not be read either.
    if (error instanceof UnreadableAnswerError) throw new CallLaterError(error.message, REFUSED_WAIT_MS);
    throw error;
  }
}
