/** What Amazon's catalogue and prices say of a listing, as far as it is known. */
import type { Evidence } from './review';

/** How Amazon classes a listing: Catalog Items 2022-04-01, `summaries[].itemClassification`. */
export const classifications = ['BASE_PRODUCT', 'OTHER', 'PRODUCT_BUNDLE', 'VARIATION_PARENT'] as const;
export type Classification = (typeof classifications)[number];

/**
 * What a listing says in one marketplace. Null and empty mean that it does not say, or says two different
 * things at once.
 */
export interface Listing {
  readonly asin: string;
  readonly title: string | null;
  readonly brand: string | null;
  /** `modelNumber`, else `partNumber`. */
  readonly model: string | null;
  readonly classification: Classification | null;
  /** Retail identifiers of any type, as written there. */
  readonly retailIdentifiers: readonly string[];
  /** The variants of a variation parent. */
  readonly childAsins: readonly string[];
  /** What it is packed with, either way round. */
  readonly packageAsins: readonly string[];
}

interface Undecided {
  readonly kind: 'undecided';
  /** A sentence for people. */
  readonly why: string;
  readonly evidence: Evidence;
}

/** What came of asking the catalogue for one ASIN in one marketplace. */
export type CatalogAnswer =
  | { readonly kind: 'listed'; readonly listing: Listing; readonly evidence: Evidence }
  | { readonly kind: 'notFound'; readonly evidence: Evidence }
  | Undecided;

/** What came of asking for the offers of one ASIN in one marketplace; null is what the answer does not say. */
export type OffersAnswer =
  | {
      readonly kind: 'known';
      readonly status: string | null;
      readonly total: number | null;
      readonly evidence: Evidence;
    }
  | Undecided;
