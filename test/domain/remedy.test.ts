import { faultsOf, judgeLook, type ListingCheck, type LookVerdict } from '../../domain/remedy';
import type { ReasonCode } from '../../domain/reasons';
import { summarizeWithCodes, type Answer, type FindingSummary } from '../../domain/review';

const listing = (live: Answer, matches: Answer): FindingSummary[] => [
  { check: 'ASIN_LIVE', marketplace: 'US', answer: live },
  { check: 'LISTING_MATCHES', marketplace: 'US', answer: matches },
  { check: 'ASIN_LIVE', marketplace: 'JP', answer: 'NO' },
];

test.each<[Answer, Answer, LookVerdict, LookVerdict, LookVerdict]>([
  // live, matches → was not live, did not match, both
  ['YES', 'YES', 'RIGHT', 'RIGHT', 'RIGHT'],
  ['YES', 'UNKNOWN', 'RIGHT', 'UNKNOWN', 'UNKNOWN'],
  ['YES', 'NO', 'WRONG', 'WRONG', 'WRONG'],
  ['UNKNOWN', 'YES', 'UNKNOWN', 'RIGHT', 'UNKNOWN'],
  ['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN'],
  ['UNKNOWN', 'NO', 'WRONG', 'WRONG', 'WRONG'],
  ['NO', 'YES', 'WRONG', 'WRONG', 'WRONG'],
  ['NO', 'UNKNOWN', 'WRONG', 'WRONG', 'WRONG'],
  ['NO', 'NO', 'WRONG', 'WRONG', 'WRONG'],
])('a listing that is live %s and matches %s', (live, matches, wasNotLive, didNotMatch, both) => {
  const judge = (...checks: ListingCheck[]) => judgeLook(listing(live, matches), 'US', { checks });
  expect([judge('ASIN_LIVE'), judge('LISTING_MATCHES'), judge('ASIN_LIVE', 'LISTING_MATCHES')]).toEqual([
    wasNotLive,
    didNotMatch,
    both,
  ]);
});

test('no answer at all counts neither against the badge nor for it', () => {
  expect(judgeLook([], 'US', { checks: ['ASIN_LIVE'] })).toBe('UNKNOWN');
});

describe('a listing that had the wrong brand and has never told its model', () => {
  const look = (answer: Answer, ...undecided: ReasonCode[]): FindingSummary[] => [
    { check: 'ASIN_LIVE', marketplace: 'US', answer: 'YES' },
    { check: 'LISTING_MATCHES', marketplace: 'US', answer, ...(undecided.length > 0 && { undecided }) },
  ];
  const wrong = { checks: ['LISTING_MATCHES'], codes: ['BRAND_MISMATCH'] } as const;

  test.each<[string, FindingSummary[], LookVerdict]>([
    ['is right when only the model is not known', look('UNKNOWN', 'MODEL_MISMATCH'), 'RIGHT'],
    ['is not when its brand is not known', look('UNKNOWN', 'BRAND_MISMATCH', 'MODEL_MISMATCH'), 'UNKNOWN'],
    ['is not when nothing says what is not known', look('UNKNOWN'), 'UNKNOWN'],
    ['is wrong with another thing', look('NO', 'MODEL_MISMATCH'), 'WRONG'],
  ])('%s', (_name, answers, expected) => {
    expect(judgeLook(answers, 'US', wrong)).toBe(expected);
  });

  test('and a hub is right again once it is listed, which is all that was ever wrong with it', () => {
    const hub = { checks: ['LISTING_MATCHES'], codes: ['HUB_MISMATCH'] } as const;
    const found = (hubListed: boolean | null, undecided: ReasonCode[]) =>
      summarizeWithCodes({
        ...{
          check: 'LISTING_MATCHES',
          marketplace: 'US',
          answer: 'UNKNOWN',
          codes: [],
          undecided,
        },
        ...{ found: { hubListed }, expected: {}, checkedAt: '2027-01-01T00:00:00.000Z' },
      });
    const judge = (finding: FindingSummary) => judgeLook([finding], 'US', hub);
    expect(judge(found(true, ['HUB_MISMATCH']))).toBe('RIGHT');
    expect(judge(found(null, ['HUB_MISMATCH']))).toBe('UNKNOWN');
    expect(judgeLook([found(true, ['BRAND_MISMATCH', 'HUB_MISMATCH'])], 'US', wrong)).toBe('UNKNOWN');
  });

  test('is not known to be right while one thing of several that were wrong is not known', () => {
    const both = { checks: ['LISTING_MATCHES'], codes: ['BRAND_MISMATCH', 'MODEL_MISMATCH'] } as const;
    expect(judgeLook(look('UNKNOWN', 'MODEL_MISMATCH'), 'US', both)).toBe('UNKNOWN');
  });

  test('is not known to be right where only the check is remembered', () => {
    const answers = look('UNKNOWN', 'MODEL_MISMATCH');
    expect(judgeLook(answers, 'US', { checks: ['LISTING_MATCHES'] })).toBe('UNKNOWN');
  });
});

test('what a look found wrong is told of each marketplace by itself, once, and of a definite no only', () => {
  const answers: FindingSummary[] = [
    { check: 'ASIN_LIVE', marketplace: 'US', answer: 'NO', codes: ['ASIN_NOT_BUYABLE'] },
    {
      check: 'LISTING_MATCHES',
      marketplace: 'US',
      answer: 'NO',
      codes: ['BRAND_MISMATCH', 'ASIN_NOT_BUYABLE'],
    },
    { check: 'ASIN_LIVE', marketplace: 'JP', answer: 'YES' },
    { check: 'LISTING_MATCHES', marketplace: 'JP', answer: 'UNKNOWN', codes: ['MODEL_MISMATCH'] },
    { check: 'ASIN_LIVE', marketplace: 'DE', answer: 'NO', codes: ['ASIN_NOT_FOUND'] },
    { check: 'LISTING_MATCHES', marketplace: 'FR', answer: 'NO' },
  ];
  expect(faultsOf(answers, ['US', 'JP', 'FR'])).toEqual([
    { marketplace: 'US', codes: ['ASIN_NOT_BUYABLE', 'BRAND_MISMATCH'] },
  ]);
});
