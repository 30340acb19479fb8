/** Lets a call in: who makes it is known, may make it, and has not made too many. */
import type { Person } from '../db/people';
import { authenticate, type Credentials } from './authentication';
import { networkOf, type CallerKind } from './call-limit';
import type { CallNotes } from './call-notes';
import { requireSignature } from './certification-events/signature';
import type { ApiDependencies } from './dependencies';
import { toProblem } from './failures';
import { ProblemError } from './problem';
import type { Route } from './route';

/** What tells whose a call is. */
export interface CallOrigin extends Credentials {
  readonly readBody: () => Promise<Buffer>;
  /** Where it comes from; absent of a call that is not counted. */
  readonly readAddress?: () => string | undefined;
}

/**
 * Whose call it is; null where anybody may make it, or who signs the body. It counts towards the limit of its person, and
 * nobody's towards that of its address; one that is signed counts for nobody.
 * @param notes are told whose it is, and what its answer says of the limit
 * @throws {ProblemError} UNAUTHENTICATED, FOREIGN_ORIGIN, FORBIDDEN, SIGNATURE_INVALID or TOO_MANY_CALLS
 */
export async function admit(
  deps: ApiDependencies,
  origin: CallOrigin,
  { access, isUncounted = false }: Pick<Route, 'access' | 'isUncounted'>,
  notes: CallNotes,
): Promise<Person | null> {
  if (access === 'PUBLIC') {
    if (!isUncounted) countNobodys(deps, origin, notes);
    return null;
  }
  const person = await (access === 'SIGNED' ? signed(deps, origin) : authenticate(deps, origin)).catch(
    (error: unknown) => {
      // That the database is away is nobody's fault.
      if (toProblem(error).status < 500) countNobodys(deps, origin, notes);
      throw error;
    },
  );
  if (person === null || access === 'SIGNED') return null;
  notes.personId = person.id;
  count(deps, 'person', person.id, notes);
  if (!access.includes(person.role))
    throw new ProblemError('FORBIDDEN', `Only ${names(access)} may make this call.`);
  return person;
}

async function signed(deps: ApiDependencies, { headers, readBody }: CallOrigin): Promise<null> {
  await requireSignature(deps, (name) => headers[name]?.toString(), readBody);
  return null;
}

/** Where it is not known how many proxies are in front, an address may be the proxy's, and everybody's. */
function countNobodys(deps: ApiDependencies, { readAddress }: CallOrigin, notes: CallNotes): void {
  if (deps.proxiesInFront !== undefined) count(deps, 'address', networkOf(readAddress?.()), notes);
}

function count({ callLimit }: ApiDependencies, kind: CallerKind, key: string, notes: CallNotes): void {
  if (callLimit === undefined) return;
  const { headers, refusal } = callLimit(kind, key);
  notes.headers = { ...notes.headers, ...headers };
  if (refusal !== undefined) throw refusal;
}

const names = (roles: readonly string[]) =>
  roles
    .map((role) => `a ${role.toLowerCase()}`)
    .join(', ')
    .replace('a operator', 'an operator');
