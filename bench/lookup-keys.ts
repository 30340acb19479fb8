/** Which badges are asked for, and how often. */
import type { MarketplaceCode } from '../domain/marketplaces';
import { asinOf } from './asins';
import { drawByZipf } from './zipf';

/** The badges that are asked for: of each listing from `from` on, one in each marketplace. */
export interface LookupKeys {
  readonly count: number;
  readonly from: number;
  readonly marketplaces: readonly MarketplaceCode[];
  readonly seed: number;
}

export const pathOf = ({ from, marketplaces }: LookupKeys, key: number): string =>
  `/v1/badges/${marketplaces[key % marketplaces.length]}/${asinOf(from + Math.floor(key / marketplaces.length))}`;

/** @returns what gives the address of the next badge that is asked for, drawn by Zipf's law */
export function drawPaths(keys: LookupKeys): () => string {
  const draw = drawByZipf(keys.count, keys.seed);
  return () => pathOf(keys, draw());
}
