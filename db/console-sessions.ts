/** Who is signed in to the console. Of a session's secret, which its cookie holds, only the hash is stored. */
import type { Person } from './people';
import type { Queryable } from './pool';

export interface NewSession {
  /** SHA-256 of its secret. */
  readonly secretHash: Buffer;
  readonly personId: string;
  /** What the identity provider wants to see at its end. */
  readonly idToken: string;
  readonly hours: number;
}

/** Begins a session that ends after so many hours, whatever is done in it. */
export async function openSession(db: Queryable, session: NewSession): Promise<void> {
  const { secretHash, personId, idToken, hours } = session;
  await db.query(
    `insert into console_sessions (secret_hash, person_id, id_token, expires_at)
      values ($1, $2, $3, now() + make_interval(hours => $4))`,
    [secretHash, personId, idToken, hours],
  );
}

/**
 * Whose session this is; that it was used is noted once a minute.
 * @param idleMinutes after which a session that nobody used is over
 * @returns null when there is none, or none any more, or its person has left
 */
export async function findPersonBySession(
  db: Queryable,
  secretHash: Buffer,
  idleMinutes: number,
): Promise<Person | null> {
  const { rows } = await db.query<Person & { isUnnoted: boolean }>({
    name: 'find-person-by-session',
    text: `select p.id, p.name, p.role, p.organization_id as "organizationId",
        s.used_at < now() - interval '1 minute' as "isUnnoted"
      from console_sessions s join people p on p.id = s.person_id
      where s.secret_hash = $1 and s.expires_at > now() and s.used_at > now() - make_interval(mins => $2)
        and p.left_at is null`,
    values: [secretHash, idleMinutes],
  });
  const [found] = rows;
  if (found === undefined) return null;
  const { isUnnoted, ...person } = found;
  if (isUnnoted)
    await db
      .query('update console_sessions set used_at = now() where secret_hash = $1', [secretHash])
      // A database that takes no writes for now can still be read.
      .catch(() => undefined);
  return person;
}

/**
 * Ends a session at once.
 * @returns what the identity provider wants to see; null when there was no session
 */
export async function endSession(db: Queryable, secretHash: Buffer): Promise<string | null> {
  const { rows } = await db.query<{ idToken: string }>(
    'delete from console_sessions where secret_hash = $1 returning id_token as "idToken"',
    [secretHash],
  );
  return rows[0]?.idToken ?? null;
}
