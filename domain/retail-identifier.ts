/**
 * Retail identifiers. The rules are those of the GS1 General Specifications: check digit 7.9, GTIN-14
 * indicator 2.1.8, prefixes 1.4. Whatever the type, identifiers are compared as GTIN-14.
 */
import { showValue, withoutSeparators, type ValueProblem } from './problem';

/** The types of the form; `digits` counts the check digit. */
export const retailIdentifierTypes = {
  UPC: { type: 'UPC', name: 'UPC', digits: 12, example: '036000291452' },
  EAN: { type: 'EAN', name: 'EAN', digits: 13, example: '4006381333931' },
  JAN: { type: 'JAN', name: 'JAN', digits: 13, example: '4901234567894' },
  GTIN_14: { type: 'GTIN_14', name: 'GTIN-14', digits: 14, example: '10614141000415' },
} as const satisfies Record<string, { type: string; name: string; digits: number; example: string }>;

export type RetailIdentifierType = keyof typeof retailIdentifierTypes;

/** An identifier as the maker gave it. */
export interface RetailIdentifier {
  type: RetailIdentifierType;
  code: string;
}
/** The same while it is a draft: either may still be missing, the code being empty then. */
export interface DraftRetailIdentifier {
  type: RetailIdentifierType | null;
  code: string;
}

export const RETAIL_IDENTIFIER_TYPES = Object.keys(retailIdentifierTypes) as RetailIdentifierType[];

/** Whether a value from outside is one of the types. */
export function isRetailIdentifierType(value: unknown): value is RetailIdentifierType {
  return typeof value === 'string' && Object.hasOwn(retailIdentifierTypes, value);
}

/**
 * A code as it is stored: without spaces, hyphens and invisible marks, which people paste; its digits stay
 * as typed.
 */
export function normalizeRetailIdentifierCode(code: string): string {
  return withoutSeparators(code);
}

/**
 * The one form in which identifiers are compared: 14 digits, zeros in front. A UPC, the EAN that is this
 * UPC with a zero in front, and their GTIN-14 become equal. What is no identifier comes back padded and
 * equals no valid one.
 */
export function toGtin14(code: string): string {
  return withoutSeparators(code).padStart(14, '0');
}

/**
 * The GS1 check digit of the digits before it: from the right with weights 3, 1, 3, 1 …, what is missing to
 * the next ten.
 * @param body ASCII digits without the check digit
 */
export function checkDigit(body: string): string {
  const sum = Array.from(body)
    .reverse()
    .reduce((total, digit, position) => total + Number(digit) * (position % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/**
 * Prefixes, of the 13-digit form, that are given to something else than a product for sale.
 * 00000 is the padding of an eight-digit GTIN, whose numbers that begin with 0 or 2 are restricted.
 */
const notProducts: readonly (readonly [prefix: RegExp, meaning: string])[] = [
  [/^(?:0[24]|2|00000[02])/, 'numbers for use inside a shop or a company'],
  [/^05/, 'coupons'],
  [/^952/, 'demonstrations and examples'],
  [/^977/, 'periodicals (ISSN)'],
  [/^97[89]/, 'books and sheet music (ISBN, ISMN)'],
  [/^9[89]/, 'coupons and refund receipts'],
];

/** GS1 Japan's prefixes. */
const JAPANESE = /^4[59]/;

/**
 * What is wrong with a normalized code as one of its type, everything at once.
 * @returns an empty list for a valid one
 */
export function retailIdentifierProblems({ type, code }: RetailIdentifier): ValueProblem[] {
  const { name, digits, example } = retailIdentifierTypes[type];
  const expected = `${digits} digits, for example ${example}`;
  if (code === '') return [{ code: 'REQUIRED', detail: `Give the ${name}.`, found: null, expected }];

  const found = showValue(code);
  const onlyDigits = /^[0-9]+$/.test(code);
  const length = Array.from(code).length;
  const problems: ValueProblem[] = [];
  if (!onlyDigits) {
    const detail = `Only the digits 0 to 9 can stand in the ${name}.`;
    problems.push({ code: 'INVALID_CHARACTERS', detail, found, expected });
  }
  if (length !== digits) {
    const detail = `The ${name} has ${digits} digits, this has ${length}.${onlyDigits ? lengthHint(type, code) : ''}`;
    problems.push({ code: 'INVALID_LENGTH', detail, found, expected });
  }
  return problems.length > 0 ? problems : digitProblems(type, code);
}

/** What another number of digits looks like, and what to do then. */
function lengthHint(type: RetailIdentifierType, code: string): string {
  const padded = retailIdentifierTypes[type].digits - code.length;
  switch (code.length) {
    case 8:
      return type === 'UPC'
        ? ' A UPC-E of 8 digits is a shortened UPC: give its full 12 digits.'
        : ` An EAN or JAN of 8 digits is given in full, with ${padded} zeros in front.`;
    case 12:
      if (type === 'JAN') return '';
      return ` 12 digits are a UPC: choose that type${padded === 2 ? ', or put 00 in front' : ''}.`;
    case 13:
      return ` 13 digits are an EAN, in Japan a JAN: choose that type${padded === 1 ? ', or put a 0 in front' : ''}.`;
    case 14:
      return ' 14 digits are a GTIN-14: choose that type.';
    default:
      return '';
  }
}

/** What is wrong with the right number of digits. */
function digitProblems(type: RetailIdentifierType, code: string): ValueProblem[] {
  if (/^0+$/.test(code)) {
    const detail = 'Zeros only are the number of no product.';
    return [
      { code: 'ALL_ZEROS', detail, found: code, expected: 'a number that GS1 assigned to the product' },
    ];
  }
  const problems: ValueProblem[] = [];
  const body = code.slice(0, -1);
  const right = checkDigit(body);
  const last = code.slice(-1);
  if (last !== right) {
    problems.push({
      code: 'INVALID_CHECK_DIGIT',
      detail: `The last digit checks the others: after ${body} it is ${right}, not ${last}. Look for a mistyped digit.`,
      found: last,
      expected: right,
    });
  }
  if (type === 'GTIN_14' && code.startsWith('9')) {
    problems.push({
      code: 'VARIABLE_MEASURE',
      detail: 'A GTIN-14 that begins with 9 is for goods of variable measure, sold by weight or length.',
      found: code[0] ?? null,
      expected: 'a first digit from 0 to 8',
    });
  }
  return [...problems, ...prefixProblems(type, toGtin14(code).slice(1))];
}

function prefixProblems(type: RetailIdentifierType, gtin13: string): ValueProblem[] {
  const found = gtin13.slice(0, 3);
  const other = notProducts.find(([prefix]) => prefix.test(gtin13));
  if (other !== undefined) {
    return [
      {
        code: 'RESTRICTED_PREFIX',
        detail: `As 13 digits this begins with ${found}, which is kept for ${other[1]}, not for products in trade.`,
        found,
        expected: 'a number that GS1 assigned to the product',
      },
    ];
  }
  const inFull = gtin13.startsWith('00000') ? gtin13.slice(5) : gtin13;
  if (type === 'JAN' && !JAPANESE.test(inFull)) {
    return [
      {
        code: 'INVALID_PREFIX',
        detail: `A JAN begins with 45 or 49, this with ${inFull.slice(0, 2)}: choose EAN as its type.`,
        found: inFull.slice(0, 2),
        expected: '45 or 49',
      },
    ];
  }
  return [];
}
