import { MARKETPLACE_CODES } from '../../domain/marketplaces';
import { checkDigit } from '../../domain/retail-identifier';
import type { Listing } from './catalogue';
import { benchmarkSkillId } from './skill-shelf';

/** The product that every generated listing is one of. */
export const benchmarkProduct = {
  name: 'Benchmark device',
  brand: 'Benchmark',
  model: 'BM-1',
  deviceType: 'SMART_PLUG',
  integration: { kind: 'SKILL', skillId: benchmarkSkillId, vendorId: 'MBENCHMARK0000' },
} as const;

/** The UPC of a generated listing: from its ASIN's digits, valid, and no other listing's. */
const upcOf = (digits: string) => `860${digits}${checkDigit(`860${digits}`)}`;

/**
 * The listing of an ASIN of the form BX and eight digits: made when it is asked for, live in every
 * marketplace, of {@link benchmarkProduct}, with a retail identifier of its own.
 * @returns null for any other ASIN
 */
export function generatedListing(asin: string): Listing | null {
  const digits = /^BX(\d{8})$/.exec(asin)?.[1];
  if (digits === undefined) return null;
  const upc = upcOf(digits);
  return {
    asin,
    title: `Benchmark device ${digits}`,
    brand: benchmarkProduct.brand,
    modelNumber: benchmarkProduct.model,
    classification: 'BASE_PRODUCT',
    identifiers: [
      { type: 'UPC', code: upc },
      { type: 'GTIN', code: `00${upc}` },
    ],
    childAsins: [],
    packageAsins: [],
    marketplaces: [...MARKETPLACE_CODES],
  };
}
