/** A badge in trouble: its listing is definitely not what it has to be. */
import type { MarketplaceCode } from './marketplaces';
import type { ReasonCode } from './reasons';
import type { FindingSummary } from './review';

/** The checks that are repeated once a badge is enabled. */
export type ListingCheck = 'ASIN_LIVE' | 'LISTING_MATCHES';

/** One thing that is wrong, with what was seen, for people. */
export interface TroubleReason {
  readonly check: ListingCheck;
  readonly code: ReasonCode;
  readonly found: string | null;
  readonly expected: string | null;
}

/** What is wrong with a request's listing in one marketplace. */
export interface TroubleReport {
  readonly marketplace: MarketplaceCode;
  /** At least one. */
  readonly reasons: readonly TroubleReason[];
}

export type Look = 'RIGHT' | 'WRONG' | 'UNKNOWN';

/**
 * What a look at the listing in a marketplace says: WRONG as soon as one check is a definite no, RIGHT when each
 * check that was found wrong is a definite yes. Anything else is UNKNOWN, which counts neither against the badge
 * nor for it.
 * @param wrong the checks that were found wrong, at least one
 */
export function judgeLook(
  answers: readonly FindingSummary[],
  marketplace: MarketplaceCode,
  wrong: readonly ListingCheck[],
): Look {
  const here = answers.filter((answer) => answer.marketplace === marketplace);
  if (here.some(({ answer }) => answer === 'NO')) return 'WRONG';
  const isRight = (check: ListingCheck) =>
    here.some((answer) => answer.check === check && answer.answer === 'YES');
  return wrong.length > 0 && wrong.every(isRight) ? 'RIGHT' : 'UNKNOWN';
}
