/** Requests of two organizations that go live at known instants. */
import { newAsin, type Api, type PersonName } from './api-server';

interface Planned {
  readonly organization?: 'one' | 'two';
  readonly status?: string;
  readonly date?: string | null;
  readonly marketplaces?: readonly string[];
  readonly badges?: Readonly<Record<string, string>>;
  readonly badgeStatus?: string;
}

let counter = 0;

/** @returns the request's id */
export async function placeRequest(
  { pool }: Api,
  {
    organization = 'one',
    status = 'PENDING',
    date = null,
    marketplaces = ['US'],
    badges = {},
    badgeStatus = 'STAGED',
  }: Planned,
): Promise<string> {
  const id = `br_calendar${String((counter += 1)).padStart(3, '0')}`;
  const asin = newAsin();
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, variant, status,
        go_live_kind, go_live_date, marketplaces)
      values ($1, $2, 'person_maker', 'WWA', $3, $4, 'Black', $5, $6, $7, $8)`,
    [
      id,
      `org_${organization}`,
      `prod_${organization}`,
      asin,
      status,
      date === null ? 'AS_SOON_AS_POSSIBLE' : 'ON_DATE',
      date,
      marketplaces,
    ],
  );
  for (const [marketplace, effectiveAt] of Object.entries(badges))
    await pool.query(
      `insert into badges (request_id, marketplace, program, asin, status, effective_at)
        values ($1, $2, 'WWA', $3, $4, $5)`,
      [id, marketplace, asin, badgeStatus, effectiveAt],
    );
  return id;
}

/** So many requests for the United States on one day, named `br_many1000` and so on. */
export async function placeMany({ pool }: Api, date: string, count: number): Promise<void> {
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, status, go_live_kind,
        go_live_date, marketplaces)
      select 'br_many' || i, 'org_one', 'person_maker', 'WWA', 'prod_one', 'B0MANY' || i, 'PENDING', 'ON_DATE',
        $1::date, '{US}' from generate_series(1000, 999 + $2::integer) i`,
    [date, count],
  );
}

interface Day {
  readonly date: string;
  readonly marketplaces: readonly {
    readonly marketplace: string;
    readonly goLives: readonly {
      readonly requestId: string;
      readonly status: string;
      readonly effectiveAt: string;
    }[];
  }[];
}

/** Each badge of some days, as `2027-01-15T08:00:00.000Z br_… US`. */
export const goLivesOf = (calendar: unknown): string[] =>
  (calendar as { days: readonly Day[] }).days.flatMap(({ marketplaces }) =>
    marketplaces.flatMap(({ marketplace, goLives }) =>
      goLives.map(({ requestId, effectiveAt }) => `${effectiveAt} ${requestId} ${marketplace}`),
    ),
  );

/** A calendar in short: `2027-01-15 JP br_… STAGED`. */
export async function calendarLines(
  api: Api,
  query: string,
  person: PersonName = 'maker',
): Promise<string[]> {
  const reply = await api.as(person)('GET', `/v1/calendar?${query}`);
  if (reply.status !== 200) throw new Error(reply.text);
  return (reply.body as unknown as { days: readonly Day[] }).days.flatMap(({ date, marketplaces }) =>
    marketplaces.flatMap(({ marketplace, goLives }) =>
      goLives.map(({ requestId, status }) => `${date} ${marketplace} ${requestId} ${status}`),
    ),
  );
}
