import type { Person } from './people';
import { prepared, type Queryable } from './pool';

export interface CalendarFeed {
  readonly id: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

interface Row {
  id: string;
  created_at: Date;
}
const toFeed = ({ id, created_at }: Row): CalendarFeed => ({ id, createdAt: created_at.toISOString() });

/** Somebody's that were not revoked; the console shows as many at once. */
export const MOST_FEEDS = 100;

/**
 * Makes a feed, or gives one that is there another address; the one before is none any more. Those that are made side by
 * side do not count each other: a few may be too many.
 * @param secretHash SHA-256 of the secret in its address; the secret itself is stored nowhere
 * @returns REVOKED when it was there and is revoked; TOO_MANY when its owner has as many as one may
 */
export async function saveFeed(
  db: Queryable,
  feed: { id: string; ownerId: string; secretHash: Buffer },
): Promise<CalendarFeed | 'REVOKED' | 'TOO_MANY'> {
  const { rows } = await db.query<Row>(
    `insert into calendar_feeds as f (id, owner_id, secret_hash)
      select $1, $2, $3
       where (select count(*) from calendar_feeds where owner_id = $2 and revoked_at is null and id <> $1) < $4
      on conflict (id) do update set secret_hash = excluded.secret_hash
        where f.owner_id = excluded.owner_id and f.revoked_at is null
      returning id, created_at`,
    [feed.id, feed.ownerId, feed.secretHash, MOST_FEEDS],
  );
  if (rows[0] !== undefined) return toFeed(rows[0]);
  const { rowCount } = await db.query('select from calendar_feeds where id = $1', [feed.id]);
  return rowCount === 0 ? 'TOO_MANY' : 'REVOKED';
}

/** Somebody's feeds that were not revoked, newest first. */
export async function listFeeds(
  db: Queryable,
  { ownerId, limit, after }: { ownerId: string; limit: number; after: string | null },
): Promise<{ feeds: CalendarFeed[]; next: string | null }> {
  const { rows } = await db.query<Row>(
    `select id, created_at from calendar_feeds
      where owner_id = $1 and revoked_at is null and ($2::text is null or id < $2)
      order by id desc limit $3`,
    [ownerId, after, limit + 1],
  );
  const feeds = rows.slice(0, limit).map(toFeed);
  return { feeds, next: rows.length > limit ? (feeds.at(-1)?.id ?? null) : null };
}

/**
 * Takes a feed back; doing it again changes nothing.
 * @returns false when this person has no such feed
 */
export async function revokeFeed(
  db: Queryable,
  { id, ownerId }: { id: string; ownerId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'update calendar_feeds set revoked_at = coalesce(revoked_at, now()) where id = $1 and owner_id = $2',
    [id, ownerId],
  );
  return rowCount === 1;
}

/**
 * Whose calendar an address shows, with the role and organization that they have now.
 * @returns null when the address is unknown or revoked, or its owner has left
 */
export async function findFeedOwner(db: Queryable, secretHash: Buffer): Promise<Person | null> {
  const { rows } = await db.query<Person>(
    prepared(
      `select p.id, p.name, p.role, p.organization_id as "organizationId"
        from calendar_feeds f join people p on p.id = f.owner_id
        where f.secret_hash = $1 and f.revoked_at is null and p.left_at is null`,
      [secretHash],
    ),
  );
  return rows[0] ?? null;
}
