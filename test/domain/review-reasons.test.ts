import fc from 'fast-check';
import { reasons, type ReasonCode } from '../../domain/reasons';
import type { CatalogAnswer, Listing } from '../../domain/listing-answers';
import { judgeListing } from '../../domain/review-listing';
import { reasonsFrom } from '../../domain/review-reasons';
import type { Distribution, LiveStage } from '../../domain/skill-answers';
import { judgeSkill } from '../../domain/review-skill';
import { checkNames, type Finding, type ReviewSubject } from '../../domain/review';
import { listing, subject } from './reviewed-bulb';

const AT = '2026-11-22T10:00:00.000Z';
const evidence = { source: 'test', requestId: 'r-1' };

const withHub: ReviewSubject = {
  ...subject,
  product: { ...subject.product, integration: { kind: 'HUB', hubAsin: 'B0HPHUB001' } },
};
const listed = (
  over: Partial<Listing>,
  about: ReviewSubject = subject,
  more: Parameters<typeof judgeListing>[4] = {},
): Finding[] => {
  const answer: CatalogAnswer = { kind: 'listed', listing: { ...listing, ...over }, evidence };
  return judgeListing(about, 'DE', answer, AT, more);
};
const skilled = (live: LiveStage, distribution: Distribution | null = null): Finding[] => [
  judgeSkill(
    { skillId: 'amzn1.ask.skill.1' },
    { code: 'DE', country: 'DE' },
    { kind: 'known', live, distribution, evidence },
    AT,
  ),
];

describe('what a check found becomes a reason', () => {
  test.each<[ReasonCode, Finding[], { found: string | null; expected: string | null; action?: string }]>([
    [
      'ASIN_NOT_FOUND',
      judgeListing(subject, 'DE', { kind: 'notFound', evidence }, AT),
      { found: null, expected: 'B0NLBULB01' },
    ],
    [
      'ASIN_NOT_BUYABLE',
      listed({ classification: 'VARIATION_PARENT' }),
      {
        found: 'VARIATION_PARENT',
        expected: 'B0NLBULB01',
        action:
          'Give the ASIN of one of its variants: a variation parent cannot be bought; then submit again.',
      },
    ],
    [
      'ASIN_NOT_BUYABLE',
      listed({ classification: 'VARIATION_PARENT', childAsins: ['B0NLSTRP01', 'B0NLSTRP02'] }),
      {
        found: 'VARIATION_PARENT of B0NLSTRP01, B0NLSTRP02',
        expected: 'B0NLBULB01',
        action: 'Use one of the child ASINs: B0NLSTRP01, B0NLSTRP02; then submit again.',
      },
    ],
    [
      'ASIN_NOT_BUYABLE',
      listed({}, subject, { offers: { kind: 'known', status: 'NoBuyableOffers', total: 0, evidence } }),
      { found: 'NoBuyableOffers, 0 offers', expected: 'B0NLBULB01' },
    ],
    [
      'HUB_MISMATCH',
      listed({}, withHub, { hub: { kind: 'notFound', evidence } }),
      { found: 'not in the catalogue of this marketplace', expected: 'B0HPHUB001' },
    ],
    ['BRAND_MISMATCH', listed({ brand: 'Sunforge' }), { found: 'Sunforge', expected: 'Northlight' }],
    ['MODEL_MISMATCH', listed({ model: 'NL-A19-3' }), { found: 'NL-A19-3', expected: 'NL-A19-2' }],
    [
      'RETAIL_IDENTIFIER_MISMATCH',
      listed({ retailIdentifiers: ['036000291452', '860001200119'] }),
      { found: '036000291452, 860001200119', expected: '00860001200102' },
    ],
    [
      'BUNDLE_MISMATCH',
      listed({ classification: 'PRODUCT_BUNDLE' }),
      { found: 'PRODUCT_BUNDLE', expected: 'no' },
    ],
    [
      'BUNDLE_MISMATCH',
      listed({}, { ...subject, bundleDevices: ['ECHO_DOT'] }),
      { found: 'BASE_PRODUCT', expected: 'yes' },
    ],
    ['SKILL_NOT_PUBLISHED', skilled('NONE'), { found: 'NONE', expected: 'PUBLISHED' }],
    ['SKILL_HIDDEN', skilled('HIDDEN'), { found: 'HIDDEN', expected: 'PUBLISHED' }],
    ['SKILL_REMOVED', skilled('REMOVED'), { found: 'REMOVED', expected: 'PUBLISHED' }],
    [
      'SKILL_NOT_IN_MARKETPLACE',
      skilled('PUBLISHED', { worldwide: false, countries: ['US', 'GB'], mode: 'PUBLIC' }),
      { found: 'US, GB', expected: 'DE' },
    ],
  ])('%s, with what was seen and what should have been', (code, findings, shown) => {
    expect(reasonsFrom(findings)).toEqual([
      {
        code,
        field: reasons[code].field,
        marketplace: 'DE',
        action: reasons[code].action,
        ...shown,
        text: null,
      },
    ]);
  });

  test('one for each thing that is wrong, in the order of importance', () => {
    const all = listed({ brand: 'Sunforge', model: 'X', retailIdentifiers: ['860001200119'] });
    expect(reasonsFrom(all).map(({ code, found }) => [code, found])).toEqual([
      ['BRAND_MISMATCH', 'Sunforge'],
      ['MODEL_MISMATCH', 'X'],
      ['RETAIL_IDENTIFIER_MISMATCH', '860001200119'],
    ]);
  });
});

test('of many children a reason names ten and says how many there are', () => {
  const childAsins = Array.from({ length: 400 }, (_, index) => `B0CHLD${String(index).padStart(4, '0')}`);
  const [reason] = reasonsFrom(listed({ classification: 'VARIATION_PARENT', childAsins }));
  expect(reason?.action).toBe(
    `Use one of the child ASINs: ${childAsins.slice(0, 10).join(', ')} and 390 more; then submit again.`,
  );
  expect(reason?.action.length).toBeLessThan(250);
});

test('what is no ASIN is not named as one to use', () => {
  const childAsins = ['see https://elsewhere.example', 'B0NLSTRP01'];
  const [reason] = reasonsFrom(listed({ classification: 'VARIATION_PARENT', childAsins }));
  expect(reason?.action).toContain(': B0NLSTRP01');
  expect(reason?.action).not.toContain('elsewhere');
});

test('a code without evidence of its own shows none', () => {
  const finding: Finding = {
    check: 'LISTING_MATCHES',
    marketplace: 'US',
    answer: 'NO',
    codes: ['IMAGE_MISMATCH'],
    undecided: [],
    found: { brand: 'Northlight' },
    expected: { brand: 'Northlight' },
    checkedAt: AT,
  };
  expect(reasonsFrom([finding])).toMatchObject([{ code: 'IMAGE_MISMATCH', found: null, expected: null }]);
});

test('numbers and truth are shown as people write them, and what is missing as nothing', () => {
  const show = (brand: Finding['found'][string] | undefined) => {
    const finding: Finding = {
      check: 'LISTING_MATCHES',
      marketplace: 'US',
      answer: 'NO',
      codes: ['BRAND_MISMATCH'],
      undecided: [],
      found: brand === undefined ? {} : { brand },
      expected: {},
      checkedAt: AT,
    };
    return reasonsFrom([finding])[0]?.found;
  };
  expect([0, 7, true, false, '', [], ['a', 'b'], null, undefined].map(show)).toEqual([
    '0',
    '7',
    'yes',
    'no',
    '',
    '',
    'a, b',
    null,
    null,
  ]);
});

test('there is one reason for each code of each NO, and none for the rest', () => {
  const codes = Object.keys(reasons).filter((code) => reasons[code as ReasonCode].perMarketplace);
  const anyFinding: fc.Arbitrary<Finding> = fc
    .record({
      check: fc.constantFrom(...checkNames),
      marketplace: fc.constantFrom('US', 'DE', 'JP'),
      answer: fc.constantFrom('YES', 'NO', 'UNKNOWN'),
      some: fc.uniqueArray(fc.constantFrom(...(codes as ReasonCode[])), { minLength: 1, maxLength: 4 }),
    })
    .map(({ some, ...rest }): Finding => {
      const given = rest.answer === 'NO' ? some : [];
      return {
        ...rest,
        codes: given,
        undecided: [],
        found: {},
        expected: {},
        checkedAt: AT,
      };
    });
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 10 }), (findings) => {
      const expected = findings
        .filter((finding) => finding.answer === 'NO')
        .flatMap((finding) => finding.codes.map((code) => [code, finding.marketplace]));
      expect(reasonsFrom(findings).map(({ code, marketplace }) => [code, marketplace])).toEqual(expected);
    }),
  );
});
