import type { MarketplaceCode } from './marketplaces';
import { combineParts, type Evidence, type Finding, type Part } from './review';
import { boundFinding } from './review-evidence';

/**
 * What the skill store says of a skill's live stage: its publication status there; NONE when it states that
 * there is no live stage; UNCLEAR when it says nothing usable.
 */
export const liveStages = ['PUBLISHED', 'HIDDEN', 'REMOVED', 'NONE', 'UNCLEAR'] as const;
export type LiveStage = (typeof liveStages)[number];

/** Where a live skill is distributed; null is what its manifest does not say. */
export interface Distribution {
  readonly worldwide: boolean | null;
  /** ISO 3166 country codes. */
  readonly countries: readonly string[] | null;
  readonly mode: string | null;
}

/** What came of asking the skill store for one skill. */
export type SkillAnswer =
  | {
      readonly kind: 'known';
      readonly live: LiveStage;
      /** Null when the manifest of the live stage was not needed or could not be read. */
      readonly distribution: Distribution | null;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'undecided'; readonly why: string; readonly evidence: Evidence };

const stage = 'liveStage';
const stageParts = {
  PUBLISHED: { name: stage, answer: 'YES' },
  HIDDEN: { name: stage, answer: 'NO', code: 'SKILL_HIDDEN' },
  REMOVED: { name: stage, answer: 'NO', code: 'SKILL_REMOVED' },
  NONE: { name: stage, answer: 'NO', code: 'SKILL_NOT_PUBLISHED' },
  UNCLEAR: { name: stage, answer: 'UNKNOWN' },
} as const satisfies Record<LiveStage, Part>;

/**
 * Whether a live skill is in the store of a country. A manifest that names no country, or a private
 * distribution, is not a definite no.
 */
function judgeDistribution(distribution: Distribution | null, country: string): Part {
  const name = 'distribution';
  if (distribution === null || (distribution.mode !== null && distribution.mode !== 'PUBLIC'))
    return { name, answer: 'UNKNOWN' };
  if (distribution.worldwide === true) return { name, answer: 'YES' };
  const countries = distribution.countries ?? [];
  if (countries.some((listed) => listed.toUpperCase() === country)) return { name, answer: 'YES' };
  return distribution.worldwide === false && countries.length > 0
    ? { name, answer: 'NO', code: 'SKILL_NOT_IN_MARKETPLACE' }
    : { name, answer: 'UNKNOWN' };
}

/**
 * The finding SKILL_PUBLISHED for one marketplace.
 * @param country ISO 3166 code of the marketplace's country, GB for the United Kingdom
 * @param checkedAt RFC 3339 in UTC
 */
export function judgeSkill(
  skill: { skillId: string },
  marketplace: { code: MarketplaceCode; country: string },
  answer: SkillAnswer,
  checkedAt: string,
): Finding {
  const about = { check: 'SKILL_PUBLISHED', marketplace: marketplace.code, checkedAt } as const;
  const expected: Evidence = { skillId: skill.skillId, liveStage: 'PUBLISHED', country: marketplace.country };
  if (answer.kind === 'undecided') {
    const found = { ...answer.evidence, why: answer.why };
    return boundFinding({ ...about, answer: 'UNKNOWN', code: null, codes: [], found, expected });
  }
  const live = stageParts[answer.live];
  const { distribution } = answer;
  // Where a skill that is not live would be distributed decides nothing.
  const parts = live.answer === 'YES' ? [live, judgeDistribution(distribution, marketplace.country)] : [live];
  const { answer: published, codes, unknown } = combineParts(parts);
  const found: Evidence = {
    ...answer.evidence,
    liveStage: answer.live,
    ...(distribution && {
      worldwide: distribution.worldwide,
      countries: distribution.countries,
      distributionMode: distribution.mode,
    }),
    ...(unknown.length > 0 && { why: `The skill store does not tell: ${unknown.join(', ')}.` }),
  };
  return boundFinding({ ...about, answer: published, code: codes[0] ?? null, codes, found, expected });
}
