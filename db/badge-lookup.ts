import { PRESENT_STATUS } from './present-causes';
import type { MarketplaceCode } from '../domain/marketplaces';
import { prepared, type Queryable } from './pool';

/** Where a badge is asked for. */
export interface BadgePlace {
  readonly marketplace: MarketplaceCode;
  /** As it is stored: trimmed, in upper case. */
  readonly asin: string;
}

export interface BadgeLookup {
  /** By programme; `since` is an instant, RFC 3339. */
  readonly badges: readonly { readonly program: string; readonly since: string }[];
  /** The database's present. */
  readonly asOf: string;
  /** When one of the badges here appears or disappears by the clock; null: none does. */
  readonly nextChangeAt: string | null;
}

interface Row {
  /** From 1, in the order asked. */
  place: number;
  now: number;
  program: string | null;
  /** Whether the badge is there now. */
  shown: boolean | null;
  /** Instants are milliseconds since 1970: there are many, and each is read and written as text once. */
  since: number | null;
  next: number | null;
}

const MILLISECONDS = (instant: string) => `floor(extract(epoch from ${instant}) * 1000)::bigint`;
/** When a badge appears or disappears by the clock; null: it does not. */
const NEXT_CHANGE = `least(case when b.effective_at > now() then b.effective_at end,
            case when b.planned_at > now() then b.planned_at end)`;

/**
 * The badges that ASINs carry in marketplaces at this instant, by comparing their instants with now. One
 * statement at one instant, however many are asked for; an index holds all that it reads.
 * @returns an answer for each place, in the order asked
 */
export async function lookUpBadges(db: Queryable, places: readonly BadgePlace[]): Promise<BadgeLookup[]> {
  const { rows } = await db.query<Row>(
    prepared(
      `select w.place, ${MILLISECONDS('now()')} as now, b.program,
          ${PRESENT_STATUS} = 'ENABLED' as shown,
          ${MILLISECONDS('b.effective_at')} as since, ${MILLISECONDS(NEXT_CHANGE)} as next
        from unnest($1::text[], $2::text[]) with ordinality as w(asin, marketplace, place)
          left join badges b on b.asin = w.asin and b.marketplace = w.marketplace
            and b.status in ('STAGED', 'SUSPENDED')
        order by b.program, b.effective_at`,
      [places.map(({ asin }) => asin), places.map(({ marketplace }) => marketplace)],
    ),
  );
  const asOf = toInstant(rows[0]?.now ?? Date.now());
  const found = places.map(() => ({ badges: new Map<string, string>(), next: Infinity }));
  for (const { place, program, shown, since, next } of rows) {
    const at = found[place - 1];
    if (at === undefined || program === null || since === null) continue;
    if (next !== null) at.next = Math.min(at.next, next);
    // Of several requests for the same badge the first that became effective counts.
    if (shown && !at.badges.has(program)) at.badges.set(program, toInstant(since));
  }
  return found.map(({ badges, next }) => ({
    badges: [...badges].map(([program, since]) => ({ program, since })),
    asOf,
    nextChangeAt: next === Infinity ? null : toInstant(next),
  }));
}

const toInstant = (milliseconds: number) => new Date(milliseconds).toISOString();
