/** How often somebody may call: counted in this process, minute by minute. */
import { isIP } from 'node:net';
import { ProblemError } from './problem';

const MINUTE_MS = 60_000;

/** Callers are told apart by what they are, and each by a key. */
export type CallerKind = 'person' | 'address';

export interface CountedCall {
  /** What its answer says of the limit (draft-ietf-httpapi-ratelimit-headers). */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: it is within the limit. */
  readonly refusal: ProblemError | undefined;
}
export type CallLimit = (kind: CallerKind, key: string) => CountedCall;

/**
 * @param perMinute calls of each caller
 * @param clock milliseconds that only grow
 */
export function createCallLimit(perMinute: number, clock = () => performance.now()): CallLimit {
  const counts = new Map<string, number>();
  let endsAt = -Infinity;
  return (kind, key) => {
    const now = clock();
    // The minute is everybody's, so that nothing is remembered for longer, whoever calls.
    if (now >= endsAt) {
      counts.clear();
      endsAt = now + MINUTE_MS;
    }
    const caller = `${kind} ${key}`;
    const count = (counts.get(caller) ?? 0) + 1;
    counts.set(caller, count);
    const seconds = Math.ceil((endsAt - now) / 1000);
    return {
      headers: {
        'RateLimit-Policy': `"${kind}";q=${perMinute};w=${MINUTE_MS / 1000}`,
        RateLimit: `"${kind}";r=${Math.max(0, perMinute - count)};t=${seconds}`,
      },
      refusal: count > perMinute ? tooManyCalls(kind, perMinute, seconds) : undefined,
    };
  };
}

const tooManyCalls = (kind: CallerKind, perMinute: number, seconds: number) =>
  new ProblemError(
    'TOO_MANY_CALLS',
    `${kind === 'person' ? 'You have' : 'Your address has'} made the ${perMinute} calls that a minute allows; the next one is possible in ${seconds} s.`,
    { headers: { 'Retry-After': String(seconds) } },
  );

/**
 * What one caller holds: an address of IPv4, of IPv6 the 2^64 of a network. All that is no address is one.
 */
export function networkOf(address = ''): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  switch (isIP(mapped)) {
    case 4:
      return mapped;
    case 6:
      return firstGroups(mapped.replace(/%.*$/, '')).join(':');
    default:
      return '';
  }
}

/** The first four of the eight groups of an address of IPv6, `::` standing for as many zeros as it lacks. */
function firstGroups(address: string): string[] {
  const [before = [], after] = address
    .replace(/\d+\.\d+\.\d+\.\d+$/, '0:0')
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(after === undefined ? 0 : 8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...(after ?? [])].slice(0, 4).map((group) => parseInt(group, 16).toString(16));
}
