import type { Role } from '../domain/lifecycle';
import type { Queryable } from './pool';

/** The roles that people have. */
export type PersonRole = Exclude<Role, 'SERVICE'>;

/** Who calls. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: PersonRole;
  readonly organizationId: string | null;
}

/**
 * Whose token this is.
 * @param tokenHash SHA-256 of the token; the token itself is stored nowhere
 * @returns null when it is unknown, expired or revoked, or its person has left
 */
export async function findPersonByToken(db: Queryable, tokenHash: Buffer): Promise<Person | null> {
  const { rows } = await db.query<Person>({
    name: 'find-person-by-token',
    text: `select p.id, p.name, p.role, p.organization_id as "organizationId"
      from access_tokens t join people p on p.id = t.person_id
      where t.token_hash = $1 and t.revoked_at is null and t.expires_at > now()
        and p.left_at is null`,
    values: [tokenHash],
  });
  return rows[0] ?? null;
}

/** An organization's id and name; null when there is none. */
export async function findOrganization(
  db: Queryable,
  id: string,
): Promise<{ readonly id: string; readonly name: string } | null> {
  const { rows } = await db.query<{ id: string; name: string }>(
    'select id, name from organizations where id = $1',
    [id],
  );
  return rows[0] ?? null;
}
