/** Keys as people ask for them: the k-th most wanted one 1/k times as often as the first. */
import { randomFrom } from './random';

/** Odd, prime and larger than any count: neighbours in rank lie far apart as keys. */
const SCATTER = 1_000_003;

/**
 * Draws keys from 0 to `count` - 1 by Zipf's law with exponent 1; the same seed draws the same keys.
 * @param count below {@link SCATTER}
 */
export function drawByZipf(count: number, seed: number): () => number {
  const random = randomFrom(seed);
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
