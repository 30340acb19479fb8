/**
 * The Amazon Standard Identification Number. Amazon publishes no specification; in practice it is ten
 * characters, and either begins with a B or is the ISBN-10 of a book. There is no check digit.
 */
import { showValue, type ValueProblem } from './problem';

const DEVICE = /^B[0-9A-Z]{9}$/;
const BOOK = /^[0-9]{9}[0-9X]$/;
const EXPECTED = 'B and 9 more letters or digits, for example B07N4M94X4';

/**
 * An ASIN as it is stored and compared: without the space and the invisible marks that pasting leaves
 * around it, in upper case. Only ASCII letters are changed, so that no foreign letter turns into a valid
 * one.
 */
export function normalizeAsin(asin: string): string {
  return asin.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** Whether a normalized ASIN can be that of a device. */
export function isAsin(asin: string): boolean {
  return DEVICE.test(asin);
}

/**
 * What is wrong with a normalized ASIN as that of a device.
 * @returns nothing, or one problem: the rules build on each other
 */
export function asinProblems(asin: string): ValueProblem[] {
  if (isAsin(asin)) return [];
  const found = showValue(asin);
  if (BOOK.test(asin)) {
    return [
      {
        code: 'ASIN_OF_A_BOOK',
        detail: 'This is an ISBN-10, the ASIN of a book; the ASIN of a device begins with B.',
        found,
        expected: EXPECTED,
      },
    ];
  }
  return [{ code: 'INVALID_ASIN', detail: describe(asin), found, expected: EXPECTED }];
}

function describe(asin: string): string {
  const { length } = Array.from(asin);
  if (/[^0-9A-Z]/u.test(asin))
    return 'An ASIN has only the letters A to Z and digits; give one ASIN, nothing else.';
  if (length !== 10) return `An ASIN has 10 characters, this has ${length}.`;
  return 'The ASIN of a device begins with B.';
}
