/** Reads one header, whatever its case. */
export type ReadHeader = (name: string) => string | undefined;

const DAY_MS = 86_400_000;

/**
 * How long an answer asks to wait, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110 10.2.3), which is by
 * the other side's own clock, as its `Date` is. At most a day.
 * @param now by our clock, milliseconds since the epoch: it may be wrong, and counts where there is no `Date`
 * @returns null when it does not say, or not in a form that can be read
 */
export function readRetryAfter(header: ReadHeader, now: number): number | null {
  const retryAfter = header('retry-after')?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(retryAfter)
    ? Math.ceil(Number(retryAfter) * 1000)
    : readDate(retryAfter) - (readDate(header('date')) || now);
  return Number.isNaN(wait) ? null : Math.min(DAY_MS, Math.max(0, wait));
}

/** An HTTP date in any of its forms (RFC 9110 5.6.7); NaN for anything else. One without a zone is in UTC. */
const readDate = (text = ''): number =>
  /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i.test(text)
    ? Date.parse(text.endsWith(' GMT') ? text : `${text} GMT`)
    : Number.NaN;
