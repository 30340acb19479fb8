/**
 * Every rule of every check, each with its row for people: docs/review.md is made of it. A definite
 * statement of Amazon's that contradicts the certification is a code; what is missing, contradicts itself or
 * could not be read is UNKNOWN. Sources: "Works with Alexa badge requirements"; Catalog Items API
 * 2022-04-01; Product Pricing API v0; Skill Management API v1.
 */
import { normalizeAsin } from './asin';
import type { ReasonCode } from './reasons';
import type { ReviewSubject } from './review';
import { foldName, padGtin } from './review-folding';
import type { CatalogAnswer, Classification, Listing, OffersAnswer } from './listing-answers';
import type { Rule, Rules, Verdict } from './review-rule';
import type { Distribution, LiveStage, SkillAnswer } from './skill-answers';

/** What the rules of a listing judge by. */
export interface ListingFacts {
  readonly subject: ReviewSubject;
  readonly catalog: CatalogAnswer;
  /** Null: not asked, because the programme takes a listing for enough or the catalogue has decided. */
  readonly offers: OffersAnswer | null;
  /** What the catalogue says of the tested hub; null: not asked. */
  readonly hub: CatalogAnswer | null;
}

/** What the rules of a skill judge by. */
export interface SkillFacts {
  readonly skill: SkillAnswer;
  /** ISO 3166 code of the marketplace's country. */
  readonly country: string;
}

type Row<Facts, Code extends ReasonCode> = Omit<Rule<Facts>, 'no' | 'judge'> & {
  readonly no: Readonly<Record<Code, string>>;
  judge(facts: Facts): Verdict<Code> | null;
};
/** A rule gives no code that its row does not have. */
const ofListing = <Code extends ReasonCode>(row: Row<ListingFacts, Code>): Rule<ListingFacts> => row;
const ofSkill = <Code extends ReasonCode>(row: Row<SkillFacts, Code>): Rule<SkillFacts> => row;

export const listingRules = {
  listed: ofListing({
    check: 'ASIN_LIVE',
    reads: '`getCatalogItem`: status, `errors[].code`',
    against: 'the form’s ASIN and marketplace',
    yes: '200, about this ASIN, with a row of this marketplace',
    no: { ASIN_NOT_FOUND: '404 whose body says `NOT_FOUND`' },
    unknown: 'any other answer, or none',
    missing: 'The catalogue did not say whether the ASIN is listed.',
    judge: ({ catalog }) => (catalog.kind === 'notFound' ? 'ASIN_NOT_FOUND' : whetherListed(catalog)),
  }),
  classification: ofListing({
    check: 'ASIN_LIVE',
    reads: '`getCatalogItem`: `summaries[].itemClassification`',
    against: 'what can never be bought',
    yes: 'any other class',
    no: { ASIN_NOT_BUYABLE: '`VARIATION_PARENT`; the reason names its children' },
    unknown: 'none stated, or two different ones; where offers are asked for, they decide that',
    missing: 'The listing does not state its classification.',
    judge: (facts) => whenListed(facts, (listing) => judgeClassification(listing, facts.offers)),
  }),
  offers: ofListing({
    check: 'ASIN_LIVE',
    reads:
      '`getItemOffers`: `status`; `Summary.NumberOfOffers` of condition `new`, else `Summary.TotalOfferCount`',
    against: 'at least one offer of a new item, where the programme’s `buyability` is `OFFERS`',
    yes: '`Success` with one offer or more',
    no: { ASIN_NOT_BUYABLE: '`Success` with 0 offers, or `NoBuyableOffers` with none counted' },
    unknown: 'any other status, such as `ActiveButTooSoonForProcessing`; no number; a refusal; no answer',
    missing: 'Product Pricing did not say whether the ASIN is offered.',
    judge: (facts) =>
      facts.offers === null ? null : whenListed(facts, () => facts.offers && judgeOffers(facts.offers)),
  }),
  brand: ofListing({
    check: 'LISTING_MATCHES',
    reads: '`getCatalogItem`: `summaries[].brand`',
    against: 'the certified brand, both folded',
    yes: 'equal',
    no: { BRAND_MISMATCH: 'both there and different' },
    unknown:
      'not stated, two different ones, the certified one beside another writing, or nothing left after folding',
    missing: 'The listing does not state one brand.',
    judge: (facts) =>
      whenListed(facts, ({ brand }) =>
        judgeByEither(facts, (certified) => compareBrands(brand, certified.brand)),
      ),
  }),
  model: ofListing({
    check: 'LISTING_MATCHES',
    reads: '`getCatalogItem`: `summaries[].modelNumber`, else `summaries[].partNumber`',
    against: 'the certified model, both folded',
    yes: 'equal',
    no: { MODEL_MISMATCH: 'both there and different' },
    unknown: 'neither stated, two different ones, or nothing left after folding',
    missing: 'The listing does not state its model number.',
    judge: (facts) =>
      whenListed(facts, ({ model }) =>
        judgeByEither(facts, (certified) => compareNames(model, certified.model, 'MODEL_MISMATCH')),
      ),
  }),
  retailIdentifier: ofListing({
    check: 'LISTING_MATCHES',
    reads: '`getCatalogItem`: `identifiers[].identifiers[]`, whatever their type',
    against: 'the form’s retail identifier, all padded to GTIN-14',
    yes: 'among them',
    no: { RETAIL_IDENTIFIER_MISMATCH: 'there are some, and ours is not among them' },
    unknown: 'none that can be a GTIN',
    missing: 'The listing does not state its retail identifiers.',
    judge: (facts) =>
      whenListed(facts, ({ retailIdentifiers }) =>
        compareIdentifiers(retailIdentifiers, facts.subject.gtin14),
      ),
  }),
  bundle: ofListing({
    check: 'LISTING_MATCHES',
    reads: '`getCatalogItem`: `summaries[].itemClassification`',
    against: 'whether the form names bundled devices',
    yes: '`PRODUCT_BUNDLE` and it does, `BASE_PRODUCT` and it does not',
    no: { BUNDLE_MISMATCH: '`PRODUCT_BUNDLE` and it does not, `BASE_PRODUCT` and it does' },
    unknown: '`VARIATION_PARENT`, `OTHER`, none stated',
    missing: 'The listing does not tell whether it is a bundle.',
    judge: (facts) => whenListed(facts, ({ classification }) => compareBundle(classification, facts.subject)),
  }),
  hub: ofListing({
    check: 'LISTING_MATCHES',
    reads: '`getCatalogItem` of ASIN and hub: `relationships[]` of `PACKAGE_HIERARCHY`; status for the hub',
    against: 'the ASIN of the hub that was tested, where the product’s integration is a hub',
    yes: 'the listing is that hub, or is packed with it',
    no: { HUB_MISMATCH: 'that hub is not in this marketplace: 404 whose body says `NOT_FOUND`' },
    unknown: 'anything else: the catalogue has no field for the hub that a product needs',
    missing: 'The listing does not tell which hub it works with.',
    judge: (facts) => {
      const { integration } = facts.subject.product;
      if (integration.kind !== 'HUB') return null;
      return whenListed(facts, (listing) => judgeHub(listing, integration.hubAsin, facts.hub));
    },
  }),
} satisfies Rules<ListingFacts>;

export const skillRules = {
  liveStage: ofSkill({
    check: 'SKILL_PUBLISHED',
    reads:
      '`listSkillsForVendor`: `skills[].stage`, `publicationStatus`; where it does not list the skill, status of `getSkillManifest`',
    against: 'a live stage that is `PUBLISHED`',
    yes: 'there is one',
    no: {
      SKILL_NOT_PUBLISHED: 'the skill has other stages only, or 404 for its live manifest',
      SKILL_HIDDEN: 'it is `HIDDEN`',
      SKILL_REMOVED: 'it is `REMOVED`',
    },
    unknown:
      'our account may not read the skill (a third party’s), another status, contradicting rows, a list with more to come',
    missing: 'The skill store did not say whether the skill is published.',
    judge: ({ skill }) => (skill.kind === 'known' ? stageVerdicts[skill.live] : 'UNKNOWN'),
  }),
  distribution: ofSkill({
    check: 'SKILL_PUBLISHED',
    reads:
      '`getSkillManifest` of the live stage: `isAvailableWorldwide`, `distributionCountries`, `distributionMode`',
    against: 'the marketplace’s country',
    yes: 'worldwide, or the country is named; and public',
    no: { SKILL_NOT_IN_MARKETPLACE: 'not worldwide, and countries are named but not this one' },
    unknown: 'manifest not to be read, no countries named, distributed privately',
    missing: 'The skill store did not say where the skill is distributed.',
    judge: ({ skill, country }) => {
      if (skill.kind === 'undecided' || skill.live === 'UNCLEAR') return 'UNKNOWN';
      // Where a skill that is not live would be distributed decides nothing.
      return skill.live === 'PUBLISHED' ? judgeDistribution(skill.distribution, country) : null;
    },
  }),
} satisfies Rules<SkillFacts>;

export type RuleName = keyof typeof listingRules | keyof typeof skillRules;
/** The whole table, for people. */
export const reviewRules: Readonly<Record<RuleName, Omit<Rule<never>, 'judge'>>> = {
  ...listingRules,
  ...skillRules,
};

const whetherListed = ({ kind }: CatalogAnswer) => (kind === 'listed' ? 'YES' : 'UNKNOWN');

/** What is not listed contradicts nothing: that it is missing is the rule `listed`'s to say. */
function whenListed<Code extends ReasonCode>(
  { catalog }: ListingFacts,
  judge: (listing: Listing) => Verdict<Code> | null,
): Verdict<Code> | null {
  if (catalog.kind === 'notFound') return null;
  return catalog.kind === 'listed' ? judge(catalog.listing) : 'UNKNOWN';
}

/** What contradicts only one of the names that were submitted and those of now is no definite no. */
function judgeByEither<Code extends ReasonCode>(
  { subject: { product, presentNames = product } }: ListingFacts,
  judge: (certified: { readonly brand: string; readonly model: string }) => Verdict<Code>,
): Verdict<Code> {
  const verdicts = [judge(presentNames), judge(product)] as const;
  const kinder = (['YES', 'UNKNOWN'] as const).find((verdict) => verdicts.includes(verdict));
  return kinder ?? verdicts[0];
}

/** A variation parent can never be bought, and without a classification nothing can be told from one. */
function judgeClassification({ classification }: Listing, offers: OffersAnswer | null) {
  if (classification === 'VARIATION_PARENT') return 'ASIN_NOT_BUYABLE';
  if (classification !== null) return 'YES';
  return offers === null ? 'UNKNOWN' : null;
}

/**
 * Only `Success` counts offers: an item whose offers cannot be shown yet has 0 of them, too (Product Pricing
 * API v0, `GetOffersResult`).
 */
function judgeOffers(offers: OffersAnswer): Verdict<'ASIN_NOT_BUYABLE'> {
  if (offers.kind === 'undecided') return 'UNKNOWN';
  const { status, total } = offers;
  if (status === 'NoBuyableOffers') return total === null || total === 0 ? 'ASIN_NOT_BUYABLE' : 'UNKNOWN';
  if (status !== 'Success' || total === null) return 'UNKNOWN';
  return total > 0 ? 'YES' : 'ASIN_NOT_BUYABLE';
}

/** Two names that are both there and differ contradict each other; one that is not there says nothing. */
function compareNames<Code extends ReasonCode>(
  listed: string | null,
  certified: string,
  code: Code,
): Verdict<Code> {
  const [left, right] = [foldName(listed ?? ''), foldName(certified)];
  if (left === '' || right === '') return 'UNKNOWN';
  return left === right ? 'YES' : code;
}

/**
 * The Japanese site states a brand in two writings, as ソニー(SONY): one that names the certified brand besides does not
 * contradict it.
 */
function compareBrands(listed: string | null, certified: string): Verdict<'BRAND_MISMATCH'> {
  const [, ...writings] = /^([^(（]+)[(（]([^)）]+)[)）]$/u.exec(listed?.trim() ?? '') ?? [];
  const isBeside = writings.some((writing) => compareNames(writing, certified, 'BRAND_MISMATCH') === 'YES');
  const verdict = compareNames(listed, certified, 'BRAND_MISMATCH');
  return isBeside && verdict === 'BRAND_MISMATCH' ? 'UNKNOWN' : verdict;
}

function compareIdentifiers(
  listed: readonly string[],
  gtin14: string,
): Verdict<'RETAIL_IDENTIFIER_MISMATCH'> {
  const gtins = listed.map(padGtin).filter((gtin) => gtin !== null);
  const ours = padGtin(gtin14);
  if (gtins.length === 0 || ours === null) return 'UNKNOWN';
  return gtins.includes(ours) ? 'YES' : 'RETAIL_IDENTIFIER_MISMATCH';
}

/** What a classification says about a form with and without bundled devices. */
const bundles = {
  BASE_PRODUCT: { bundled: 'BUNDLE_MISMATCH', single: 'YES' },
  PRODUCT_BUNDLE: { bundled: 'YES', single: 'BUNDLE_MISMATCH' },
  VARIATION_PARENT: { bundled: 'UNKNOWN', single: 'UNKNOWN' },
  OTHER: { bundled: 'UNKNOWN', single: 'UNKNOWN' },
} as const satisfies Record<Classification, Record<'bundled' | 'single', Verdict<'BUNDLE_MISMATCH'>>>;

const compareBundle = (classification: Classification | null, { bundleDevices }: ReviewSubject) =>
  classification === null
    ? 'UNKNOWN'
    : bundles[classification][bundleDevices.length > 0 ? 'bundled' : 'single'];

/**
 * The tested hub's ASIN must be the hub of the listing. The catalogue has no field for that, so only a
 * package tells it; but an ASIN that the marketplace does not have is no listing's hub there.
 */
function judgeHub(listing: Listing, hubAsin: string, hub: CatalogAnswer | null): Verdict<'HUB_MISMATCH'> {
  if ([listing.asin, ...listing.packageAsins].includes(normalizeAsin(hubAsin))) return 'YES';
  return hub?.kind === 'notFound' ? 'HUB_MISMATCH' : 'UNKNOWN';
}

const stageVerdicts = {
  PUBLISHED: 'YES',
  HIDDEN: 'SKILL_HIDDEN',
  REMOVED: 'SKILL_REMOVED',
  NONE: 'SKILL_NOT_PUBLISHED',
  UNCLEAR: 'UNKNOWN',
} as const satisfies Record<LiveStage, Verdict>;

/** A manifest that names no country, or a private distribution, is not a definite no. */
function judgeDistribution(
  distribution: Distribution | null,
  country: string,
): Verdict<'SKILL_NOT_IN_MARKETPLACE'> {
  if (distribution === null || (distribution.mode !== null && distribution.mode !== 'PUBLIC'))
    return 'UNKNOWN';
  if (distribution.worldwide === true) return 'YES';
  const countries = distribution.countries ?? [];
  if (countries.some((listed) => listed.toUpperCase() === country)) return 'YES';
  return distribution.worldwide === false && countries.length > 0 ? 'SKILL_NOT_IN_MARKETPLACE' : 'UNKNOWN';
}
