// What the checks found, side by side with what was certified.
import { draw, show, table, when } from './draw.js';
import { gather } from './gathering.js';
import { answerLabel, checkLabel, readable } from './labels.js';
import {
  marketplaceName,
  marketplaceNames,
  marketplacesInShort,
  reasonTitle,
  reasonTitles,
} from './reference.js';

const stages = {
  PUBLISHED: 'published',
  HIDDEN: 'hidden',
  REMOVED: 'removed',
  NONE: 'none',
  UNCLEAR: 'not stated',
};
const bundles = { true: 'a bundle', false: 'no bundle' };

/** What is compared: what a listing or a skill says, what it is held against, and the reasons that it decides. */
const comparisons = [
  { name: 'ASIN', found: 'asin', expected: 'asin', codes: ['ASIN_NOT_FOUND'] },
  { name: 'Offers', found: 'offers', expected: 'offers', codes: ['ASIN_NOT_BUYABLE'] },
  { name: 'Brand', found: 'brand', expected: 'brand', codes: ['BRAND_MISMATCH'] },
  { name: 'Model number', found: 'model', expected: 'model', codes: ['MODEL_MISMATCH'] },
  {
    name: 'Retail identifier',
    found: 'retailIdentifiers',
    expected: 'retailIdentifier',
    codes: ['RETAIL_IDENTIFIER_MISMATCH'],
  },
  {
    name: 'Bundle',
    found: 'classification',
    expected: 'bundle',
    codes: ['BUNDLE_MISMATCH'],
    words: (value) => bundles[value] ?? readable(show(value)),
  },
  { name: 'Hub', found: 'hub', expected: 'hubAsin', codes: ['HUB_MISMATCH'] },
  {
    name: 'Skill in the store',
    found: 'liveStage',
    expected: 'liveStage',
    codes: ['SKILL_NOT_PUBLISHED', 'SKILL_HIDDEN', 'SKILL_REMOVED'],
    words: (value) => stages[value] ?? show(value),
  },
  {
    name: 'Countries of the skill',
    found: 'countries',
    expected: 'country',
    codes: ['SKILL_NOT_IN_MARKETPLACE'],
    wordsOfFound: ({ worldwide, countries }) => (worldwide === true ? 'worldwide' : show(countries)),
    // Which that is, its name says: so what is found of a skill is the same for all of them.
    words: () => 'the country of the marketplace',
  },
];

/** The rows of what is compared, in words. */
const compare = ({ codes, undecided, found, expected }) =>
  comparisons
    .filter((each) => each.expected in expected)
    .map((each) => {
      const text = each.words ?? show;
      const textOfFound = each.wordsOfFound ?? ((all) => text(all[each.found]));
      const decides = [...codes, ...undecided].some((code) => each.codes.includes(code));
      return {
        class: decides ? 'decides' : undefined,
        cells: [each.name, textOfFound(found), text(expected[each.expected])],
      };
    });

/** Where nothing could be read, and how Amazon was asked is nobody's matter. */
const unread = {
  ASIN_LIVE: 'The catalogue did not say whether the ASIN is listed.',
  LISTING_MATCHES: 'The listing could not be read.',
  SKILL_PUBLISHED: 'The skill store did not say whether the skill is published.',
};
const isTechnical = (why) => /\b\d{3}\b|our account/i.test(why);

/** What decided, as sentences; empty: nothing stands against it. */
function whyOf({ check, answer, codes, found }, showsTechnical) {
  if (codes.length > 0) return `${codes.map(reasonTitle).join('. ')}.`;
  if (answer === 'YES') return '';
  const { why } = found;
  return typeof why === 'string' && (showsTechnical || !isTechnical(why)) ? why : unread[check];
}

function notesOf({ found }) {
  const compared = new Set([...comparisons.map((each) => each.found), 'why', 'unknown']);
  return Object.entries(found)
    .filter(([name, value]) => !compared.has(name) && show(value) !== null)
    .map(([name, value]) => `${name}: ${show(value)}`);
}

/** How it was asked, for whoever has to look into it. */
function drawTechnical(alike) {
  const asked = gather(
    alike.map((each) => ({ check: each.check, marketplace: each.marketplace, notes: notesOf(each) })),
  );
  return asked
    .filter(({ notes }) => notes.length > 0)
    .map(({ check, marketplaces, notes }) =>
      draw(
        'details',
        { 'data-key': `${check} ${marketplaces}` },
        draw(
          'summary',
          {},
          `How this was asked${asked.length === 1 ? '' : ` in ${marketplaceNames(marketplaces)}`}`,
        ),
        draw('ul', { class: 'aside' }, ...notes.map((note) => draw('li', {}, note))),
      ),
    );
}

/** Findings that say the same, of one marketplace or of several. */
function drawAlike({ check, marketplaces, answer, why, rows }, findings, showsTechnical) {
  const alike = findings.filter((each) => each.check === check && marketplaces.includes(each.marketplace));
  const [first] = alike.map(({ checkedAt }) => checkedAt).sort();
  const [inShort, names] = [marketplacesInShort(marketplaces), marketplaceNames(marketplaces)];
  return draw(
    'article',
    { class: `finding answer-${answer}` },
    draw('h3', {}, `${inShort} – ${checkLabel(check)}: ${answerLabel(answer)}`),
    inShort === names ? undefined : draw('p', {}, names),
    why === '' ? undefined : draw('p', { class: 'why' }, why),
    rows.length === 0 ? undefined : table(['Compared', 'Found', 'Certified or asked for'], rows),
    draw('p', { class: 'aside' }, 'Checked ', when(first)),
    ...(showsTechnical ? drawTechnical(alike) : []),
  );
}

const drawAll = (findings, showsTechnical) =>
  gather(
    findings.map((finding) => ({
      check: finding.check,
      marketplace: finding.marketplace,
      answer: finding.answer,
      why: whyOf(finding, showsTechnical),
      rows: compare(finding),
    })),
  ).map((group) => drawAlike(group, findings, showsTechnical));

/** In how many words: "5 yes, 1 not decided: the listing does not tell which hub it works with (Japan)". */
function summarize(findings, showsTechnical = false) {
  const counts = ['YES', 'NO', 'UNKNOWN']
    .map((answer) => [findings.filter((finding) => finding.answer === answer).length, answerLabel(answer)])
    .filter(([count]) => count > 0)
    .map(([count, label]) => `${count} ${label}`);
  const whys = new Map();
  for (const finding of findings) {
    const why = whyOf(finding, showsTechnical).replace(/\.$/, '');
    if (why !== '') whys.set(why, [...(whys.get(why) ?? []), finding.marketplace]);
  }
  const told = [...whys].map(([why, codes]) => `${why} (${marketplacesInShort([...new Set(codes)])})`);
  return counts.join(', ') + (told.length === 0 ? '.' : `: ${told.join('; ')}.`);
}

const order = ['UNKNOWN', 'NO', 'YES'];

/**
 * In short first, then what could not be decided, then what is wrong; what is as it should be is folded away.
 * @param about.showsTechnical whether who looks has to do with how it was asked
 */
export function drawFindings(findings, { showsTechnical = false } = {}) {
  if (findings.length === 0) return [];
  const sorted = [...findings].sort(
    (one, other) =>
      order.indexOf(one.answer) - order.indexOf(other.answer) ||
      one.marketplace.localeCompare(other.marketplace),
  );
  const right = sorted.filter(({ answer }) => answer === 'YES');
  return [
    draw('p', { class: 'summary' }, summarize(sorted, showsTechnical)),
    ...drawAll(
      sorted.filter(({ answer }) => answer !== 'YES'),
      showsTechnical,
    ),
    ...(right.length === 0
      ? []
      : [
          draw(
            'details',
            { 'data-key': 'right' },
            draw('summary', {}, `What is as it should be (${right.length})`),
            ...drawAll(right, showsTechnical),
          ),
        ]),
  ];
}

/** Why a request was rejected, and what to do about it. */
export const drawReasons = (reasons) =>
  table(
    ['Reason', 'Marketplace', 'Found', 'Expected', 'What to do'],
    // Which field of the form it is about is not shown.
    gather(reasons.map((reason) => ({ ...reason, field: undefined }))).map(
      ({ code, marketplaces, found, expected, text, action }) => [
        reasonTitles([code]),
        marketplaces.includes(null) ? 'All' : marketplaceNames(marketplaces),
        readable(found),
        readable(expected),
        draw('span', {}, ...(text === null ? [] : [draw('q', {}, text), ' ']), action),
      ],
    ),
  );
