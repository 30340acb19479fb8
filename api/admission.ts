/** Lets a call in: who makes it is known, and may make it. */
import type { Person } from '../db/people';
import { authenticate, type Credentials } from './authentication';
import { requireSignature } from './certification-events/signature';
import type { ApiDependencies } from './dependencies';
import { ProblemError } from './problem';
import type { Access } from './route';

/** What tells whose a call is. */
export interface CallOrigin extends Credentials {
  readonly readBody: () => Promise<Buffer>;
}

/**
 * Whose call it is; null where anybody may make it, or who signs the body.
 * @throws {ProblemError} UNAUTHENTICATED, FOREIGN_ORIGIN, FORBIDDEN or SIGNATURE_INVALID
 */
export async function admit(
  deps: ApiDependencies,
  origin: CallOrigin,
  access: Access,
): Promise<Person | null> {
  if (access === 'PUBLIC') return null;
  if (access === 'SIGNED') {
    await requireSignature(deps, (name) => origin.headers[name]?.toString(), origin.readBody);
    return null;
  }
  const person = await authenticate(deps, origin);
  if (!access.includes(person.role))
    throw new ProblemError('FORBIDDEN', `Only ${names(access)} may make this call.`);
  return person;
}

const names = (roles: readonly string[]) =>
  roles
    .map((role) => `a ${role.toLowerCase()}`)
    .join(', ')
    .replace('a operator', 'an operator');
