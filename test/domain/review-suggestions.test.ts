import fc from 'fast-check';
import { MARKETPLACE_CODES, type MarketplaceCode } from '../../domain/marketplaces';
import { mayReviewerPick, MOST_REASONS } from '../../domain/reasons';
import type { Finding } from '../../domain/review';
import type { CatalogAnswer, Listing } from '../../domain/listing-answers';
import { judgeListing } from '../../domain/review-listing';
import { judgeSkill } from '../../domain/review-skill';
import { suggestReasons } from '../../domain/review-suggestions';
import { listing, subject } from './reviewed-bulb';

const AT = '2026-11-22T10:00:00.000Z';
const evidence = { source: 'test', requestId: 'r-1' };
const away = { kind: 'undecided', why: 'Amazon’s catalogue answered 503.', evidence } as const;
const listed = (over: Partial<Listing>): CatalogAnswer => ({
  kind: 'listed',
  listing: { ...listing, ...over },
  evidence,
});
const findingsOf = (answer: CatalogAnswer, code: MarketplaceCode = 'US') =>
  judgeListing(subject, code, answer, AT);

test.each<[string, Finding[], ReturnType<typeof suggestReasons>]>([
  ['nothing when everything is right', findingsOf(listed({})), []],
  [
    'what the listing does not state',
    findingsOf(listed({ brand: null, retailIdentifiers: [] })),
    [
      { code: 'BRAND_MISMATCH', marketplace: 'US', text: 'The listing does not state one brand.' },
      {
        code: 'RETAIL_IDENTIFIER_MISMATCH',
        marketplace: 'US',
        text: 'The listing does not state its retail identifiers.',
      },
    ],
  ],
  [
    'what is definitely wrong first, with what was found and expected',
    findingsOf(listed({ classification: null, model: 'X-1' })),
    [
      { code: 'MODEL_MISMATCH', marketplace: 'US', text: 'Found: X-1. Expected: NL-A19-2.' },
      {
        code: 'ASIN_NOT_BUYABLE',
        marketplace: 'US',
        text: 'The listing does not state its classification.',
      },
      {
        code: 'BUNDLE_MISMATCH',
        marketplace: 'US',
        text: 'The listing does not tell whether it is a bundle.',
      },
    ],
  ],
  [
    'everything that an answer would have decided, in words that a maker may read',
    findingsOf(away),
    [
      ...['ASIN_NOT_FOUND', 'ASIN_NOT_BUYABLE'].map((code) => [
        code,
        'The catalogue did not say whether the ASIN is listed.',
      ]),
      ...['BRAND_MISMATCH', 'MODEL_MISMATCH', 'RETAIL_IDENTIFIER_MISMATCH', 'BUNDLE_MISMATCH'].map((code) => [
        code,
        'The listing could not be read.',
      ]),
    ].map(([code, text]) => ({ code, marketplace: 'US', text }) as never),
  ],
  [
    'a third party’s skill',
    [
      judgeSkill(
        { skillId: 'amzn1.ask.skill.1' },
        { code: 'UK', country: 'GB' },
        { kind: 'undecided', why: 'Our account may not read this skill (403).', evidence },
        AT,
      ),
    ],
    ['SKILL_NOT_PUBLISHED', 'SKILL_HIDDEN', 'SKILL_REMOVED', 'SKILL_NOT_IN_MARKETPLACE'].map(
      (code) =>
        ({
          code,
          marketplace: 'UK',
          text: 'The skill store did not say whether the skill is published.',
        }) as never,
    ),
  ],
])('suggests %s', (_name, findings, expected) => {
  expect(suggestReasons(findings, ['US'])).toEqual(expected);
});

test('each marketplace by itself, unless that is more than a rejection may have', () => {
  const everywhere = [...MARKETPLACE_CODES];
  const oneEach = everywhere.flatMap((code) => findingsOf(listed({ brand: null }), code));
  expect(suggestReasons(oneEach, everywhere).map(({ marketplace }) => marketplace)).toEqual(everywhere);

  const [first, ...others] = everywhere;
  const all = [
    ...findingsOf(listed({ brand: null }), first),
    ...others.flatMap((code) => findingsOf(away, code)),
  ];
  expect(suggestReasons(all, everywhere)).toHaveLength(MOST_REASONS);
  const allAway = everywhere.flatMap((code) => findingsOf(away, code));
  expect(suggestReasons(allAway, everywhere).map(({ marketplace }) => marketplace)).toEqual(
    new Array(6).fill(null),
  );
});

test('only what a rejection may have', () => {
  const maybe = fc.option(fc.constantFrom('Northlight', 'Sunforge'), { nil: null });
  const answers: fc.Arbitrary<CatalogAnswer> = fc.oneof(
    fc.constant<CatalogAnswer>({ kind: 'notFound', evidence }),
    fc.constant<CatalogAnswer>(away),
    fc.record({ brand: maybe, model: maybe }).map(listed),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...MARKETPLACE_CODES)),
      fc.infiniteStream(answers),
      (codes, some) => {
        const findings = codes.flatMap((code) => findingsOf(some.next().value as CatalogAnswer, code));
        const suggested = suggestReasons(findings, codes);
        expect(suggested.length).toBeLessThanOrEqual(MOST_REASONS);
        expect(new Set(suggested.map(({ code, marketplace }) => `${code} ${marketplace}`)).size).toBe(
          suggested.length,
        );
        for (const { code, text } of suggested) {
          expect(mayReviewerPick(code)).toBe(true);
          expect((text ?? '').length).toBeLessThanOrEqual(2000);
        }
      },
    ),
  );
});
