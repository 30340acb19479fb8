/** Keys as people ask for them: the k-th most wanted one 1/k times as often as the first. */

/** Odd, prime and larger than any count: neighbours in rank lie far apart as keys. */
const SCATTER = 1_000_003;

/**
 * Draws keys from 0 to `count` - 1 by Zipf's law with exponent 1; the same seed draws the same keys.
 * @param count below {@link SCATTER}
 */
export function drawByZipf(count: number, seed: number): () => number {
  const random = mulberry32(seed);
  const cumulated = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) cumulated[rank] = sum += 1 / (rank + 1);
  return () => (rankAt(cumulated, random() * sum) * SCATTER) % count;
}

/** The first rank up to which more than so much has been summed up. */
function rankAt(cumulated: Float64Array, wanted: number): number {
  let [low, high] = [0, cumulated.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulated[middle] ?? 0) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Tommy Ettinger's generator: 32 bits of state, numbers from 0 to below 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
