/**
 * Why a request was rejected, or a marketplace dropped: a closed list, each with the field it is about and
 * the sentence that tells the maker what to do. Amazon publishes no such codes; these follow from its badge
 * requirements ("Works with Alexa badge requirements").
 */
import type { Status } from './lifecycle';
import type { MarketplaceCode } from './marketplaces';

interface ReasonRule {
  /** JSON pointer into the form; the empty pointer is the whole form (RFC 6901). */
  field: ReasonField;
  /** Whether it is about single marketplaces; such a reason without one is about all of the request's. */
  perMarketplace: boolean;
  /** Whether a reviewer may give it; the others are the service's own. */
  reviewerMayPick: boolean;
  /** Whether it says nothing without a text. */
  needsText: boolean;
  /** What is wrong, in a few words. */
  title: string;
  /** What the maker does about it, a sentence. */
  action: string;
}

/** The fields of the form that a reason can be about. */
export type ReasonField =
  '' | '/productId' | '/retailIdentifier/code' | '/asin' | '/bundleDevices' | '/goLive' | '/marketplaces';

const listing = { field: '/asin', perMarketplace: true, reviewerMayPick: true, needsText: false } as const;
const skill = { field: '/productId', perMarketplace: true, reviewerMayPick: true, needsText: false } as const;
const certification = {
  field: '/productId',
  perMarketplace: true,
  reviewerMayPick: false,
  needsText: false,
} as const;

export const reasons = {
  ASIN_NOT_FOUND: {
    ...listing,
    title: 'The ASIN is not in the catalogue of this marketplace',
    action:
      'Check the ASIN, or list the product in this marketplace, or take the marketplace out of the request; then submit again.',
  },
  ASIN_NOT_BUYABLE: {
    ...listing,
    title: 'The ASIN cannot be bought in this marketplace',
    action:
      'Make the listing available for sale in this marketplace (not unavailable, suppressed or a mere variation parent), then submit again.',
  },
  BRAND_MISMATCH: {
    ...listing,
    title: 'The brand of the listing is not the certified brand',
    action:
      'Correct the brand on the listing, or give the ASIN whose listing shows the certified brand, then submit again.',
  },
  MODEL_MISMATCH: {
    ...listing,
    title: 'The model number of the listing is not the certified model',
    action:
      'Correct the model number on the listing, or give the ASIN of the certified model, then submit again.',
  },
  RETAIL_IDENTIFIER_MISMATCH: {
    ...listing,
    field: '/retailIdentifier/code',
    title: 'The retail identifier does not belong to this ASIN',
    action:
      'Give the UPC, EAN, JAN or GTIN-14 that the listing carries, or correct the listing, then submit again.',
  },
  BUNDLE_MISMATCH: {
    ...listing,
    field: '/bundleDevices',
    title: 'The listing and the request disagree about the bundle',
    action:
      'Name the devices that the bundle includes, or none if the ASIN is not a bundle, so that the request says what the listing says; then submit again.',
  },
  HUB_MISMATCH: {
    ...listing,
    title: 'The hub on the listing is not the hub that was tested',
    action:
      'List the hub that was tested in this marketplace, or have the product certified with the hub that is sold there, or take the marketplace out of the request; then submit again.',
  },
  SKILL_NOT_PUBLISHED: {
    ...skill,
    title: 'The Alexa skill of the product is not published',
    action: 'Publish the skill in the Alexa Skills Store, then submit again.',
  },
  SKILL_HIDDEN: {
    ...skill,
    title: 'The Alexa skill of the product is hidden from new users',
    action: 'Make the skill visible in the Alexa Skills Store again, then submit again.',
  },
  SKILL_REMOVED: {
    ...skill,
    title: 'The Alexa skill of the product was removed from the store',
    action: 'Resolve why the skill was removed and have it published again, then submit again.',
  },
  SKILL_NOT_IN_MARKETPLACE: {
    ...skill,
    field: '/marketplaces',
    title: 'The Alexa skill is not distributed in this marketplace’s country',
    action:
      'Distribute the skill in this marketplace’s country, or take the marketplace out of the request, then submit again.',
  },
  IMAGE_MISMATCH: {
    ...listing,
    title: 'The product image of the listing does not show the certified product',
    action: 'Replace the product image on the listing with one of the certified product, then submit again.',
  },
  DEVICE_TYPE_MISMATCH: {
    ...listing,
    title: 'The listing describes another type of device than the certified one',
    action:
      'Correct the listing, or give the ASIN of a device of the certified type, or choose the product that it belongs to; then submit again.',
  },
  MARKETPLACE_NOT_CERTIFIED: {
    ...certification,
    field: '/marketplaces',
    perMarketplace: true,
    reviewerMayPick: true,
    title: 'The certification does not cover this marketplace',
    action:
      'Take the marketplace out of the request, or have the product certified for it, then submit again.',
  },
  CERTIFICATION_REJECTED: {
    ...certification,
    title: 'The product failed its certification',
    action:
      'Correct what the certification report names, submit the product for certification again, then submit this request again.',
  },
  CERTIFICATION_CANCELLED: {
    ...certification,
    title: 'The certification of the product was cancelled',
    action: 'Submit the product for certification again, then submit this request again.',
  },
  CERTIFICATION_INTAKE_REJECTED: {
    ...certification,
    title: 'The product was not accepted for certification',
    action:
      'Correct the certification submission as its intake review asks, submit it again, then submit this request again.',
  },
  CERTIFICATION_REVOKED: {
    ...certification,
    title: 'The certification of the product was revoked',
    action: 'Have the product certified again, then submit this request again.',
  },
  LISTING_NOT_LIVE_IN_TIME: {
    ...listing,
    field: '/marketplaces',
    reviewerMayPick: false,
    title: 'The listing did not become live in time',
    action:
      'Make the listing available for sale in this marketplace, then submit again with the marketplace chosen.',
  },
  OTHER: {
    field: '',
    perMarketplace: true,
    reviewerMayPick: true,
    needsText: true,
    title: 'Another reason, in the reviewer’s words',
    action: 'Do what the reviewer’s text asks for, then submit again.',
  },
} as const satisfies Record<string, ReasonRule>;

export type ReasonCode = keyof typeof reasons;

/** One reason as the API shows it and a mail tells it. */
export interface Reason {
  code: ReasonCode;
  field: ReasonField;
  /** Null: all marketplaces of the request. */
  marketplace: MarketplaceCode | null;
  /** What was seen, for people; null when nothing was. */
  found: string | null;
  /** What should have been seen. */
  expected: string | null;
  action: string;
  /** The reviewer's own words, or the certification's. */
  text: string | null;
}

const certifyAnew =
  'Have the product certified again. Approved while this request is Pending, it brings the marketplace back by itself; once this request is Enabled, ask for the badge where it is not live yet with a new request.';

/** What the maker does about a marketplace that is dropped from a request that goes on: that is not submitted again. */
const whereDropped: Partial<Record<ReasonCode, string>> = {
  MARKETPLACE_NOT_CERTIFIED:
    'Have the product certified for this marketplace. Approved while this request is Pending, it brings the marketplace back by itself; once this request is Enabled, ask for the badge there with a new one.',
  LISTING_NOT_LIVE_IN_TIME:
    'Make the listing available for sale in this marketplace; once this request is Enabled, ask for the badge there with a new one.',
  CERTIFICATION_CANCELLED: certifyAnew,
  CERTIFICATION_REJECTED: certifyAnew,
  CERTIFICATION_INTAKE_REJECTED: certifyAnew,
  CERTIFICATION_REVOKED: certifyAnew,
};

const askAnew =
  'Have the product certified there. The badge of this request was removed there for good, and no certification brings it back: once this request is Enabled, ask for the badge there with a new one.';

/**
 * A reason of a marketplace that was dropped, as it is told for as long as the request goes on without it.
 * @param removed where the badge was removed for good
 */
export function ofDropped(reason: Reason, removed: readonly MarketplaceCode[] = []): Reason {
  const isRemoved = reason.marketplace !== null && removed.includes(reason.marketplace);
  return { ...reason, action: (isRemoved ? askAnew : whereDropped[reason.code]) ?? reason.action };
}

/** Of an approved request they are those of what was dropped on the way. */
const APPROVED: readonly Status[] = ['PENDING', 'ENABLED', 'SUSPENDED', 'REMOVED'];
export const reasonsIn = (
  status: Status,
  all: readonly Reason[],
  removed: readonly MarketplaceCode[],
): Reason[] => (APPROVED.includes(status) ? all.map((reason) => ofDropped(reason, removed)) : [...all]);

/** The closed list as `GET /v1/reason-codes` shows it. */
export const reasonCodes: readonly (ReasonRule & { code: ReasonCode })[] = (
  Object.keys(reasons) as ReasonCode[]
).map((code) => ({ code, ...reasons[code] }));

/** The most reasons that one rejection has. */
export const MOST_REASONS = 50;

/** Whether a value from outside is one of the codes. */
export function isReasonCode(value: unknown): value is ReasonCode {
  return typeof value === 'string' && Object.hasOwn(reasons, value);
}

/** Whether a value from outside is a code that a reviewer may give. */
export function mayReviewerPick(value: unknown): value is ReasonCode {
  return isReasonCode(value) && reasons[value].reviewerMayPick;
}

/**
 * A reason with its field and action filled in. It never throws, workflows make reasons: that `OTHER` comes
 * with a text (`needsText`) is for the caller to see to.
 * @param about.action what to do in this very case; absent: what the code says
 */
export function makeReason(
  code: ReasonCode,
  about: {
    marketplace?: MarketplaceCode | null;
    found?: string | null;
    expected?: string | null;
    text?: string | null;
    action?: string;
  } = {},
): Reason {
  const rule = reasons[code];
  return {
    code,
    field: rule.field,
    marketplace: about.marketplace ?? null,
    found: about.found ?? null,
    expected: about.expected ?? null,
    action: about.action ?? rule.action,
    text: about.text ?? null,
  };
}
