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

/** What a look found wrong with a listing in one marketplace; at least one code. */
export interface ListingFault {
  readonly marketplace: MarketplaceCode;
  readonly codes: readonly ReasonCode[];
}

/** What a look found wrong, in those of the marketplaces where it says so. */
export function faultsOf(
  answers: readonly FindingSummary[],
  marketplaces: readonly MarketplaceCode[],
): ListingFault[] {
  return marketplaces.flatMap((marketplace) => {
    const here = answers.filter((answer) => answer.marketplace === marketplace && answer.answer === 'NO');
    const codes = [...new Set(here.flatMap((answer) => answer.codes ?? []))];
    return codes.length === 0 ? [] : [{ marketplace, codes }];
  });
}

export type LookVerdict = 'RIGHT' | 'WRONG' | 'UNKNOWN';

/** What was found wrong with a listing so far; all of it has to be right again. */
export interface Wrong {
  /** At least one. */
  readonly checks: readonly ListingCheck[];
  /** What was wrong in them; absent where only the checks are known. */
  readonly codes?: readonly ReasonCode[];
}

/**
 * What a look at the listing in a marketplace says: WRONG as soon as one check is a definite no, RIGHT when all that
 * was found wrong is decided and is so no more. What the listing has never told, such as its model or its hub, is asked of
 * no badge. Anything else is UNKNOWN, which counts neither against the badge nor for it.
 */
export function judgeLook(
  answers: readonly FindingSummary[],
  marketplace: MarketplaceCode,
  { checks, codes = [] }: Wrong,
): LookVerdict {
  const here = answers.filter((answer) => answer.marketplace === marketplace);
  if (here.some(({ answer }) => answer === 'NO')) return 'WRONG';
  // What was recorded before says of no code whether it is open.
  const isDecided = ({ undecided }: FindingSummary) =>
    codes.length > 0 && undecided !== undefined && !codes.some((code) => undecided.includes(code));
  const isRight = (check: ListingCheck) =>
    here.some((answer) => answer.check === check && (answer.answer === 'YES' || isDecided(answer)));
  return checks.length > 0 && checks.every(isRight) ? 'RIGHT' : 'UNKNOWN';
}
