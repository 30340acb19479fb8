import type { MarketplaceCode } from './marketplaces';
import type { Evidence, Finding } from './review';
import { boundFinding } from './review-evidence';
import { applyRules } from './review-rule';
import { skillRules } from './review-rules';
import type { SkillAnswer } from './skill-answers';

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
  const {
    answer: published,
    codes,
    undecided,
    unknown,
    missing,
  } = applyRules(skillRules, 'SKILL_PUBLISHED', {
    skill: answer,
    country: marketplace.country,
  });
  const why = answer.kind === 'undecided' ? answer.why : missing.join(' ');
  const found: Evidence = {
    ...answer.evidence,
    ...(answer.kind === 'known' && { liveStage: answer.live }),
    ...(answer.kind === 'known' &&
      answer.distribution && {
        worldwide: answer.distribution.worldwide,
        countries: answer.distribution.countries,
        distributionMode: answer.distribution.mode,
      }),
    ...(unknown.length > 0 && { why }),
    ...(unknown.length > 0 && answer.kind === 'known' && { unknown }),
  };
  return boundFinding({
    ...about,
    answer: published,
    codes,
    undecided,
    found,
    expected,
  });
}
