import fc from 'fast-check';
import { FINDING_BYTES } from '../../domain/review-evidence';
import { foldName, padGtin } from '../../domain/review-folding';
import { type CatalogAnswer, classifications, type Listing } from '../../domain/listing-answers';
import { judgeListing } from '../../domain/review-listing';
import { type ReviewSubject, summarize } from '../../domain/review';
import { reasonsFrom } from '../../domain/review-reasons';
import { listing, subject } from './reviewed-bulb';

const AT = '2026-11-22T10:00:00.000Z';
const bundled: ReviewSubject = { ...subject, bundleDevices: ['ECHO_DOT'] };
const renamed: ReviewSubject = { ...subject, presentNames: { brand: 'Sunforge', model: 'SF-1' } };
const evidence = { source: 'getCatalogItem', requestId: 'r-1' };
const listed = (over: Partial<Listing> = {}): CatalogAnswer => ({
  kind: 'listed',
  listing: { ...listing, ...over },
  evidence,
});
const answersOf = (about: ReviewSubject, answer: CatalogAnswer) =>
  judgeListing(about, 'US', answer, AT).map(({ answer: given, codes }) => [given, ...codes].join(' '));

test('of a product that is called otherwise by now a listing is expected to say that', () => {
  const [, match] = judgeListing(renamed, 'US', listed({ brand: 'Moon' }), AT);
  expect(match.expected).toMatchObject(renamed.presentNames ?? {});
});

describe('the rules of a listing', () => {
  test.each<[string, ReviewSubject, CatalogAnswer, string, string]>([
    ['everything is right', subject, listed(), 'YES', 'YES'],
    ['the ASIN is not there', subject, { kind: 'notFound', evidence }, 'NO ASIN_NOT_FOUND', 'UNKNOWN'],
    ['no answer is to be had', subject, { kind: 'undecided', why: 'Busy.', evidence }, 'UNKNOWN', 'UNKNOWN'],
    [
      'it is a variation parent',
      subject,
      listed({ classification: 'VARIATION_PARENT' }),
      'NO ASIN_NOT_BUYABLE',
      'UNKNOWN',
    ],
    ['it has no classification', subject, listed({ classification: null }), 'UNKNOWN', 'UNKNOWN'],
    ['it is classed as something else', subject, listed({ classification: 'OTHER' }), 'YES', 'UNKNOWN'],
    ['the brand is another', subject, listed({ brand: 'Sunforge' }), 'YES', 'NO BRAND_MISMATCH'],
    [
      'it follows its product’s new names',
      renamed,
      listed({ brand: 'SUNFORGE', model: 'sf 1' }),
      'YES',
      'YES',
    ],
    ['it says what its product was called', renamed, listed(), 'YES', 'YES'],
    ['the brand is neither name', renamed, listed({ brand: 'Moon' }), 'YES', 'NO BRAND_MISMATCH'],
    ['the model is neither name', renamed, listed({ model: 'SF-2' }), 'YES', 'NO MODEL_MISMATCH'],
    ['the brand is missing beside a new name', renamed, listed({ brand: null }), 'YES', 'UNKNOWN'],
    ['the brand is written differently', subject, listed({ brand: ' NORTH-LIGHT™ ' }), 'YES', 'YES'],
    ['the brand is missing', subject, listed({ brand: null }), 'YES', 'UNKNOWN'],
    ['the brand is only punctuation', subject, listed({ brand: '---' }), 'YES', 'UNKNOWN'],
    ['the model is another', subject, listed({ model: 'NL-A19-3' }), 'YES', 'NO MODEL_MISMATCH'],
    ['the model is a plus version', subject, listed({ model: 'NL-A19-2+' }), 'YES', 'NO MODEL_MISMATCH'],
    ['the model is written full-width', subject, listed({ model: 'ｎｌ ａ１９／２' }), 'YES', 'YES'],
    ['the model is missing', subject, listed({ model: null }), 'YES', 'UNKNOWN'],
    [
      'another number is listed',
      subject,
      listed({ retailIdentifiers: ['860001200119'] }),
      'YES',
      'NO RETAIL_IDENTIFIER_MISMATCH',
    ],
    [
      'ours is among several',
      subject,
      listed({ retailIdentifiers: ['860001200119', '0860001200102'] }),
      'YES',
      'YES',
    ],
    ['no number is listed', subject, listed({ retailIdentifiers: [] }), 'YES', 'UNKNOWN'],
    [
      'only nonsense is listed',
      subject,
      listed({ retailIdentifiers: ['n/a', '000000000000'] }),
      'YES',
      'UNKNOWN',
    ],
    ['the form has no number yet', { ...subject, gtin14: '' }, listed(), 'YES', 'UNKNOWN'],
    [
      'a bundle that the form calls none',
      subject,
      listed({ classification: 'PRODUCT_BUNDLE' }),
      'YES',
      'NO BUNDLE_MISMATCH',
    ],
    ['a bundle that the form calls one', bundled, listed({ classification: 'PRODUCT_BUNDLE' }), 'YES', 'YES'],
    ['no bundle though the form says so', bundled, listed(), 'YES', 'NO BUNDLE_MISMATCH'],
    [
      'a no outweighs what is missing',
      subject,
      listed({ brand: null, model: 'X' }),
      'YES',
      'NO MODEL_MISMATCH',
    ],
    [
      'everything is wrong at once',
      subject,
      listed({
        brand: 'A',
        model: 'B',
        retailIdentifiers: ['860001200119'],
        classification: 'PRODUCT_BUNDLE',
      }),
      'YES',
      'NO BRAND_MISMATCH MODEL_MISMATCH RETAIL_IDENTIFIER_MISMATCH BUNDLE_MISMATCH',
    ],
  ])('%s', (_name, about, answer, live, matches) => {
    expect(answersOf(about, answer)).toEqual([live, matches]);
  });

  test('the evidence holds what was seen beside what was certified', () => {
    const [live, matches] = judgeListing(subject, 'US', listed({ brand: 'Sunforge' }), AT);
    expect(live).toMatchObject({
      marketplace: 'US',
      checkedAt: AT,
      found: { asin: 'B0NLBULB01', requestId: 'r-1' },
    });
    expect(matches).toMatchObject({
      codes: ['BRAND_MISMATCH'],
      found: { brand: 'Sunforge' },
      expected: { brand: 'Northlight' },
    });
    expect(reasonsFrom([live, matches])).toMatchObject([
      { code: 'BRAND_MISMATCH', marketplace: 'US', found: 'Sunforge', expected: 'Northlight' },
    ]);
    expect(summarize(matches)).toEqual({ check: 'LISTING_MATCHES', marketplace: 'US', answer: 'NO' });
  });

  test('a variation parent names the ASINs to use instead', () => {
    const [live] = judgeListing(
      subject,
      'US',
      listed({ classification: 'VARIATION_PARENT', childAsins: ['B0NLSTRP01'] }),
      AT,
    );
    expect(live.found).toMatchObject({ childAsins: ['B0NLSTRP01'] });
  });
});

describe('what must hold for any listing', () => {
  const maybeText = fc.option(fc.string({ unit: 'binary', maxLength: 3000 }), { nil: null });
  const anyListing: fc.Arbitrary<Listing> = fc.record({
    asin: fc.constant('B0NLBULB01'),
    title: maybeText,
    brand: maybeText,
    model: maybeText,
    classification: fc.option(fc.constantFrom(...classifications), { nil: null }),
    retailIdentifiers: fc.array(fc.oneof(fc.string(), fc.stringMatching(/^\d{8,14}$/)), { maxLength: 60 }),
    childAsins: fc.array(fc.string(), { maxLength: 60 }),
    packageAsins: fc.array(fc.string(), { maxLength: 60 }),
  });

  test('missing data never makes a no, and never a yes', () => {
    fc.assert(
      fc.property(anyListing, (any) => {
        const gaps: Listing = {
          ...any,
          brand: null,
          model: null,
          retailIdentifiers: [],
          classification: null,
        };
        expect(answersOf(subject, { kind: 'listed', listing: gaps, evidence })).toEqual([
          'UNKNOWN',
          'UNKNOWN',
        ]);
      }),
    );
  });

  test('a finding always fits, can be stored, and gives a code exactly when the answer is no', () => {
    fc.assert(
      fc.property(anyListing, fc.string({ unit: 'binary', maxLength: 2000 }), (any, brand) => {
        const about = { ...subject, product: { ...subject.product, brand } };
        for (const finding of judgeListing(about, 'US', { kind: 'listed', listing: any, evidence }, AT)) {
          const json = JSON.stringify(finding);
          expect(Buffer.byteLength(json)).toBeLessThanOrEqual(FINDING_BYTES);
          expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/i);
          expect(finding.codes.length > 0).toBe(finding.answer === 'NO');
        }
      }),
    );
  });

  test('folding what is folded changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        expect(foldName(foldName(name))).toBe(foldName(name));
      }),
    );
  });

  test('a name equals itself however it is spaced, punctuated and cased', () => {
    const letters = fc.array(fc.constantFrom(...'aZé9ßΣıЖ東ｱ+'), { maxLength: 20 });
    fc.assert(
      fc.property(
        letters,
        fc.constantFrom('-', ' ', '\u00a0', '’', '. ', '\u200b'),
        (characters, between) => {
          const name = characters.join('');
          const spaced = ` ${characters.join(between)}™`;
          expect(foldName(spaced)).toBe(foldName(name));
          expect(foldName(spaced.normalize('NFD'))).toBe(foldName(name));
          expect(foldName(name.toUpperCase())).toBe(foldName(name));
        },
      ),
    );
  });

  test.each([
    ['Straße', 'STRASSE'],
    ['ẞ', 'ß'],
    ['ΟΔΟΣ', 'οδος'],
    ['Café', 'Cafe\u0301'],
    ['O’Neill & Sons®', 'oneill sons'],
    ['O&#39;Neill &amp; Sons&reg;', 'O’Neill & Sons'],
    ['ﬁrefly', 'FIREFLY'],
  ])('%s is %s', (left, right) => expect(foldName(left)).toBe(foldName(right)));

  test('a number is the same at any length that a GTIN has', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{7,13}$/), fc.nat(6), (digits, zeros) => {
        const padded = `${'0'.repeat(zeros)}${digits}`.slice(-14);
        expect(padGtin(padded)).toBe(padGtin(padded.padStart(14, '0')));
      }),
    );
  });
});
