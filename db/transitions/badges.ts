/** Badges that are written ahead of their instant, and what is taken back of them. */
import type { MarketplaceCode } from '../../domain/marketplaces';
import { takeBackMails } from '../outbox';
import { prepared, type Queryable } from '../pool';

export interface EffectiveBadge {
  readonly marketplace: MarketplaceCode;
  /** RFC 3339. */
  readonly since: string;
}

/**
 * Takes back everything that was written ahead of its instant: badges, history, mails.
 * @returns the badges that are effective by now, which stay
 */
export async function takeBackStaged(
  connection: Queryable,
  requestId: string,
  at: string,
): Promise<EffectiveBadge[]> {
  await connection.query(
    prepared(
      `delete from badges where request_id = $1 and status = 'STAGED' and effective_at > $2::timestamptz`,
      [requestId, at],
    ),
  );
  await takeBackConsequences(connection, requestId, at);
  return readEffectiveBadges(connection, requestId);
}

/** Takes back the badges of some marketplaces, effective or not, and all that follows from badges at a later instant. */
export async function takeBackBadges(
  connection: Queryable,
  requestId: string,
  { marketplaces, at }: { marketplaces: readonly MarketplaceCode[]; at: string },
): Promise<void> {
  await connection.query(
    prepared('delete from badges where request_id = $1 and marketplace = any($2::text[])', [
      requestId,
      marketplaces,
    ]),
  );
  await takeBackConsequences(connection, requestId, at);
}

async function takeBackConsequences(connection: Queryable, requestId: string, at: string): Promise<void> {
  await takeBackAhead(connection, requestId, at);
  await takeBackMails(connection, requestId, at);
}

/** Takes back the entries that were written ahead of a later instant. */
export async function takeBackAhead(connection: Queryable, requestId: string, at: string): Promise<void> {
  await connection.query(
    // What a transition has recorded stays, also where the clock has stepped back since.
    prepared(
      'delete from badge_request_history where request_id = $1 and at > $2::timestamptz and outcome is null',
      [requestId, at],
    ),
  );
}

/** The badges of a request in the order in which they become effective. */
async function readEffectiveBadges(connection: Queryable, requestId: string): Promise<EffectiveBadge[]> {
  const { rows } = await connection.query<{ marketplace: MarketplaceCode; effective_at: Date }>(
    prepared(
      'select marketplace, effective_at from badges where request_id = $1 order by effective_at, marketplace',
      [requestId],
    ),
  );
  return rows.map((row) => ({ marketplace: row.marketplace, since: row.effective_at.toISOString() }));
}

/** Badges in the order in which they become effective. */
export const inOrder = (badges: readonly EffectiveBadge[]): EffectiveBadge[] =>
  [...badges].sort(
    (one, other) =>
      Date.parse(one.since) - Date.parse(other.since) || (one.marketplace < other.marketplace ? -1 : 1),
  );

/** The first and the last instant of badges, as the request's row keeps them. */
export function spanOf(badges: readonly EffectiveBadge[]): {
  first_effective_at: string | null;
  enabled_at: string | null;
} {
  return { first_effective_at: badges[0]?.since ?? null, enabled_at: badges.at(-1)?.since ?? null };
}
