/**
 * A token bucket for each key, as Amazon's usage plans have it: a burst at once, then so many a second
 * ("Usage plans and rate limits in the SP-API").
 * @returns whether this call may go on; one that may not costs nothing
 */
export function createTokenBuckets(perSecond: number, burst: number): (key: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key) => {
    const now = performance.now();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    const allowed = tokens >= 1;
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed;
  };
}
