import fc from 'fast-check';
import {
  checkDigit,
  isRetailIdentifierType,
  normalizeRetailIdentifierCode,
  retailIdentifierProblems,
  RETAIL_IDENTIFIER_TYPES,
  retailIdentifierTypes,
  toGtin14,
  type RetailIdentifierType,
} from '../../domain/retail-identifier';

const codesOf = (type: RetailIdentifierType, code: string) =>
  retailIdentifierProblems({ type, code }).map((problem) => problem.code);
const withCheckDigit = (body: string) => body + checkDigit(body);

describe('valid identifiers', () => {
  test.each<[RetailIdentifierType, string]>([
    ['UPC', '036000291452'],
    ['UPC', '887276302195'],
    ['EAN', '4006381333931'],
    ['EAN', '0887276302195'],
    ['EAN', '6291041500213'],
    ['EAN', '4901234567894'],
    ['JAN', '4901234567894'],
    ['JAN', '4512345678906'],
    ['GTIN_14', '10614141000415'],
    ['GTIN_14', '00887276302195'],
    ['EAN', '0000040170725'],
    ['JAN', '0000049123456'],
    ['UPC', withCheckDigit('00001234567')],
  ])('%s %s is accepted', (type, code) => {
    expect(retailIdentifierProblems({ type, code })).toEqual([]);
  });

  test.each(RETAIL_IDENTIFIER_TYPES)('the example of %s is valid', (type) => {
    expect(codesOf(type, retailIdentifierTypes[type].example)).toEqual([]);
  });
});

describe('wrong identifiers', () => {
  test.each<[RetailIdentifierType, string, string[]]>([
    ['UPC', '', ['REQUIRED']],
    ['UPC', '03600029145', ['INVALID_LENGTH']],
    ['UPC', '036000291453', ['INVALID_CHECK_DIGIT']],
    ['UPC', '03600029145A', ['INVALID_CHARACTERS']],
    ['UPC', '036A', ['INVALID_CHARACTERS', 'INVALID_LENGTH']],
    ['JAN', '４９０１２３４５６７８９４', ['INVALID_CHARACTERS']],
    ['EAN', '٤٠٠٦٣٨١٣٣٣٩٣١', ['INVALID_CHARACTERS']],
    ['UPC', '000000000000', ['ALL_ZEROS']],
    ['EAN', '0000000000000', ['ALL_ZEROS']],
    ['GTIN_14', '00000000000000', ['ALL_ZEROS']],
    ['UPC', withCheckDigit('21234567890'), ['RESTRICTED_PREFIX']],
    ['UPC', withCheckDigit('41234567890'), ['RESTRICTED_PREFIX']],
    ['UPC', withCheckDigit('51234567890'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('021234567890'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('200123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('299123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('952123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('977123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('978123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('979123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('981123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('991123456789'), ['RESTRICTED_PREFIX']],
    ['EAN', withCheckDigit('000002123456'), ['RESTRICTED_PREFIX']],
    ['JAN', withCheckDigit('200123456789'), ['RESTRICTED_PREFIX']],
    ['JAN', '4006381333931', ['INVALID_PREFIX']],
    ['GTIN_14', withCheckDigit('9061414100041'), ['VARIABLE_MEASURE']],
    ['GTIN_14', withCheckDigit('1200123456789'), ['RESTRICTED_PREFIX']],
    ['GTIN_14', '92001234567890', ['INVALID_CHECK_DIGIT', 'VARIABLE_MEASURE', 'RESTRICTED_PREFIX']],
    ['JAN', '4006381333932', ['INVALID_CHECK_DIGIT', 'INVALID_PREFIX']],
  ])('%s %s has exactly %j', (type, code, expected) => {
    expect(codesOf(type, code)).toEqual(expected);
  });

  test('a wrong check digit is told with the right one', () => {
    expect(retailIdentifierProblems({ type: 'UPC', code: '036000291453' })).toEqual([
      {
        code: 'INVALID_CHECK_DIGIT',
        found: '3',
        expected: '2',
        detail: expect.stringContaining('it is 2, not 3') as string,
      },
    ]);
  });

  test.each<[RetailIdentifierType, string, string]>([
    ['UPC', '04252614', 'give its full 12 digits'],
    ['EAN', '96385074', 'with 5 zeros in front'],
    ['JAN', '49123456', 'with 5 zeros in front'],
    ['GTIN_14', '96385074', 'with 6 zeros in front'],
    ['UPC', '4006381333931', 'choose that type'],
    ['EAN', '036000291452', '12 digits are a UPC'],
    ['GTIN_14', '036000291452', 'put 00 in front'],
    ['GTIN_14', '4006381333931', 'put a 0 in front'],
    ['EAN', '10614141000415', '14 digits are a GTIN-14'],
  ])('%s %s is told: %s', (type, code, sentence) => {
    const [problem] = retailIdentifierProblems({ type, code });
    expect(problem).toMatchObject({ code: 'INVALID_LENGTH', found: code });
    expect(problem?.detail).toContain(sentence);
  });

  test('an unknown type is none', () => {
    expect(isRetailIdentifierType('GTIN_14')).toBe(true);
    for (const value of ['ISBN', 'upc', 'toString', null, 3])
      expect(isRetailIdentifierType(value)).toBe(false);
  });
});

describe('one number, many forms', () => {
  test('a UPC, its EAN and its GTIN-14 are equal', () => {
    expect(new Set(['887276302195', '0887276302195', '00887276302195'].map(toGtin14)).size).toBe(1);
  });

  test('pasted separators are removed, digits stay', () => {
    expect(normalizeRetailIdentifierCode(' 0 36000\u00a029145\u20112\u200e ')).toBe('036000291452');
  });

  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

  test('exactly one check digit is valid after every body', () => {
    const body = fc.oneof(digits(11), digits(12), digits(13));
    fc.assert(
      fc.property(body, (text) => {
        const type = ({ 11: 'UPC', 12: 'EAN', 13: 'GTIN_14' } as const)[text.length as 11 | 12 | 13];
        const valid = Array.from('0123456789').filter((digit) => {
          const codes = codesOf(type, text + digit);
          return !codes.includes('INVALID_CHECK_DIGIT');
        });
        expect(valid).toEqual(/^0+$/.test(text) ? ['0'] : [checkDigit(text)]);
      }),
    );
  });

  test('the check digit is that of the sum over the whole number', () => {
    fc.assert(
      fc.property(digits(13), (body) => {
        const whole = Array.from(withCheckDigit(body));
        const sum = whole.reduce(
          (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
          0,
        );
        expect(sum % 10).toBe(0);
      }),
    );
  });

  test('zeros in front change neither the check digit nor the GTIN-14', () => {
    fc.assert(
      fc.property(digits(11), (body) => {
        const upc = withCheckDigit(body);
        expect(withCheckDigit(`0${body}`)).toBe(`0${upc}`);
        expect(toGtin14(`0${upc}`)).toBe(toGtin14(upc));
        expect(codesOf('EAN', `0${upc}`)).toEqual(codesOf('UPC', upc));
        expect(codesOf('GTIN_14', `00${upc}`)).toEqual(codesOf('UPC', upc));
      }),
    );
  });

  test('any text gets an answer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RETAIL_IDENTIFIER_TYPES),
        fc.string({ unit: 'binary' }),
        (type, code) => {
          const once = normalizeRetailIdentifierCode(code);
          expect(normalizeRetailIdentifierCode(once)).toBe(once);
          expect(Array.isArray(retailIdentifierProblems({ type, code }))).toBe(true);
        },
      ),
    );
  });
});
