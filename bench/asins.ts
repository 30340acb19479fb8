import { generatedListing } from '../dev/stand-ins/generated-listing';

/** The ASIN of the stand-ins' generated listing of this number, from 0 to 99,999,999. */
export const asinOf = (number: number) => `BX${String(number).padStart(8, '0')}`;

/** The UPC that the generated listing of an ASIN shows. */
export function upcOf(asin: string): string {
  const code = generatedListing(asin)?.identifiers[0]?.code;
  if (code === undefined) throw new Error(`${asin} has no generated listing`);
  return code;
}
