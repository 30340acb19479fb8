/** What the outside is assumed to say in a rehearsal: every listing is live and right, every skill is published. */
import type { CheckActivities, CheckInput } from '../activities/amazon/checks';
import { saveFindings } from '../db/findings';
import type { Pool } from '../db/pool';
import type { MarketplaceCode } from '../domain/marketplaces';
import { type CheckName, type Finding, type FindingSummary } from '../domain/review';

const live = (marketplaces: readonly MarketplaceCode[]): FindingSummary[] =>
  marketplaces.map((marketplace) => ({ check: 'ASIN_LIVE', marketplace, answer: 'YES' }));

/** The checks' activities, which answer *yes* and keep their findings as the real ones do. */
export function createAssumedOutside(pool: Pool, clock: () => Promise<string>): CheckActivities {
  const sayYes = async (input: CheckInput, checks: readonly CheckName[]): Promise<void> => {
    const checkedAt = await clock();
    const findings = checks.flatMap((check) =>
      input.marketplaces.map((marketplace): Finding => ({
        check,
        marketplace,
        answer: 'YES',
        codes: [],
        undecided: [],
        found: {},
        expected: {},
        checkedAt,
      })),
    );
    await saveFindings(pool, input.subject, findings);
  };
  return {
    checkListings: (input) => sayYes(input, ['ASIN_LIVE', 'LISTING_MATCHES']),
    // Asked for badges after Enabled, which no rehearsal gets to.
    lookAtListings: async ({ marketplaces }) => live(marketplaces),
    checkSkill: (input) => sayYes(input, ['SKILL_PUBLISHED']),
    checkLiveness: async ({ marketplaces }) => live(marketplaces),
  };
}
