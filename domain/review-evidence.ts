import type { Evidence, Finding } from './review';

/** The most that one finding takes as JSON in UTF-8, in bytes. */
export const FINDING_BYTES = 1500;

/** What names the call rather than what it said: of no use in part. */
const isReference = (name: string) => /^source$|requestId$/i.test(name);
const REFERENCE_LENGTH = 80;
const lengths = [160, 80, 40, 20, 10] as const;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
/** Control characters and halves of surrogate pairs, which PostgreSQL's jsonb refuses. */
const unstorable = /[\p{Cc}\p{Cs}]+/gu;

const cut = (text: string, length: number) => {
  const clean = text.replace(unstorable, ' ');
  const characters = [...clean];
  return characters.length <= length ? clean : `${characters.slice(0, length - 1).join('')}…`;
};

function shorten(evidence: Evidence, length: number): Evidence {
  const shortened = Object.entries(evidence).map(([name, value]) => {
    const longest = isReference(name) ? REFERENCE_LENGTH : length;
    if (typeof value === 'string') return [name, cut(value, longest)] as const;
    if (value === null || typeof value !== 'object') return [name, value] as const;
    const kept = value.slice(0, Math.max(2, Math.floor(length / 8))).map((entry) => cut(entry, length));
    return [name, value.length > kept.length ? [...kept, '…'] : kept] as const;
  });
  return Object.fromEntries<Evidence[string]>(shortened);
}

/**
 * The finding with texts and lists shortened until its JSON fits {@link FINDING_BYTES}, and without
 * characters that cannot be stored. Operations and request ids stay whole. What decides is compared before this, in full.
 */
export function boundFinding(finding: Finding): Finding {
  let bounded = finding;
  for (const length of lengths) {
    bounded = {
      ...finding,
      found: shorten(finding.found, length),
      expected: shorten(finding.expected, length),
    };
    if (bytes(bounded) <= FINDING_BYTES) break;
  }
  return bounded;
}
