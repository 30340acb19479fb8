/** Amazon's answers as the test says: typed as the real checks, and findings are written as those do. */
import type { CheckActivities, CheckInput } from '../../activities/amazon/checks';
import { saveFindings } from '../../db/findings';
import type { Pool } from '../../db/pool';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { ReasonCode } from '../../domain/reasons';
import { summarizeWithCodes, type Answer, type CheckName, type Finding } from '../../domain/review';

/** What the outside says, by marketplace or for all; a function decides at each call. */
export interface Outside {
  /** The answer of every check; a reason code is a NO. */
  check: (check: CheckName, marketplace: MarketplaceCode) => Answer | ReasonCode;
  /** What an UNKNOWN leaves open. */
  undecided: (check: CheckName) => ReasonCode[];
  live: (marketplace: MarketplaceCode) => Answer;
  /** Awaited by each listing check before it answers; may throw. */
  beforeCheck: (input: CheckInput) => Promise<void>;
  beforeLiveness: (input: CheckInput) => Promise<void>;
  /** Awaited by each look at a listing in trouble. */
  beforeLook: (input: CheckInput) => Promise<void>;
}

/** An outside where all is well. */
export const createOutside = (): Outside => ({
  check: () => 'YES',
  undecided: () => ['ASIN_NOT_FOUND', 'ASIN_NOT_BUYABLE', 'BRAND_MISMATCH', 'MODEL_MISMATCH'],
  live: () => 'YES',
  beforeCheck: async () => undefined,
  beforeLiveness: async () => undefined,
  beforeLook: async () => undefined,
});

/** The checks of that outside. */
export function fakeChecks(pool: Pool, outside: Outside): CheckActivities {
  const find = (check: CheckName, marketplace: MarketplaceCode): Finding => {
    const said = outside.check(check, marketplace);
    const isAnswer = said === 'YES' || said === 'NO' || said === 'UNKNOWN';
    const codes: ReasonCode[] = isAnswer ? [] : [said];
    return {
      check,
      marketplace,
      answer: isAnswer ? said : 'NO',
      codes,
      undecided: said === 'UNKNOWN' ? outside.undecided(check) : [],
      found: {},
      expected: {},
      checkedAt: '2026-11-22T10:00:00.000Z',
    };
  };
  const keep = async (input: CheckInput, checks: readonly CheckName[]): Promise<void> => {
    const findings = checks.flatMap((check) => input.marketplaces.map((code) => find(check, code)));
    await saveFindings(pool, input.subject, findings);
  };
  return {
    async checkListings(input) {
      await outside.beforeCheck(input);
      return keep(input, ['ASIN_LIVE', 'LISTING_MATCHES']);
    },
    checkSkill: (input) => keep(input, ['SKILL_PUBLISHED']),
    async lookAtListings(input) {
      await outside.beforeLook(input);
      return (['ASIN_LIVE', 'LISTING_MATCHES'] as const).flatMap((check) =>
        input.marketplaces.map((code) => summarizeWithCodes(find(check, code))),
      );
    },
    async checkLiveness(input) {
      await outside.beforeLiveness(input);
      return input.marketplaces.map((marketplace) => ({
        check: 'ASIN_LIVE',
        marketplace,
        answer: outside.live(marketplace),
      }));
    },
  };
}
