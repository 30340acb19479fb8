/** The rounds of a request: how one ends, and what differs between two. */
import type { CertifiedProduct } from './certification';
import type { BadgeRequestForm } from './form';
import type { Action } from './lifecycle';

/** The actions that decide a round, and what readers see of them. */
export const roundDecisions = {
  approve: 'APPROVED',
  reject: 'REJECTED',
  failChecks: 'CHECKS_FAILED',
  withdraw: 'WITHDRAWN',
} as const satisfies Partial<Record<Action, string>>;

export type DecidingAction = keyof typeof roundDecisions;
export type RoundDecision = (typeof roundDecisions)[DecidingAction];
export const ROUND_DECISIONS = Object.values(roundDecisions);

/** What was submitted in a round: the form, and the product as it was certified then. */
export interface Submission {
  readonly form: BadgeRequestForm;
  readonly product: CertifiedProduct;
}

export type FieldValue = string | number | boolean | null | readonly string[];

/** A field that differs; null where it was not there. */
export interface FieldChange {
  /** JSON pointer (RFC 6901): into the form, or `/product/…`. */
  readonly pointer: string;
  readonly from: FieldValue;
  readonly to: FieldValue;
}

/**
 * What differs between two submissions, field by field in the form's order, then the product's. Lists are
 * sets: their order and repetitions say nothing.
 */
export function submissionChanges(before: Submission, after: Submission): FieldChange[] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  const pointers = new Set([...old.keys(), ...now.keys()]);
  return [...pointers]
    .map((pointer) => ({ pointer, from: old.get(pointer) ?? null, to: now.get(pointer) ?? null }))
    .filter(({ from, to }) => !isSame(from, to));
}

/** Every field by its pointer. The product's id is the form's. */
function fieldsOf({ form, product }: Submission): Map<string, FieldValue> {
  const { program, productId, retailIdentifier, asin, variant, bundleDevices, goLive, marketplaces } = form;
  const { name, brand, model, deviceType, integration } = product;
  return new Map(
    leavesOf('', {
      program,
      productId,
      retailIdentifier: retailIdentifier && { ...retailIdentifier },
      asin,
      variant,
      bundleDevices,
      goLive,
      marketplaces,
      product: { name, brand, model, deviceType, integration },
    }),
  );
}

type Field = FieldValue | { readonly [name: string]: Field };

const isList = (field: Field): field is readonly string[] => Array.isArray(field);

function leavesOf(pointer: string, field: Field): [string, FieldValue][] {
  if (field === null || typeof field !== 'object' || isList(field)) return [[pointer, field]];
  return Object.entries(field).flatMap(([name, member]) => leavesOf(`${pointer}/${name}`, member));
}

function isSame(one: FieldValue, other: FieldValue): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  const [mine, theirs] = [new Set<unknown>(one), new Set<unknown>(other)];
  return mine.size === theirs.size && [...mine].every((entry) => theirs.has(entry));
}
