import type { MarketplaceCode } from './marketplaces';
import {
  combineParts,
  type Evidence,
  type Finding,
  type Part,
  type ReviewedProduct,
  type ReviewSubject,
} from './review';
import { boundFinding } from './review-evidence';
import { foldName, padGtin } from './review-folding';
import type { ReasonCode } from './reasons';

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
}

/** What came of asking the catalogue for one ASIN in one marketplace. */
export type CatalogAnswer =
  | { readonly kind: 'listed'; readonly listing: Listing; readonly evidence: Evidence }
  | { readonly kind: 'notFound'; readonly evidence: Evidence }
  | { readonly kind: 'undecided'; readonly why: string; readonly evidence: Evidence };

type Request = Pick<ReviewSubject, 'gtin14' | 'bundleDevices'>;

/** Two names that are both there and differ contradict each other; one that is not there says nothing. */
function compareNames(name: string, code: ReasonCode, listed: string | null, certified: string): Part {
  const [left, right] = [foldName(listed ?? ''), foldName(certified)];
  if (left === '' || right === '') return { name, answer: 'UNKNOWN' };
  return left === right ? { name, answer: 'YES' } : { name, answer: 'NO', code };
}

function compareIdentifiers(listed: readonly string[], gtin14: string): Part {
  const name = 'retailIdentifiers';
  const gtins = listed.map(padGtin).filter((gtin) => gtin !== null);
  const ours = padGtin(gtin14);
  if (gtins.length === 0 || ours === null) return { name, answer: 'UNKNOWN' };
  return gtins.includes(ours)
    ? { name, answer: 'YES' }
    : { name, answer: 'NO', code: 'RETAIL_IDENTIFIER_MISMATCH' };
}

/** What a classification says about a form with and without bundled devices. */
const bundles = {
  BASE_PRODUCT: { bundled: 'NO', single: 'YES' },
  PRODUCT_BUNDLE: { bundled: 'YES', single: 'NO' },
  VARIATION_PARENT: { bundled: 'UNKNOWN', single: 'UNKNOWN' },
  OTHER: { bundled: 'UNKNOWN', single: 'UNKNOWN' },
} as const satisfies Record<Classification, Record<'bundled' | 'single', Part['answer']>>;

function compareBundle(classification: Classification | null, devices: readonly string[]): Part {
  const name = 'classification';
  const answer = classification && bundles[classification][devices.length > 0 ? 'bundled' : 'single'];
  if (answer === 'NO') return { name, answer, code: 'BUNDLE_MISMATCH' };
  return { name, answer: answer ?? 'UNKNOWN' };
}

/**
 * Holds a listing against the certified product and the form, part by part: brand, model, retail
 * identifier, bundle. Present and different is NO, absent is UNKNOWN.
 */
export const compareListing = (
  listing: Listing,
  certified: Pick<ReviewedProduct, 'brand' | 'model'>,
  request: Request,
): Part[] => [
  compareNames('brand', 'BRAND_MISMATCH', listing.brand, certified.brand),
  compareNames('model', 'MODEL_MISMATCH', listing.model, certified.model),
  compareIdentifiers(listing.retailIdentifiers, request.gtin14),
  compareBundle(listing.classification, request.bundleDevices),
];

/**
 * Whether a listing can be bought, as far as the catalogue says: a variation parent never can, and without
 * a classification it cannot be told from one.
 */
export const judgeLiveness = (listing: Listing): Part =>
  listing.classification === 'VARIATION_PARENT'
    ? { name: 'buyable', answer: 'NO', code: 'ASIN_NOT_BUYABLE' }
    : { name: 'buyable', answer: listing.classification === null ? 'UNKNOWN' : 'YES' };

/** The sentence for parts that could not be decided. */
const describeUnknown = (unknown: readonly string[]): Evidence =>
  unknown.length === 0 ? {} : { why: `The listing does not tell: ${unknown.join(', ')}.` };

function findLiveness(
  subject: ReviewSubject,
  answer: CatalogAnswer,
): Omit<Finding, 'marketplace' | 'checkedAt'> {
  const check = 'ASIN_LIVE';
  const expected = { asin: subject.asin };
  switch (answer.kind) {
    case 'notFound':
      return {
        check,
        answer: 'NO',
        code: 'ASIN_NOT_FOUND',
        codes: ['ASIN_NOT_FOUND'],
        found: answer.evidence,
        expected,
      };
    case 'undecided':
      return undecided(check, answer, expected);
    case 'listed': {
      const { listing } = answer;
      const { answer: live, codes, unknown } = combineParts([judgeLiveness(listing)]);
      const found: Evidence = {
        ...answer.evidence,
        asin: listing.asin,
        title: listing.title,
        classification: listing.classification,
        ...(listing.childAsins.length > 0 && { childAsins: listing.childAsins }),
        ...describeUnknown(unknown),
      };
      return { check, answer: live, code: codes[0] ?? null, codes, found, expected };
    }
  }
}

function findMatch(
  subject: ReviewSubject,
  answer: CatalogAnswer,
): Omit<Finding, 'marketplace' | 'checkedAt'> {
  const check = 'LISTING_MATCHES';
  const { brand, model } = subject.product;
  const expected: Evidence = {
    brand,
    model,
    retailIdentifier: subject.gtin14,
    bundle: subject.bundleDevices.length > 0,
  };
  // What is not listed contradicts nothing: that it is missing is the finding of ASIN_LIVE.
  if (answer.kind === 'notFound')
    return undecided(check, { why: 'There is no listing to compare.', evidence: answer.evidence }, expected);
  if (answer.kind === 'undecided') return undecided(check, answer, expected);
  const { listing } = answer;
  const { answer: matches, codes, unknown } = combineParts(compareListing(listing, subject.product, subject));
  const found: Evidence = {
    ...answer.evidence,
    brand: listing.brand,
    model: listing.model,
    retailIdentifiers: listing.retailIdentifiers,
    classification: listing.classification,
    ...describeUnknown(unknown),
  };
  return { check, answer: matches, code: codes[0] ?? null, codes, found, expected };
}

/** The UNKNOWN of a check that the outside system did not let us decide. */
const undecided = (
  check: Finding['check'],
  { why, evidence }: { why: string; evidence: Evidence },
  expected: Evidence,
): Omit<Finding, 'marketplace' | 'checkedAt'> => ({
  check,
  answer: 'UNKNOWN',
  code: null,
  codes: [],
  found: { ...evidence, why },
  expected,
});

/**
 * Both findings that one answer of the catalogue gives: ASIN_LIVE and LISTING_MATCHES.
 * @param checkedAt RFC 3339 in UTC
 */
export const judgeListing = (
  subject: ReviewSubject,
  marketplace: MarketplaceCode,
  answer: CatalogAnswer,
  checkedAt: string,
): [Finding, Finding] => [
  boundFinding({ ...findLiveness(subject, answer), marketplace, checkedAt }),
  boundFinding({ ...findMatch(subject, answer), marketplace, checkedAt }),
];
