import { makeReason, type Reason, type ReasonCode } from './reasons';
import type { Evidence, Finding } from './review';

/** Where a finding's evidence tells what a code is about: what the outside said, what it should say. */
const evidenceOf: Partial<Record<ReasonCode, { found: string; expected: string }>> = {
  ASIN_NOT_FOUND: { found: 'asin', expected: 'asin' },
  ASIN_NOT_BUYABLE: { found: 'classification', expected: 'asin' },
  BRAND_MISMATCH: { found: 'brand', expected: 'brand' },
  MODEL_MISMATCH: { found: 'model', expected: 'model' },
  RETAIL_IDENTIFIER_MISMATCH: { found: 'retailIdentifiers', expected: 'retailIdentifier' },
  BUNDLE_MISMATCH: { found: 'classification', expected: 'bundle' },
  HUB_MISMATCH: { found: 'hubAsin', expected: 'hubAsin' },
  SKILL_NOT_PUBLISHED: { found: 'liveStage', expected: 'liveStage' },
  SKILL_HIDDEN: { found: 'liveStage', expected: 'liveStage' },
  SKILL_REMOVED: { found: 'liveStage', expected: 'liveStage' },
  SKILL_NOT_IN_MARKETPLACE: { found: 'countries', expected: 'country' },
};

/** One reason for everything that the findings state definitely: each code of each NO. */
export function reasonsFrom(findings: readonly Finding[]): Reason[] {
  return findings.flatMap((finding) =>
    finding.codes.map((code) => {
      const keys = evidenceOf[code];
      return makeReason(code, {
        marketplace: finding.marketplace,
        found: keys === undefined ? null : show(finding.found, keys.found),
        expected: keys === undefined ? null : show(finding.expected, keys.expected),
      });
    }),
  );
}

function show(evidence: Evidence, key: string): string | null {
  const value = evidence[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'object') return value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
