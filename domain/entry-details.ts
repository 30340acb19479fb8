/** What an entry of a request's history tells besides what was done, by who reads it. */
import type { Role } from './lifecycle';

type Details = Readonly<Record<string, unknown>>;

/** Why a step has failed is in words of our own programs, and for operators alone. */
export function detailsFor(role: Role, details: Details): Details {
  if (role === 'OPERATOR') return details;
  const { why: _, ...others } = details;
  return others;
}
