import { createHash } from 'node:crypto';
import { findPersonByToken, type Person } from '../db/people';
import type { Queryable } from '../db/pool';
import { ProblemError } from './problem';
import type { Access } from './route';

/** SHA-256 of a bearer token, as it is stored. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

const unauthenticated = (detail: string, error = '') =>
  new ProblemError('UNAUTHENTICATED', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="badge-requests"${error}` },
  });

/**
 * Who calls, if their role may make this call.
 * @throws {ProblemError} UNAUTHENTICATED or FORBIDDEN
 */
export async function authenticate(
  db: Queryable,
  authorization: string | undefined,
  access: Access,
): Promise<Person | null> {
  if (typeof access === 'string') return null;
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw unauthenticated('Send a bearer token in the Authorization header.');
  const person = await findPersonByToken(db, hashToken(token));
  if (person === null)
    throw unauthenticated('The bearer token is unknown, expired or revoked.', ', error="invalid_token"');
  if (!access.includes(person.role))
    throw new ProblemError('FORBIDDEN', `Only ${names(access)} may make this call.`);
  return person;
}

const names = (roles: readonly string[]) =>
  roles
    .map((role) => `a ${role.toLowerCase()}`)
    .join(', ')
    .replace('a operator', 'an operator');
