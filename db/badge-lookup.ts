import type { MarketplaceCode } from '../domain/marketplaces';
import type { Queryable } from './pool';

export interface BadgeLookup {
  readonly badges: readonly { readonly program: string; readonly since: string }[];
  /** The database's present. */
  readonly asOf: string;
  /** When the next badge that is staged here becomes effective; null: none is staged. */
  readonly nextEffectiveAt: string | null;
}

interface Row {
  now: Date;
  program: string | null;
  since: Date | null;
  next: Date | null;
}

/** The badges that an ASIN carries in a marketplace at this instant, by comparing their instants with now. */
export async function lookUpBadges(
  db: Queryable,
  { marketplace, asin }: { marketplace: MarketplaceCode; asin: string },
): Promise<BadgeLookup> {
  const { rows } = await db.query<Row>({
    name: 'look-up-badges',
    text: `select now() as now, b.program,
        min(b.effective_at) filter (where b.effective_at <= now()) as since,
        min(b.effective_at) filter (where b.effective_at > now()) as next
      from (select 1) present
        left join badges b on b.asin = $1 and b.marketplace = $2 and b.status = 'STAGED'
      group by b.program order by b.program`,
    values: [asin, marketplace],
  });
  const upcoming = rows.flatMap((row) => (row.next === null ? [] : [row.next.getTime()]));
  return {
    badges: rows.flatMap(({ program, since }) =>
      program === null || since === null ? [] : [{ program, since: since.toISOString() }],
    ),
    asOf: (rows[0]?.now ?? new Date()).toISOString(),
    nextEffectiveAt: upcoming.length === 0 ? null : new Date(Math.min(...upcoming)).toISOString(),
  };
}
