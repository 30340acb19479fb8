/** What is wrong with a form, as the API answers it: a closed list of codes, each problem with a sentence. */

export const FORM_PROBLEM_CODES = [
  'REQUIRED',
  'UNKNOWN_PROGRAM',
  'PRODUCT_NOT_FOUND',
  'PRODUCT_NOT_SELECTABLE',
  'UNKNOWN_IDENTIFIER_TYPE',
  'INVALID_CHARACTERS',
  'INVALID_LENGTH',
  'INVALID_CHECK_DIGIT',
  'INVALID_PREFIX',
  'RESTRICTED_PREFIX',
  'VARIABLE_MEASURE',
  'ALL_ZEROS',
  'INVALID_ASIN',
  'ASIN_OF_A_BOOK',
  'OPEN_REQUEST_EXISTS',
  'TOO_LONG',
  'UNKNOWN_BUNDLE_DEVICE',
  'INVALID_DATE',
  'DATE_IN_THE_PAST',
  'DATE_TOO_FAR_AHEAD',
  'UNKNOWN_MARKETPLACE',
  'MARKETPLACE_NOT_CERTIFIED',
  'DUPLICATE',
] as const;

/** A problem of one value, wherever that stands. */
export interface ValueProblem {
  code: (typeof FORM_PROBLEM_CODES)[number];
  /** A whole sentence: what is wrong and what to give instead. */
  detail: string;
  found: string | null;
  expected: string | null;
}

/** A problem of a form. */
export interface Problem extends ValueProblem {
  /** JSON pointer (RFC 6901) to the field. */
  pointer: string;
}

const SHOWN_CHARACTERS = 80;
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A value from outside made fit to be shown in a problem: cut when long, invisible characters named
 * (`U+200B`).
 */
export function showValue(value: string): string {
  const characters = Array.from(value);
  const cut = characters.slice(0, SHOWN_CHARACTERS).join('');
  const shown = cut.replace(
    INVISIBLE,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return characters.length > SHOWN_CHARACTERS ? `${shown}…` : shown;
}

/** Removes what copying from a spreadsheet or page leaves in a code: white space, dashes, invisible marks. */
export function withoutSeparators(code: string): string {
  return code.replace(/[\s\p{Pd}\u2212\p{Cf}]/gu, '');
}
