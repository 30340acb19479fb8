// What submitting would say now: first in one sentence, then what is to be corrected, then what each check has found.
import { draw, section } from './draw.js';
import { drawFindings } from './evidence.js';
import { toBeCorrected } from './press.js';
import { reasonTitle } from './reference.js';

/** What each check asks, after "whether". */
const questions = {
  ASIN_LIVE: 'the ASIN is live',
  LISTING_MATCHES: 'the listing matches the product',
  SKILL_PUBLISHED: 'the skill is published',
};

const inMidSentence = (text) => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** Texts, each once, with the marketplaces that it is about. */
function byText(pairs) {
  const places = new Map();
  for (const [text, marketplace] of pairs) places.set(text, [...(places.get(text) ?? []), marketplace]);
  return [...places].map(([text, codes]) => `${text} (${codes.sort().join(', ')})`);
}

/** Why the checks would have it rejected, in the words of the reasons for rejecting. */
const refusalsIn = (findings) =>
  byText(
    findings
      .filter(({ answer }) => answer === 'NO')
      .flatMap(({ codes, marketplace }) =>
        codes.map((code) => [inMidSentence(reasonTitle(code)), marketplace]),
      ),
  );

/** @param count of the form's fields that are to be corrected */
function verdictOf(count, findings) {
  const refusals = [
    ...(count === 0 ? [] : [inMidSentence(toBeCorrected(count)).replace(/\.$/, '')]),
    ...refusalsIn(findings),
  ];
  if (refusals.length > 0) return `Submitting now would be rejected: ${refusals.join('; ')}.`;
  const open = byText(
    findings
      .filter(({ answer }) => answer === 'UNKNOWN')
      .map(({ check, marketplace }) => [`whether ${questions[check]}`, marketplace]),
  ).join(' and ');
  if (open !== '')
    return `${open.charAt(0).toUpperCase()}${open.slice(1)} could not be found out; a reviewer would decide.`;
  return findings.length > 0 ? 'Every check says yes.' : 'The form is complete.';
}

/**
 * @param corrections say at the fields what is wrong
 * @returns what is to be shown, and the sentence in it, which is what people look for
 */
export function drawCheckResult({ problems, findings }, corrections) {
  const { count, list } = corrections.markAll(problems);
  const verdict = draw('p', { tabindex: '-1', class: 'verdict' }, verdictOf(count, findings));
  return {
    verdict,
    element: section(
      'What submitting would say',
      verdict,
      ...(count === 0 ? [] : [list]),
      ...drawFindings(findings),
    ),
  };
}
