/**
 * What does not tell two names apart: punctuation, spaces, control and format characters, accents that stand
 * alone, and the marks of trade. Mathematical signs stay, for an X100+ is another model than an X100; but
 * the minus sign, which is typed for a hyphen.
 */
const insignificant = /[\p{P}\p{Z}\p{C}\p{Sk}™®©℠℗\u2212]/gu;

/** Some of them as HTML writes them, which is how they get into a listing that was copied from a page. */
const insignificantInHtml = /&(?:amp|apos|quot|nbsp|reg|trade|#0*3[489]|#x0*2[267]);/gi;

/**
 * A brand or a model number in the form in which two spellings of the same name are equal: case, spacing,
 * punctuation and Unicode forms folded. Case goes down and up again, because only both together make "ß" and
 * "ẞ", and the two small sigmas, the same.
 * @returns an empty string when nothing in it could tell it from another
 */
export const foldName = (name: string): string =>
  name
    .replace(insignificantInHtml, '')
    .replace(insignificant, '')
    .normalize('NFKC')
    .replace(insignificant, '')
    .toLowerCase()
    .toUpperCase()
    .normalize('NFKC');

/**
 * Amazon's index holds every GTIN-compatible number as a GTIN, under whatever type it likes, so numbers are
 * compared padded to fourteen digits and types are not compared at all.
 * @returns null for what cannot be a GTIN: not 8 to 14 digits, or all zeros
 */
export function padGtin(identifier: string): string | null {
  const digits = identifier.trim();
  return /^\d{8,14}$/.test(digits) && !/^0+$/.test(digits) ? digits.padStart(14, '0') : null;
}
