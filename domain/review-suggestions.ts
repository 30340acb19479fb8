import type { MarketplaceCode } from './marketplaces';
import { MOST_REASONS, mayReviewerPick, type ReasonCode } from './reasons';
import type { CheckName, Finding } from './review';
import { reasonsFrom } from './review-reasons';
import { type RuleName, reviewRules } from './review-rules';

/** What a rejection's form is prefilled with; the reviewer keeps of it what is true. */
export interface SuggestedReason {
  readonly code: ReasonCode;
  /** Null: all marketplaces of the request. */
  readonly marketplace: MarketplaceCode | null;
  readonly text: string | null;
}

/**
 * The reasons that findings suggest: what is definitely wrong, then what could be and was not decided, with why: that is
 * offered, and no fact. More
 * than a rejection may have are told for all marketplaces at once where they are the same in all.
 * @param marketplaces those of the request
 */
export function suggestReasons(
  findings: readonly Finding[],
  marketplaces: readonly MarketplaceCode[],
): SuggestedReason[] {
  const definite = reasonsFrom(findings).map(({ code, marketplace, found, expected }) => ({
    code,
    marketplace,
    text: found === null || expected === null ? null : `Found: ${found}. Expected: ${expected}.`,
  }));
  const undecided = findings.flatMap((finding) =>
    finding.undecided.map((code) => ({
      code,
      marketplace: finding.marketplace,
      text: explain(finding, code),
    })),
  );
  const all = [...definite, ...undecided].filter(
    (reason, index, before) =>
      mayReviewerPick(reason.code) &&
      before.findIndex((other) => other.code === reason.code && other.marketplace === reason.marketplace) ===
        index,
  );
  return (all.length > MOST_REASONS ? gather(all, marketplaces) : all).slice(0, MOST_REASONS);
}

/** Where nothing could be read. How Amazon was asked is no maker's matter, and what is suggested may be sent to one. */
const unread = {
  ASIN_LIVE: 'The catalogue did not say whether the ASIN is listed.',
  LISTING_MATCHES: 'The listing could not be read.',
  SKILL_PUBLISHED: 'The skill store did not say whether the skill is published.',
} as const satisfies Record<CheckName, string>;

/** Why a code could not be decided: what its rules lack. */
function explain({ found, check }: Finding, code: ReasonCode): string {
  const unknown = found['unknown'];
  const names = typeof unknown === 'object' && unknown !== null ? unknown : [];
  const sentences = names
    .filter((name): name is RuleName => Object.hasOwn(reviewRules, name))
    .filter((name) => code in reviewRules[name].no)
    .map((name) => reviewRules[name].missing);
  return sentences.length > 0 ? sentences.join(' ') : unread[check];
}

/** One in place of the same in every marketplace. */
function gather(
  all: readonly SuggestedReason[],
  marketplaces: readonly MarketplaceCode[],
): SuggestedReason[] {
  const same = (one: SuggestedReason) =>
    all.filter(({ code, text }) => code === one.code && text === one.text);
  const isEverywhere = (one: SuggestedReason) =>
    marketplaces.every((code) => same(one).some(({ marketplace }) => marketplace === code));
  return all.flatMap((one) => {
    if (!isEverywhere(one)) return [one];
    return same(one)[0] === one ? [{ ...one, marketplace: null }] : [];
  });
}
