import fc from 'fast-check';
import { asinProblems, isAsin, normalizeAsin } from '../../domain/asin';

test.each(['B07N4M94X4', 'BT00LLINKI', 'BT6RZ7JM4H', 'B000000000'])('%s is the ASIN of a device', (asin) => {
  expect(asinProblems(asin)).toEqual([]);
  expect(isAsin(asin)).toBe(true);
});

test.each([
  ['0306406152', 'ASIN_OF_A_BOOK', 'ISBN-10'],
  ['080442957X', 'ASIN_OF_A_BOOK', 'begins with B'],
  ['B07N4M94X', 'INVALID_ASIN', 'this has 9'],
  ['B07N4M94X44', 'INVALID_ASIN', 'this has 11'],
  ['A07N4M94X4', 'INVALID_ASIN', 'begins with B'],
  ['B07N4M94X4 B07N4M94X5', 'INVALID_ASIN', 'one ASIN'],
  ['Β07N4M94X4', 'INVALID_ASIN', 'letters A to Z'],
  ['', 'INVALID_ASIN', 'this has 0'],
])('%j is refused as %s: …%s…', (asin, code, sentence) => {
  const problems = asinProblems(asin);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code });
  expect(problems[0]?.detail).toContain(sentence);
});

test('an ASIN is trimmed and upper-cased before it is judged', () => {
  expect(normalizeAsin(' \u200eb07n4m94x4\ufeff\n')).toBe('B07N4M94X4');
});

test('no foreign letter turns into a valid one', () => {
  expect(normalizeAsin('b07n4m94xı')).toBe('B07N4M94Xı');
  expect(isAsin(normalizeAsin('b07n4m94ſ4'))).toBe(false);
});

test('normalizing twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = normalizeAsin(text);
      expect(normalizeAsin(once)).toBe(once);
    }),
  );
});
