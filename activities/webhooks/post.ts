/** One signed POST to a maker's endpoint, bounded in time; what it answers is not read further than its status. */
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { WebhookEvent } from '../../domain/webhooks';
import type { Attempt } from '../../db/webhook-deliveries';
import { readRetryAfter } from '../retry-after';
import { ADDRESS_NOT_PUBLIC, isPublicAddress, lookUpPublic, notPublic } from './public-address';

/** Standard Webhooks 1.0.0 recommends 15 to 30 seconds. */
export const ANSWER_WITHIN_MS = 15_000;
/** So much of an answer is taken in, so that the connection can be used again; a longer one closes it. */
const IGNORED_BYTES = 16_384;

export interface SignedPost {
  readonly url: string;
  /** Names the event, at each try the same. */
  readonly id: string;
  readonly event: WebhookEvent;
  /** The moment that it is signed for: who receives it refuses what is minutes off. */
  readonly at: Date;
  readonly secrets: readonly string[];
}

export interface Posted extends Attempt {
  /** How long the receiver asks to be left alone, in milliseconds; 0 when it does not. */
  readonly leaveAloneMs: number;
}

export interface Poster {
  /** Never fails: what kept it from an answer is told. @returns null when it was ended by `hurry`, which is nobody's failure */
  post(what: SignedPost): Promise<Posted | null>;
  /** Ends what is under way, and whatever is begun from now on. */
  hurry(): void;
  close(): Promise<void>;
}

/** @param allowLocal whether endpoints may be on this machine or a private network, and without TLS */
export function createPoster({
  allowLocal,
  answerWithinMs = ANSWER_WITHIN_MS,
}: {
  readonly allowLocal: boolean;
  readonly answerWithinMs?: number;
}): Poster {
  /** A signal of all of them would remember each call for ever. */
  const calls = new Set<AbortController>();
  let hurried = false;
  const agent = new Agent({
    connect: { timeout: answerWithinMs, ...(!allowLocal && { lookup: lookUpPublic }) },
  });
  return {
    async post({ url, id, event, at, secrets }) {
      if (hurried) return null;
      const call = new AbortController();
      const tooLong = setTimeout(() => call.abort(timedOut()), answerWithinMs);
      calls.add(call);
      try {
        if (!allowLocal) refuseLocal(url);
        const body = JSON.stringify(event);
        const answer = await request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'badge-request-service/1',
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
          },
          body,
          dispatcher: agent,
          signal: call.signal,
        });
        // It has answered: what it says besides is no matter.
        await answer.body.dump({ limit: IGNORED_BYTES }).catch(() => undefined);
        const header = (name: string) => [answer.headers[name]].flat()[0];
        const leaveAloneMs = readRetryAfter(header, Date.now()) ?? 0;
        return { answer: answer.statusCode, failure: null, leaveAloneMs };
      } catch (error) {
        return hurried ? null : { answer: null, failure: failureOf(error), leaveAloneMs: 0 };
      } finally {
        clearTimeout(tooLong);
        calls.delete(call);
      }
    },
    hurry() {
      hurried = true;
      for (const call of calls) call.abort();
    },
    close: () => agent.destroy(),
  };
}

/** Of an address without a name nobody asks `lookUpPublic`. */
function refuseLocal(url: string): void {
  const { protocol, hostname } = new URL(url);
  const address = hostname.replace(/^\[|\]$/g, '');
  const isName = /[a-z]$/i.test(address) && !address.includes(':');
  if (protocol !== 'https:' || !(isName || isPublicAddress(address))) throw notPublic();
}

const timedOut = () => Object.assign(new Error('There was no answer in time.'), { code: 'TIMED_OUT' });

/** A word for what kept us from an answer; never what the receiver says. */
function failureOf(error: unknown): string {
  const { code = '' } = error as { code?: string };
  if (code === ADDRESS_NOT_PUBLIC) return code;
  if (/TIMEOUT|TIMED_?OUT/.test(code)) return 'TIMED_OUT';
  if (/ENOTFOUND|EAI_AGAIN/.test(code)) return 'NAME_NOT_FOUND';
  if (/CERT|TLS|SSL|SIGNED|SIGNATURE|ISSUER/.test(code)) return 'TLS_FAILED';
  return 'NOT_REACHED';
}
