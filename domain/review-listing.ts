import type { CatalogAnswer, OffersAnswer } from './listing-answers';
import type { MarketplaceCode } from './marketplaces';
import type { Evidence, Finding, ReviewSubject } from './review';
import { boundFinding } from './review-evidence';
import { applyRules } from './review-rule';
import { type ListingFacts, listingRules } from './review-rules';

/** The hub that was tested with a product; null when it connects otherwise. */
export const hubOf = ({ integration }: ReviewSubject['product']): string | null =>
  integration.kind === 'HUB' ? integration.hubAsin : null;

type Judged = Omit<Finding, 'marketplace' | 'checkedAt'>;

function judge(
  check: Finding['check'],
  facts: ListingFacts,
  { found, expected, why }: { found: Evidence; expected: Evidence; why: string | null },
): Judged {
  const { answer, codes, undecided, unknown, missing } = applyRules(listingRules, check, facts);
  const told = why ?? (missing.length > 0 ? missing.join(' ') : null);
  return {
    check,
    answer,
    codes,
    undecided,
    found: {
      ...found,
      // Where nothing could be read, that says it all.
      ...(unknown.length > 0 && why === null && { unknown }),
      ...(told !== null && { why: told }),
    },
    expected,
  };
}

/** Why nothing could be asked or read; null when something could. */
const whyNot = (...answers: readonly (CatalogAnswer | OffersAnswer | null)[]): string | null =>
  answers.find((answer) => answer?.kind === 'undecided')?.why ?? null;

function findLiveness(facts: ListingFacts): Judged {
  const { subject, catalog, offers } = facts;
  const found: Evidence = {
    ...catalog.evidence,
    ...(catalog.kind === 'listed' && {
      asin: catalog.listing.asin,
      title: catalog.listing.title,
      classification: catalog.listing.classification,
      ...(catalog.listing.childAsins.length > 0 && {
        childAsins: catalog.listing.childAsins,
        childCount: catalog.listing.childAsins.length,
      }),
    }),
    ...(offers !== null && {
      source: joinSources(catalog.evidence, offers.evidence),
      offersRequestId: offers.evidence['requestId'] ?? null,
    }),
    ...(offers?.kind === 'known' && { offersStatus: offers.status, offers: offers.total }),
  };
  const expected: Evidence = { asin: subject.asin, ...(offers !== null && { offers: 'one or more' }) };
  return judge('ASIN_LIVE', facts, { found, expected, why: whyNot(catalog, offers) });
}

function findMatch(facts: ListingFacts): Judged {
  const { subject, catalog, hub } = facts;
  const { brand, model } = subject.presentNames ?? subject.product;
  const hubAsin = hubOf(subject.product);
  const found: Evidence = {
    ...catalog.evidence,
    ...(catalog.kind === 'listed' && {
      title: catalog.listing.title,
      brand: catalog.listing.brand,
      model: catalog.listing.model,
      retailIdentifiers: catalog.listing.retailIdentifiers,
      classification: catalog.listing.classification,
      ...(catalog.listing.packageAsins.length > 0 && { packageAsins: catalog.listing.packageAsins }),
    }),
    ...(hub !== null && {
      hub: describeHub(hub),
      hubListed: hub.kind === 'undecided' ? null : hub.kind === 'listed',
      hubRequestId: hub.evidence['requestId'] ?? null,
    }),
  };
  const expected: Evidence = {
    brand,
    model,
    retailIdentifier: subject.gtin14,
    bundle: subject.bundleDevices.length > 0,
    ...(hubAsin !== null && { hubAsin }),
  };
  const why = catalog.kind === 'notFound' ? 'There is no listing to compare.' : whyNot(catalog);
  return judge('LISTING_MATCHES', facts, { found, expected, why });
}

/** The operations that were asked. */
const joinSources = (...all: readonly Evidence[]): string =>
  all.flatMap(({ source }) => (typeof source === 'string' ? [source] : [])).join(', ');

/** What the catalogue says of the tested hub, for people. */
function describeHub(hub: CatalogAnswer): string {
  switch (hub.kind) {
    case 'listed':
      return hub.listing.title ?? hub.listing.asin;
    case 'notFound':
      return 'not in the catalogue of this marketplace';
    case 'undecided':
      return hub.why;
  }
}

/**
 * Both findings that the answers about one ASIN in one marketplace give: ASIN_LIVE and LISTING_MATCHES.
 * @param checkedAt RFC 3339 in UTC
 * @param more.offers what Product Pricing says; absent or null when it was not asked
 * @param more.hub what the catalogue says of the tested hub, likewise
 */
export function judgeListing(
  subject: ReviewSubject,
  marketplace: MarketplaceCode,
  catalog: CatalogAnswer,
  checkedAt: string,
  { offers = null, hub = null }: { offers?: OffersAnswer | null; hub?: CatalogAnswer | null } = {},
): [Finding, Finding] {
  const facts = { subject, catalog, offers, hub };
  return [
    boundFinding({ ...findLiveness(facts), marketplace, checkedAt }),
    boundFinding({ ...findMatch(facts), marketplace, checkedAt }),
  ];
}
