import { isReasonCode, makeReason, mayReviewerPick, reasonCodes, reasons } from '../../domain/reasons';

test('every code tells the maker what to do, in a sentence', () => {
  for (const { code, action, title } of reasonCodes) {
    expect([code, action]).toEqual([code, expect.stringMatching(/^[A-Z].{30,}\.$/)]);
    expect([code, title]).toEqual([code, expect.stringMatching(/^[A-Z].*[^.]$/)]);
  }
});

test('the list has every code once', () => {
  expect(reasonCodes.map(({ code }) => code)).toEqual(Object.keys(reasons));
});

test('a reason carries its field and action, and null for what is not known', () => {
  expect(makeReason('BRAND_MISMATCH', { marketplace: 'US', found: 'Acne', expected: 'Acme' })).toEqual({
    code: 'BRAND_MISMATCH',
    field: '/asin',
    marketplace: 'US',
    found: 'Acne',
    expected: 'Acme',
    action: reasons.BRAND_MISMATCH.action,
    text: null,
  });
  expect(makeReason('OTHER', { text: 'See the thread.' })).toMatchObject({
    field: '',
    marketplace: null,
    found: null,
    text: 'See the thread.',
  });
});

test('a reviewer picks what a person can see, not what the service finds by itself', () => {
  expect(mayReviewerPick('IMAGE_MISMATCH')).toBe(true);
  expect(mayReviewerPick('OTHER')).toBe(true);
  for (const code of ['CERTIFICATION_REJECTED', 'LISTING_NOT_LIVE_IN_TIME', 'toString', '', null])
    expect(mayReviewerPick(code)).toBe(false);
});

test('only the text-bearing code needs a text', () => {
  expect(reasonCodes.filter(({ needsText }) => needsText).map(({ code }) => code)).toEqual(['OTHER']);
});

test('a value from outside is a code only when it is exactly one', () => {
  expect(isReasonCode('OTHER')).toBe(true);
  for (const value of ['other', 'constructor', undefined, 4]) expect(isReasonCode(value)).toBe(false);
});
