import type { CertifiedProduct, Integration } from './certification';
import type { MarketplaceCode } from './marketplaces';
import type { ProgramCode } from './programs';
import type { ReasonCode } from './reasons';

/** The checks of a review, in the order in which people read them. */
export const checkNames = ['ASIN_LIVE', 'LISTING_MATCHES', 'SKILL_PUBLISHED'] as const;
export type CheckName = (typeof checkNames)[number];

/** NO is only what the outside system states definitely; UNKNOWN is never taken for either of the others. */
export const answers = ['YES', 'NO', 'UNKNOWN'] as const;
export type Answer = (typeof answers)[number];

/** What was seen or expected, small enough to be kept with every finding and shown beside its counterpart. */
export type Evidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What one check answers for one marketplace, with what it rests on. */
export interface Finding {
  readonly check: CheckName;
  readonly marketplace: MarketplaceCode;
  readonly answer: Answer;
  /** Everything that is definitely wrong, most important first; empty unless the answer is NO. */
  readonly codes: readonly ReasonCode[];
  /** What could be wrong and could not be decided; a reviewer may find so. */
  readonly undecided: readonly ReasonCode[];
  readonly found: Evidence;
  readonly expected: Evidence;
  /** RFC 3339 in UTC, milliseconds. */
  readonly checkedAt: string;
}

/** What travels through workflow histories; the evidence stays in PostgreSQL. Codes are absent where nobody needs them. */
export interface FindingSummary extends Pick<Finding, 'check' | 'marketplace' | 'answer'> {
  readonly codes?: Finding['codes'] | undefined;
  readonly undecided?: Finding['undecided'] | undefined;
}

/** The part of a certified product that Amazon's answers are held against. */
export type ReviewedProduct = Pick<CertifiedProduct, 'brand' | 'model' | 'integration'>;

/** Whose review something is about: a submitted round of a request, or a check of a draft. */
export type ReviewSubjectRef =
  { readonly requestId: string; readonly round: number } | { readonly checkId: string };

/** What a review holds against Amazon's answers. */
export interface ReviewSubject {
  /** Its settings say what is asked; null while the form names none. */
  readonly program: ProgramCode | null;
  readonly asin: string;
  /** The retail identifier as a GTIN-14: fourteen digits, whatever its type on the form. */
  readonly gtin14: string;
  /** The devices that the form says are in the bundle; empty when the ASIN is said to be no bundle. */
  readonly bundleDevices: readonly string[];
  readonly product: ReviewedProduct;
  /** What the pipeline calls it by now, which its listing may follow; absent: what was submitted counts alone. */
  readonly presentNames?: Pick<ReviewedProduct, 'brand' | 'model'>;
}

/** What a workflow needs to know of a finding. */
export const summarize = ({ check, marketplace, answer }: Finding): FindingSummary => ({
  check,
  marketplace,
  answer,
});

/** What it needs to know where one thing after the other is to become right again. */
export const summarizeWithCodes = (finding: Finding): FindingSummary => ({
  ...summarize(finding),
  ...(finding.codes.length > 0 && { codes: finding.codes }),
  ...(finding.answer === 'UNKNOWN' && { undecided: openOf(finding) }),
});

/** That a hub is not in the marketplace is a definite no; once it is, nothing definite is left of it to become right. */
const openOf = ({ undecided, found }: Finding): readonly ReasonCode[] =>
  found['hubListed'] === true ? undecided.filter((code) => code !== 'HUB_MISMATCH') : undecided;

/** The skill that can be looked up for a product; null when there is none, and so nothing to check. */
export const skillOf = (integration: Integration): { skillId: string; vendorId: string } | null =>
  integration.kind === 'SKILL' ? { skillId: integration.skillId, vendorId: integration.vendorId } : null;
