import { isAsin, normalizeAsin } from '../../domain/asin';
import { marketplaceByCode, type MarketplaceCode } from '../../domain/marketplaces';
import type { CheckName, ReviewSubject } from '../../domain/review';
import type { Buyability } from '../../domain/program-settings';
import type { CatalogAnswer, OffersAnswer } from '../../domain/listing-answers';
import { hubOf, judgeListing } from '../../domain/review-listing';
import type { Question } from './asking';
import type { CallPriority } from './call-line';
import type { Catalog } from './catalog';
import type { CatalogLookup } from './catalog-reading';
import type { Offers, OffersLookup } from './offers';

const OPERATION = 'getCatalogItem';
const OFFERS_OPERATION = 'getItemOffers';

/** The checks that one catalogue item answers. */
export const listingChecks = ['ASIN_LIVE', 'LISTING_MATCHES'] as const satisfies readonly CheckName[];

/** What is known of a listing so far; what is absent was not answered. */
interface Known {
  catalog?: CatalogAnswer;
  hub?: CatalogAnswer;
  offers?: OffersAnswer;
}

/** Whom to ask. */
export interface ListingSources {
  readonly catalog: Catalog;
  readonly offers: Offers;
}

export interface ListingInquiry {
  /** What is to be found of the listing. */
  readonly checks: readonly (typeof listingChecks)[number][];
  /** Whether its offers are asked for, too. */
  readonly buyability: Buyability;
  /** Who goes first. */
  readonly priority: CallPriority;
  /** From when on it goes like what somebody waits for, in milliseconds since the epoch; absent: never. */
  readonly urgentAt?: number;
}

/**
 * The question about one ASIN in one marketplace: its item and, for LISTING_MATCHES of a product with a hub,
 * the tested hub's; where the programme wants offers, what Product Pricing counts. What is answered counts even
 * when the rest cannot be.
 */
export function listingQuestion(
  { catalog, offers }: ListingSources,
  subject: ReviewSubject,
  code: MarketplaceCode,
  { checks, buyability, priority, urgentAt = Number.POSITIVE_INFINITY }: ListingInquiry,
): Question {
  const known: Known = {};
  const marketplace = marketplaceByCode(code);
  const hub = checks.includes('LISTING_MATCHES') ? hubOf(subject.product) : null;
  const isWanted = ({ check }: { check: CheckName }) => checks.some((wanted) => wanted === check);
  /** What is not listed, or a mere parent, cannot be offered. */
  const needsOffers = (item: CatalogAnswer): boolean =>
    buyability === 'OFFERS' &&
    checks.includes('ASIN_LIVE') &&
    item.kind === 'listed' &&
    item.listing.classification !== 'VARIATION_PARENT';
  const conclude = (why: string) => {
    const missing = (source: string) => ({ kind: 'undecided', why, evidence: { source } }) as const;
    const item = known.catalog ?? missing(OPERATION);
    return judgeListing(subject, code, item, new Date().toISOString(), {
      hub: known.hub ?? (hub === null ? null : missing(OPERATION)),
      offers: known.offers ?? (needsOffers(item) ? missing(OFFERS_OPERATION) : null),
    }).filter(isWanted);
  };
  const inTime = <Result>(
    lookUp: (signal: AbortSignal, priority: CallPriority) => Promise<Result>,
    signal: AbortSignal,
  ) => askInTime(lookUp, { signal, priority, urgentAt });
  const askFor = async (asin: string, signal: AbortSignal): Promise<CatalogAnswer> =>
    isAsin(asin)
      ? answerOfCatalog(await inTime((...turn) => catalog.lookUp(asin, marketplace, ...turn), signal))
      : {
          kind: 'undecided',
          why: 'There is no valid ASIN to ask for.',
          evidence: { source: OPERATION },
        };
  const askCatalog = async (signal: AbortSignal) => {
    known.catalog = await askFor(subject.asin, signal);
    if (needsOffers(known.catalog))
      known.offers = answerOfOffers(
        await inTime((...turn) => offers.lookUp(subject.asin, marketplace, ...turn), signal),
      );
  };
  const askHub = async (hubAsin: string, signal: AbortSignal) => {
    known.hub = await askFor(normalizeAsin(hubAsin), signal);
  };
  return {
    about: checks.map((check) => ({ check, marketplace: code })),
    async ask(signal) {
      await together([askCatalog(signal), ...(hub === null ? [] : [askHub(hub, signal)])]);
      return conclude('');
    },
    giveUp: conclude,
  };
}

/** Asks behind others, and once it is urgent gives that place up and asks like somebody who waits. */
async function askInTime<Result>(
  lookUp: (signal: AbortSignal, priority: CallPriority) => Promise<Result>,
  { signal, priority, urgentAt }: { signal: AbortSignal; priority: CallPriority; urgentAt: number },
): Promise<Result> {
  if (urgentAt === Number.POSITIVE_INFINITY) return lookUp(signal, priority);
  const behind = new AbortController();
  const leave = () => behind.abort(signal.reason);
  const timer = setTimeout(() => behind.abort(), Math.max(0, urgentAt - Date.now()));
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  try {
    return await lookUp(behind.signal, priority);
  } catch (error) {
    if (!behind.signal.aborted || signal.aborted) throw error;
    return await lookUp(signal, 'interactive');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

/** Waits for all, so that what one answers is kept when another fails; then fails as the first that did. */
async function together(asked: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(asked)).find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function answerOfCatalog(lookup: CatalogLookup): CatalogAnswer {
  const evidence = { source: OPERATION, requestId: lookup.requestId };
  switch (lookup.kind) {
    case 'item':
      return { kind: 'listed', listing: lookup.listing, evidence: { ...evidence, source: lookup.source } };
    case 'notFound':
      return { kind: 'notFound', evidence: { ...evidence, status: 404 } };
    case 'refused': {
      const why = `Amazon’s catalogue refused the question (${lookup.status}).`;
      return { kind: 'undecided', why, evidence: { ...evidence, status: lookup.status } };
    }
  }
}

function answerOfOffers(lookup: OffersLookup): OffersAnswer {
  const evidence = { source: OFFERS_OPERATION, requestId: lookup.requestId };
  if (lookup.kind === 'offers')
    return { kind: 'known', status: lookup.status, total: lookup.total, evidence };
  const why = `Amazon’s Product Pricing refused the question (${lookup.status}).`;
  return { kind: 'undecided', why, evidence };
}
