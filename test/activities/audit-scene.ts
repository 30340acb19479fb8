/** Enabled badges of an organization, to be audited. */
import { addEnabledBadges } from '../../bench/enabled-badges';
import type { Pool } from '../../db/pool';
import type { MarketplaceCode } from '../../domain/marketplaces';

/** Adds the organization and the maker that {@link addBadges} is about. */
export async function addOwner(pool: Pool): Promise<void> {
  await pool.query("insert into organizations (id, name) values ('org_one', 'One') on conflict do nothing");
  await pool.query(
    `insert into people (id, name, email, role, organization_id)
     values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one') on conflict do nothing`,
  );
}

/** Adds enabled requests that are long due; each call's are of other listings. */
export function addBadges(
  pool: Pool,
  count: number,
  {
    marketplaces = ['US'],
    from = 0,
    dueSinceHours = 24,
  }: { marketplaces?: readonly MarketplaceCode[]; from?: number; dueSinceHours?: number } = {},
): Promise<string[]> {
  const owner = { organizationId: 'org_one', personId: 'person_maker' };
  return addEnabledBadges(pool, owner, { count, marketplaces, from, dueSinceHours });
}

/** In how many hours each badge is due, rounded, by request; negative: it is due. */
export async function dueInHours(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ request_id: string; hours: number }>(
    `select request_id, round(extract(epoch from audit_due_at - now()) / 3600, 1)::float8 as hours
       from badges order by request_id`,
  );
  return Object.fromEntries(rows.map(({ request_id, hours }) => [request_id, hours]));
}
