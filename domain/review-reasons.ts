import { isAsin } from './asin';
import { makeReason, type Reason, type ReasonCode } from './reasons';
import type { Evidence, Finding } from './review';

/** Where a finding's evidence tells what a code is about: what the outside said, what it should say. */
const evidenceOf: Partial<Record<ReasonCode, { found: string; expected: string }>> = {
  ASIN_NOT_FOUND: { found: 'asin', expected: 'asin' },
  BRAND_MISMATCH: { found: 'brand', expected: 'brand' },
  MODEL_MISMATCH: { found: 'model', expected: 'model' },
  RETAIL_IDENTIFIER_MISMATCH: { found: 'retailIdentifiers', expected: 'retailIdentifier' },
  BUNDLE_MISMATCH: { found: 'classification', expected: 'bundle' },
  HUB_MISMATCH: { found: 'hub', expected: 'hubAsin' },
  SKILL_NOT_PUBLISHED: { found: 'liveStage', expected: 'liveStage' },
  SKILL_HIDDEN: { found: 'liveStage', expected: 'liveStage' },
  SKILL_REMOVED: { found: 'liveStage', expected: 'liveStage' },
  SKILL_NOT_IN_MARKETPLACE: { found: 'countries', expected: 'country' },
};

/** One reason for everything that the findings state definitely: each code of each NO. */
export function reasonsFrom(findings: readonly Finding[]): Reason[] {
  return findings.flatMap((finding) =>
    finding.codes.map((code) => {
      if (code === 'ASIN_NOT_BUYABLE') return makeReason(code, describeNotBuyable(finding));
      const keys = evidenceOf[code];
      return makeReason(code, {
        marketplace: finding.marketplace,
        found: keys === undefined ? null : show(finding.found, keys.found),
        expected: keys === undefined ? null : show(finding.expected, keys.expected),
      });
    }),
  );
}

/** The most children that a reason names. */
const CHILDREN = 10;

/** Why it cannot be bought, and what to do about that: a variation parent names what to use in its place. */
function describeNotBuyable({ found, expected, marketplace }: Finding): Parameters<typeof makeReason>[1] {
  const about = { marketplace, expected: show(expected, 'asin') };
  if (found['classification'] !== 'VARIATION_PARENT')
    return { ...about, found: show(found, 'offersStatus') && describeOffers(found) };
  const children = readChildren(found);
  const parent = { ...about, found: 'VARIATION_PARENT' };
  if (children === null)
    return {
      ...parent,
      action: 'Give the ASIN of one of its variants: a variation parent cannot be bought; then submit again.',
    };
  return {
    ...parent,
    found: `VARIATION_PARENT of ${children}`,
    action: `Use one of the child ASINs: ${children}; then submit again.`,
  };
}

const describeOffers = (found: Evidence) =>
  `${show(found, 'offersStatus')}, ${show(found, 'offers') ?? 'no number of'} offers`;

/** @returns the first children, and how many more there are; null when none is named */
function readChildren(found: Evidence): string | null {
  const listed = found['childAsins'];
  const named = typeof listed === 'object' && listed !== null ? listed.filter(isAsin) : [];
  const shown = named.slice(0, CHILDREN);
  if (shown.length === 0) return null;
  const more = Math.max(named.length, Number(found['childCount'] ?? 0)) - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function show(evidence: Evidence, key: string): string | null {
  const value = evidence[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'object') return value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
