// What the checks found, side by side with what was certified.
import { draw, show, table, when, words } from './draw.js';

/** What a listing or a skill says, and what it is held against: names in the finding, then for people. */
const pairs = [
  ['asin', 'asin', 'ASIN'],
  ['brand', 'brand', 'Brand'],
  ['model', 'model', 'Model number'],
  ['retailIdentifiers', 'retailIdentifier', 'Retail identifier'],
  ['classification', 'bundle', 'Bundle'],
  ['hubAsin', 'hubAsin', 'Hub ASIN'],
  ['liveStage', 'liveStage', 'Live stage of the skill'],
  ['countries', 'country', 'Countries of the skill'],
];

const notes = ({ found, expected }) => {
  const paired = new Set(
    pairs.flatMap(([left, right]) => (left in found || right in expected ? [left, right] : [])),
  );
  return Object.entries(found)
    .filter(([name, value]) => !paired.has(name) && show(value) !== null)
    .map(([name, value]) => `${name}: ${show(value)}`);
};

/** One finding: answer, both sides, and where it comes from. */
function drawFinding(finding) {
  const { check, marketplace, answer, codes, found, expected, checkedAt } = finding;
  const rows = pairs
    .filter(([left, right]) => right in expected)
    .map(([left, right, name]) => [name, show(found[left]), show(expected[right])]);
  return draw(
    'article',
    { class: `finding answer-${answer}` },
    draw(
      'h3',
      {},
      `${marketplace} – ${words(check)}: ${words(answer)}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`,
    ),
    table(['', 'Found', 'Certified or asked for'], rows),
    draw('p', { class: 'aside' }, `${notes(finding).join(' · ')} · `, when(checkedAt)),
  );
}

/** All findings, by marketplace. */
export const drawFindings = (findings) => {
  const order = [...findings].sort((one, other) => one.marketplace.localeCompare(other.marketplace));
  return order.map(drawFinding);
};

/** Why a request was rejected, and what to do about it. */
export const drawReasons = (reasons) =>
  table(
    ['Reason', 'Marketplace', 'Found', 'Expected', 'What to do'],
    reasons.map((reason) => [
      reason.code,
      reason.marketplace,
      reason.found,
      reason.expected,
      draw('span', {}, ...(reason.text === null ? [] : [draw('q', {}, reason.text), ' ']), reason.action),
    ]),
  );
