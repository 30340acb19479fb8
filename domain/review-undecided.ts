import { marketplaceByCode, type MarketplaceCode } from './marketplaces';
import { skillOf, type Finding, type ReviewSubject } from './review';
import { judgeListing } from './review-listing';
import { judgeSkill } from './review-skill';

const WHY = 'Amazon did not answer in the time that a check may take.';

/**
 * What is found of a subject at a moment at which not everything is answered: the findings there are, and
 * UNKNOWN for the rest.
 * @param at the moment, RFC 3339
 * @returns by check and marketplace
 */
export function completeFindings(
  found: readonly Finding[],
  subject: ReviewSubject,
  { marketplaces, at }: { marketplaces: readonly MarketplaceCode[]; at: string },
): Finding[] {
  const skill = skillOf(subject.product.integration);
  const unknown = marketplaces.flatMap((code) => [
    ...judgeListing(
      subject,
      code,
      { kind: 'undecided', why: WHY, evidence: { source: 'getCatalogItem' } },
      at,
    ),
    ...(skill === null
      ? []
      : [
          judgeSkill(
            skill,
            marketplaceByCode(code),
            { kind: 'undecided', why: WHY, evidence: { source: 'listSkillsForVendor' } },
            at,
          ),
        ]),
  ]);
  const key = ({ check, marketplace }: Finding) => `${check} ${marketplace}`;
  const all = new Map([...unknown, ...found].map((finding) => [key(finding), finding]));
  return [...all].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, finding]) => finding);
}
