import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { findPersonBySession } from '../db/console-sessions';
import { findPersonByToken, type Person } from '../db/people';
import type { ApiDependencies } from './dependencies';
import { ProblemError } from './problem';
import { readCookie } from './sign-in/cookies';

/** SHA-256 of a bearer token or of a session's secret, as it is stored. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const unauthenticated = (detail: string, error = '') =>
  new ProblemError('UNAUTHENTICATED', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="badge-requests"${error}` },
  });

/** What tells who calls, and from where. */
export interface Credentials {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

type Parts = Pick<ApiDependencies, 'pool' | 'publicUrl' | 'sessions'>;

/**
 * Who calls, by bearer token or as signed in to the console.
 * @throws {ProblemError} UNAUTHENTICATED or FOREIGN_ORIGIN
 */
export async function authenticate(parts: Parts, credentials: Credentials): Promise<Person> {
  const { authorization, cookie } = credentials.headers;
  const secret = authorization === undefined ? readCookie(cookie, 'session', parts.publicUrl) : undefined;
  return secret === undefined
    ? personOfToken(parts, authorization)
    : personOfSession(parts, credentials, secret);
}

async function personOfToken({ pool }: Parts, authorization: string | undefined): Promise<Person> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw unauthenticated('Send a bearer token in the Authorization header.');
  const person = await findPersonByToken(pool, hashSecret(token));
  if (person === null)
    throw unauthenticated('The bearer token is unknown, expired or revoked.', ', error="invalid_token"');
  return person;
}

async function personOfSession(
  parts: Parts,
  { method, headers }: Credentials,
  secret: string,
): Promise<Person> {
  requireOwnOrigin(method, (name) => headers[name]?.toString(), parts.publicUrl);
  const person = await findPersonBySession(parts.pool, hashSecret(secret), parts.sessions.idleMinutes);
  if (person === null) throw unauthenticated('Your session has ended. Sign in again.');
  return person;
}

/**
 * Holds a call with the console's cookie to pages of our own. Browsers send the cookie along with what other sites'
 * pages make them call, too, and say where it comes from.
 * @throws {ProblemError} FOREIGN_ORIGIN
 */
export function requireOwnOrigin(
  method: string,
  header: (name: string) => string | undefined,
  publicUrl: string,
): void {
  const site = header('sec-fetch-site');
  const isRead = method === 'GET' || method === 'HEAD';
  // Browsers leave it out where there is neither TLS nor loopback. What only reads may be an address that was typed.
  const isOwn =
    site === undefined
      ? isRead || header('origin') === new URL(publicUrl).origin
      : site === 'same-origin' || (isRead && site === 'none');
  if (!isOwn)
    throw new ProblemError(
      'FOREIGN_ORIGIN',
      'This call comes from another site than the console; programs send a bearer token.',
    );
}
