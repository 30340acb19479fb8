import { judgeLook, type ListingCheck, type Look } from '../../domain/remedy';
import type { Answer, FindingSummary } from '../../domain/review';

const listing = (live: Answer, matches: Answer): FindingSummary[] => [
  { check: 'ASIN_LIVE', marketplace: 'US', answer: live },
  { check: 'LISTING_MATCHES', marketplace: 'US', answer: matches },
  { check: 'ASIN_LIVE', marketplace: 'JP', answer: 'NO' },
];

test.each<[Answer, Answer, Look, Look, Look]>([
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
  const judge = (...wrong: ListingCheck[]) => judgeLook(listing(live, matches), 'US', wrong);
  expect([judge('ASIN_LIVE'), judge('LISTING_MATCHES'), judge('ASIN_LIVE', 'LISTING_MATCHES')]).toEqual([
    wasNotLive,
    didNotMatch,
    both,
  ]);
});

test('no answer at all counts neither against the badge nor for it', () => {
  expect(judgeLook([], 'US', ['ASIN_LIVE'])).toBe('UNKNOWN');
});
