import { PRESENT_STATUS } from './present-causes';
import { calendarWindows, plannedInstants, type GoLiveStatus } from '../domain/calendar';
import type { MarketplaceCode } from '../domain/marketplaces';
import { prepared, type Queryable } from './pool';

export interface CalendarEntry {
  readonly requestId: string;
  readonly marketplace: MarketplaceCode;
  readonly asin: string;
  readonly variant: string | null;
  readonly product: { readonly id: string; readonly name: string };
  readonly organization: { readonly id: string; readonly name: string };
  /** RFC 3339. */
  readonly effectiveAt: string;
  readonly status: GoLiveStatus;
  /** When the request last changed; RFC 3339. */
  readonly changedAt: string;
}

export interface CalendarQuery {
  /** Only this organization's; null: every organization's. */
  readonly organizationId: string | null;
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** How many entries at most. */
  readonly limit: number;
}

interface Row {
  now: Date;
  id: string;
  asin: string;
  variant: string | null;
  product_id: string;
  product_name: string;
  organization_id: string;
  organization_name: string;
  updated_at: Date;
}
interface StagedRow extends Row {
  marketplace: MarketplaceCode;
  effective_at: Date;
  effective: boolean;
}
interface PlannedRow extends Row {
  date: string;
  marketplaces: MarketplaceCode[];
}

const COLUMNS = `now() as now, r.id, r.asin, r.variant, p.id as product_id, p.name as product_name,
  o.id as organization_id, o.name as organization_name, r.updated_at`;
const OWNERS = `join products p on p.id = r.product_id join organizations o on o.id = r.organization_id`;

/**
 * What goes live on some days, in the order of its instants, each day being that of the marketplace. What is
 * due as soon as possible has no day until it is staged.
 * @returns the first entries, and whether there are more
 */
export async function readCalendar(
  db: Queryable,
  query: CalendarQuery,
): Promise<{ entries: CalendarEntry[]; truncated: boolean }> {
  const [staged, planned] = await Promise.all([readStaged(db, query), readPlanned(db, query)]);
  const entries = [...staged, ...planned].sort(
    (one, other) =>
      compare(one.effectiveAt, other.effectiveAt) ||
      compare(one.requestId, other.requestId) ||
      compare(one.marketplace, other.marketplace),
  );
  return { entries: entries.slice(0, query.limit), truncated: entries.length > query.limit };
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

async function readStaged(db: Queryable, query: CalendarQuery): Promise<CalendarEntry[]> {
  const windows = calendarWindows(query.from, query.to);
  const { rows } = await db.query<StagedRow>(
    prepared(
      `select ${COLUMNS}, b.marketplace, b.effective_at, b.effective_at <= now() as effective
        from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as w(marketplace, opens, closes)
          join badges b on b.marketplace = w.marketplace
            and b.effective_at >= w.opens and b.effective_at < w.closes
          join badge_requests r on r.id = b.request_id ${OWNERS}
        where ${PRESENT_STATUS} in ('STAGED', 'ENABLED')
          and ($4::text is null or r.organization_id = $4)
          and b.effective_at >= $5 and b.effective_at < $6
        order by b.effective_at, b.request_id, b.marketplace limit $7`,
      [
        windows.map(({ marketplace }) => marketplace),
        windows.map(({ from }) => from),
        windows.map(({ until }) => until),
        query.organizationId,
        // The widest of the windows, for the index.
        windows.map(({ from }) => from).sort()[0],
        windows
          .map(({ until }) => until)
          .sort()
          .at(-1),
        query.limit + 1,
      ],
    ),
  );
  return rows.map((row) => ({
    ...entryOf(row),
    marketplace: row.marketplace,
    effectiveAt: row.effective_at.toISOString(),
    status: row.effective ? 'ENABLED' : 'STAGED',
  }));
}

async function readPlanned(db: Queryable, query: CalendarQuery): Promise<CalendarEntry[]> {
  const { rows } = await db.query<PlannedRow>(
    prepared(
      `select ${COLUMNS}, r.go_live_date as date,
          array(select m from unnest(r.marketplaces) m
            where not exists (select 1 from badges b where b.request_id = r.id and b.marketplace = m)) as marketplaces
        from badge_requests r ${OWNERS}
        where r.status in ('UNDER_REVIEW', 'PENDING') and r.go_live_date between $1 and $2
          and (r.enabled_at is null or r.enabled_at > now())
          and ($3::text is null or r.organization_id = $3)
        order by r.go_live_date, r.id limit $4`,
      [query.from, query.to, query.organizationId, query.limit + 1],
    ),
  );
  return rows.flatMap((row) =>
    plannedInstants(row.date, row.marketplaces, row.now.toISOString()).map((planned) => ({
      ...entryOf(row),
      ...planned,
      status: 'PLANNED' as const,
    })),
  );
}

const entryOf = (row: Row) => ({
  requestId: row.id,
  asin: row.asin,
  variant: row.variant,
  product: { id: row.product_id, name: row.product_name },
  organization: { id: row.organization_id, name: row.organization_name },
  changedAt: row.updated_at.toISOString(),
});
