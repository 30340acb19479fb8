/** ASINs that carry a maker's own retail identifier, offered to be chosen from. */
import { foldName, padGtin } from './review-folding';
import type { Classification, Listing } from './listing-answers';

/** A listing with its place in a family of variants. */
export interface FamilyListing extends Listing {
  readonly color: string | null;
  readonly size: string | null;
  /** The variation parents of a variant. */
  readonly parentAsins: readonly string[];
}

/** A variant of a variation parent. */
export interface SuggestedVariant {
  readonly asin: string;
  readonly title: string | null;
  readonly color: string | null;
  readonly size: string | null;
}

export interface AsinSuggestion {
  readonly asin: string;
  readonly title: string | null;
  readonly brand: string;
  readonly model: string | null;
  readonly classification: Classification | null;
  /** The parent of the family that the ASIN is a variant of. */
  readonly variationParent: string | null;
  /** The variants of a variation parent. */
  readonly children: readonly SuggestedVariant[];
}

export interface AsinSuggestions {
  readonly data: readonly AsinSuggestion[];
  /** Whether Amazon told all that there is to offer. */
  readonly complete: boolean;
  /** A sentence where it is not, or where there is nothing to ask; null otherwise. */
  readonly why: string | null;
}

/** Whether a listing numbers itself with this identifier, whatever type and padding it is held under. */
export const carries = ({ retailIdentifiers }: Listing, gtin14: string): boolean =>
  retailIdentifiers.some((identifier) => padGtin(identifier) === gtin14);

/**
 * Keeps listings of an organization's own brands. One that does not say its brand may be anybody's.
 * @param brands as its products spell them
 */
export function ofBrands<Kind extends Listing>(listings: readonly Kind[], brands: readonly string[]): Kind[] {
  const own = new Set(brands.map(foldName).filter((brand) => brand !== ''));
  return listings.filter(({ brand }) => brand !== null && own.has(foldName(brand)));
}

/**
 * The offer: what carries the identifier, then the parents of their families with all variants known.
 * @param found carry the identifier
 * @param parents variation parents, of which some may be found as well
 * @param variants children of the parents, as far as they are known
 */
export function presentSuggestions(
  found: readonly FamilyListing[],
  parents: readonly FamilyListing[],
  variants: readonly FamilyListing[],
): AsinSuggestion[] {
  const offered = new Map([...found, ...parents].map((listing) => [listing.asin, listing]));
  const known = new Map([...variants, ...found].map((listing) => [listing.asin, listing]));
  const parentOf = ({ asin, parentAsins }: FamilyListing) =>
    parents.find((parent) => parent.asin !== asin && parent.childAsins.includes(asin))?.asin ??
    parentAsins[0] ??
    null;
  return [...offered.values()].map((listing) => ({
    asin: listing.asin,
    title: listing.title,
    brand: listing.brand ?? '',
    model: listing.model,
    classification: listing.classification,
    variationParent: parentOf(listing),
    children: listing.childAsins
      .map((asin) => known.get(asin))
      .filter((variant) => variant !== undefined)
      .map(({ asin, title, color, size }) => ({ asin, title, color, size })),
  }));
}
