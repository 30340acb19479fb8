/** Which person somebody is who has signed in at an identity provider. */
import type { Queryable } from './pool';

export interface Identity {
  readonly issuer: string;
  /** The provider's own name for them, which never changes. */
  readonly subject: string;
  /** The mail address that the provider has confirmed; null when there is none. */
  readonly readEmail: () => Promise<string | null>;
}

/**
 * Finds the person of an identity. At their first sign-in they are found by their mail address, and bound to the
 * identity: from then on it alone counts, so that whoever gets the address later is not taken for them.
 * @returns the person's id; null when it is nobody's, or somebody's who has left
 */
export async function findPersonByIdentity(db: Queryable, identity: Identity): Promise<string | null> {
  const { issuer, subject, readEmail } = identity;
  const known = await personBoundTo(db, issuer, subject);
  if (known !== null) return known;
  const email = await readEmail();
  if (email === null) return null;
  const { rows } = await db.query<{ personId: string }>(
    `insert into identities (issuer, subject, person_id)
      select $1, $2, min(p.id) from people p
        where lower(p.email) = lower($3) and p.left_at is null having count(*) = 1
      on conflict do nothing
      returning person_id as "personId"`,
    [issuer, subject, email],
  );
  // Signed in twice side by side: the other one has bound it.
  return rows[0]?.personId ?? personBoundTo(db, issuer, subject);
}

async function personBoundTo(db: Queryable, issuer: string, subject: string): Promise<string | null> {
  const { rows } = await db.query<{ personId: string }>(
    `select i.person_id as "personId" from identities i join people p on p.id = i.person_id
      where i.issuer = $1 and i.subject = $2 and p.left_at is null`,
    [issuer, subject],
  );
  return rows[0]?.personId ?? null;
}
