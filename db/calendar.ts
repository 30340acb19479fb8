import { PRESENT_STATUS } from './present-causes';
import { calendarWindows, plannedInstants, type GoLiveStatus } from '../domain/calendar';
import { MARKETPLACE_CODES, marketplaceByCode, type MarketplaceCode } from '../domain/marketplaces';
import { prepared, transact, type Pool, type Queryable } from './pool';

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
  /** When the request or its product last changed; RFC 3339. */
  readonly changedAt: string;
}

/** Where in a calendar a page ends: by its instant, then by the request's id and the marketplace. */
export type CalendarPosition = Pick<CalendarEntry, 'effectiveAt' | 'requestId' | 'marketplace'>;

export interface CalendarQuery {
  /** Only this organization's; null: every organization's. */
  readonly organizationId: string | null;
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** How many entries at most. */
  readonly limit: number;
  /** The last entry of the page before; null: from the beginning. */
  readonly after: CalendarPosition | null;
}

interface Row {
  id: string;
  asin: string;
  variant: string | null;
  product_id: string;
  product_name: string;
  organization_id: string;
  organization_name: string;
  changed_at: Date;
  marketplace: MarketplaceCode;
  effective_at: Date;
}
interface StagedRow extends Row {
  effective: boolean;
}

const COLUMNS = `r.id, r.asin, r.variant, p.id as product_id, p.name as product_name,
  o.id as organization_id, o.name as organization_name, greatest(r.updated_at, p.updated_at) as changed_at`;
const OWNERS = `join products p on p.id = r.product_id join organizations o on o.id = r.organization_id`;

/**
 * What goes live on some days, in the order of its instants, each day being that of the marketplace. What is
 * due as soon as possible has no day until it is staged.
 * @returns the first entries after the position, and whether there are more
 */
export async function readCalendar(
  pool: Pool,
  query: CalendarQuery,
): Promise<{ entries: CalendarEntry[]; truncated: boolean }> {
  const { staged, planned } = await transact(pool, async (connection) => {
    // Of one moment: what is staged between the two would be in neither.
    await connection.query('set transaction isolation level repeatable read, read only');
    return { staged: await readStaged(connection, query), planned: await readPlanned(connection, query) };
  });
  const entries = [...staged, ...planned].sort(
    (one, other) =>
      compare(one.effectiveAt, other.effectiveAt) ||
      compare(one.requestId, other.requestId) ||
      compare(one.marketplace, other.marketplace),
  );
  return { entries: entries.slice(0, query.limit), truncated: entries.length > query.limit };
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** The entries after a position, whose parts are these parameters; in the order in which we sort them, too. */
const pageOf = (instant: string, marketplace: string, [at, id, code, limit]: readonly string[]) => {
  const position = `${instant}, r.id collate "C", ${marketplace} collate "C"`;
  return `(${at}::timestamptz is null or (${position}) > (${at}, ${id}, ${code}))
    order by ${position} limit ${limit}`;
};
const pageValues = ({ after, limit }: CalendarQuery) => [
  after?.effectiveAt ?? null,
  after?.requestId ?? null,
  after?.marketplace ?? null,
  // One more tells whether there are more.
  limit + 1,
];

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
          -- What is held back goes live when it is released, which nobody knows.
          and not (b.effective_at > now() and b.causes <> '{}')
          and ($4::text is null or r.organization_id = $4)
          and b.effective_at >= $5 and b.effective_at < $6
          and ${pageOf('b.effective_at', 'b.marketplace', ['$7', '$8', '$9', '$10'])}`,
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
        ...pageValues(query),
      ],
    ),
  );
  return rows.map((row) => ({ ...entryOf(row), status: row.effective ? 'ENABLED' : 'STAGED' }));
}

const WAITING = `r.status in ('UNDER_REVIEW', 'PENDING') and r.go_live_date is not null
  and (r.enabled_at is null or r.enabled_at > now())`;

async function readPlanned(db: Queryable, query: CalendarQuery): Promise<CalendarEntry[]> {
  const { rows: dates } = await db.query<{ now: Date; date: string }>(
    prepared(
      `select distinct now() as now, r.go_live_date as date from badge_requests r
        where ${WAITING} and r.go_live_date between $1 and $2
          and ($3::text is null or r.organization_id = $3)`,
      [query.from, query.to, query.organizationId],
    ),
  );
  const planned = dates.flatMap(({ date, now }) =>
    plannedInstants(date, MARKETPLACE_CODES, now.toISOString()).map((each) => ({ ...each, date })),
  );
  if (planned.length === 0) return [];
  const { rows } = await db.query<Row>(
    prepared(
      `select ${COLUMNS}, d.marketplace, d.instant as effective_at
        from unnest($1::date[], $2::text[], $3::timestamptz[], $9::text[]) as d(date, marketplace, instant, region)
          join badge_requests r on r.go_live_date = d.date and d.marketplace = any(r.marketplaces) ${OWNERS}
        where ${WAITING} and ($4::text is null or r.organization_id = $4)
          and not exists (select 1 from badges b where b.request_id = r.id and b.marketplace = d.marketplace)
          -- It will be held back once it is staged.
          and not exists (select 1 from program_suspensions s where s.organization_id = r.organization_id
                             and s.program = r.program and s.region = d.region and s.ended_at is null)
          and ${pageOf('d.instant', 'd.marketplace', ['$5', '$6', '$7', '$8'])}`,
      [
        planned.map(({ date }) => date),
        planned.map(({ marketplace }) => marketplace),
        planned.map(({ effectiveAt }) => effectiveAt),
        query.organizationId,
        ...pageValues(query),
        planned.map(({ marketplace }) => marketplaceByCode(marketplace).region),
      ],
    ),
  );
  return rows.map((row) => ({ ...entryOf(row), status: 'PLANNED' }));
}

const entryOf = (row: Row) => ({
  requestId: row.id,
  marketplace: row.marketplace,
  asin: row.asin,
  variant: row.variant,
  product: { id: row.product_id, name: row.product_name },
  organization: { id: row.organization_id, name: row.organization_name },
  effectiveAt: row.effective_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
});
