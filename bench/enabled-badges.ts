/** Rows of badges that are enabled, as a whole life leaves them: of the stand-ins' generated listings. */
import type pg from 'pg';
import { benchmarkProduct } from '../dev/stand-ins/generated-listing';
import type { MarketplaceCode } from '../domain/marketplaces';
import { asinOf, upcOf } from './asins';

const ROWS_AT_ONCE = 5_000;
const PRODUCT = 'prod_enabled';
const idOf = (number: number) => `br_enabled${String(number).padStart(8, '0')}`;

/** The organization whose badges they are, and the person who asked for them; they exist. */
export interface BadgeOwner {
  readonly organizationId: string;
  readonly personId: string;
}

/** The product's first maker. */
export async function readOwner(database: Pick<pg.Pool, 'query'>): Promise<BadgeOwner> {
  const { rows } = await database.query<BadgeOwner>(
    `select organization_id as "organizationId", id as "personId" from people where role = 'MAKER' order by id limit 1`,
  );
  if (rows[0] === undefined) throw new Error('The product has no maker to own badges');
  return rows[0];
}

/**
 * Adds enabled requests with a badge in each of the marketplaces, all due to be looked at.
 * @param options.from the number of the first one's listing, see {@link asinOf}
 * @returns the ids of the requests, in the order of their listings
 */
export async function addEnabledBadges(
  database: Pick<pg.Pool, 'query'>,
  owner: BadgeOwner,
  options: { count: number; marketplaces: readonly MarketplaceCode[]; from: number; dueSinceHours: number },
): Promise<string[]> {
  const { count, marketplaces, from, dueSinceHours } = options;
  await addProduct(database, owner, marketplaces);
  const ids: string[] = [];
  while (ids.length < count) {
    const numbers = Array.from(
      { length: Math.min(ROWS_AT_ONCE, count - ids.length) },
      (_, index) => from + ids.length + index,
    );
    await addRequests(database, owner, numbers, marketplaces, dueSinceHours);
    ids.push(...numbers.map(idOf));
  }
  await database.query('analyze badges, badge_requests, badge_request_rounds');
  return ids;
}

async function addProduct(
  database: Pick<pg.Pool, 'query'>,
  { organizationId }: BadgeOwner,
  marketplaces: readonly MarketplaceCode[],
): Promise<void> {
  await database.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, result, marketplaces)
     values ('cert_enabled', $1, $2, 1, 'COMPLETE', 'APPROVED', $3) on conflict do nothing`,
    [organizationId, PRODUCT, marketplaces],
  );
  const { name, brand, model, deviceType, integration } = benchmarkProduct;
  await database.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ($1, $2, $3, $4, $5, $6, $7, 'cert_enabled', 1) on conflict do nothing`,
    [PRODUCT, organizationId, name, brand, model, deviceType, integration],
  );
}

async function addRequests(
  database: Pick<pg.Pool, 'query'>,
  { organizationId, personId }: BadgeOwner,
  numbers: readonly number[],
  marketplaces: readonly MarketplaceCode[],
  dueSinceHours: number,
): Promise<void> {
  const asins = numbers.map(asinOf);
  const listings = [numbers.map(idOf), asins, asins.map(upcOf)];
  await database.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, identifier_type,
         identifier_code, asin, go_live_kind, marketplaces, status, round, transition_seq, submitted_at,
         first_effective_at, enabled_at)
     select n.id, $4, $5, 'WWA', $6, 'UPC', n.upc, n.asin, 'AS_SOON_AS_POSSIBLE', $7, 'ENABLED', 1, 4,
            now() - interval '9 days', now() - interval '8 days', now() - interval '8 days'
       from unnest($1::text[], $2::text[], $3::text[]) as n(id, asin, upc)`,
    [...listings, organizationId, personId, PRODUCT, marketplaces],
  );
  const product = { id: PRODUCT, ...benchmarkProduct };
  await database.query(
    `insert into badge_request_rounds (request_id, round, form, product, submitted_at, submitted_by, decision)
     select n.id, 1, $6::jsonb || jsonb_build_object('asin', n.asin,
              'retailIdentifier', jsonb_build_object('type', 'UPC', 'code', n.upc)),
            $5, now() - interval '9 days', $4, 'APPROVED'
       from unnest($1::text[], $2::text[], $3::text[]) as n(id, asin, upc)`,
    [...listings, personId, product, formOf(marketplaces)],
  );
  await database.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at, staged_at, audit_due_at)
     select n.id, m.code, 'WWA', n.asin, now() - interval '8 days', now() - interval '8 days',
            now() - make_interval(hours => $4)
       from unnest($1::text[], $2::text[]) as n(id, asin) cross join unnest($3::text[]) as m(code)`,
    [numbers.map(idOf), asins, marketplaces, dueSinceHours],
  );
}

const formOf = (marketplaces: readonly MarketplaceCode[]) => ({
  program: 'WWA',
  productId: PRODUCT,
  variant: null,
  bundleDevices: [],
  goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
  marketplaces,
});
