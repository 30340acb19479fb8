import type { Distribution, SkillAnswer } from '../../domain/skill-answers';
import { judgeSkill } from '../../domain/review-skill';

const AT = '2026-11-22T10:00:00.000Z';
const skill = { skillId: 'amzn1.ask.skill.1' };
const kingdom = { code: 'UK', country: 'GB' } as const;
const worldwide: Distribution = { worldwide: true, countries: [], mode: 'PUBLIC' };
const known = (
  live: Extract<SkillAnswer, { kind: 'known' }>['live'],
  distribution: Distribution | null,
): SkillAnswer => ({
  kind: 'known',
  live,
  distribution,
  evidence: { source: 'listSkillsForVendor', requestId: 'r-1' },
});
const inCountries = (
  worldwideToo: boolean | null,
  countries: string[] | null,
  mode: string | null = 'PUBLIC',
) => known('PUBLISHED', { worldwide: worldwideToo, countries, mode });

describe('the rules of a skill', () => {
  test.each<[string, SkillAnswer, string]>([
    ['published everywhere', known('PUBLISHED', worldwide), 'YES'],
    ['published in the country', inCountries(false, ['US', 'GB']), 'YES'],
    ['the country written in lower case', inCountries(false, ['gb']), 'YES'],
    ['published in other countries', inCountries(false, ['US', 'UK']), 'NO SKILL_NOT_IN_MARKETPLACE'],
    ['not said whether everywhere', inCountries(null, ['US']), 'UNKNOWN'],
    ['no country named', inCountries(false, []), 'UNKNOWN'],
    ['countries missing', inCountries(false, null), 'UNKNOWN'],
    ['distributed privately', inCountries(true, [], 'PRIVATE'), 'UNKNOWN'],
    ['distribution mode not said', inCountries(true, [], null), 'YES'],
    ['published, manifest not to be read', known('PUBLISHED', null), 'UNKNOWN'],
    ['no live stage', known('NONE', null), 'NO SKILL_NOT_PUBLISHED'],
    ['hidden', known('HIDDEN', null), 'NO SKILL_HIDDEN'],
    ['removed', known('REMOVED', worldwide), 'NO SKILL_REMOVED'],
    ['an unknown publication status', known('UNCLEAR', worldwide), 'UNKNOWN'],
    ['no answer', { kind: 'undecided', why: 'Busy.', evidence: {} }, 'UNKNOWN'],
  ])('%s', (_name, answer, expected) => {
    const finding = judgeSkill(skill, kingdom, answer, AT);
    expect([finding.answer, ...finding.codes].join(' ')).toBe(expected);
    expect(finding).toMatchObject({ check: 'SKILL_PUBLISHED', marketplace: 'UK', checkedAt: AT });
    if (finding.answer === 'UNKNOWN') expect(finding.found).toHaveProperty('why');
  });
});
