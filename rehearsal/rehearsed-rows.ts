/** Where the requests stand in the copy when a rehearsal is over. */
import type { Pool } from '../db/pool';
import type { RecordedStanding } from '../domain/badge-request';
import type { Stage, Status } from '../domain/lifecycle';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { Reason } from '../domain/reasons';

export interface RehearsedRow extends Omit<RecordedStanding, 'badges'> {
  readonly id: string;
  readonly marketplaces: readonly MarketplaceCode[];
  readonly reasons: readonly Reason[];
  readonly badges: readonly { readonly marketplace: MarketplaceCode; readonly effectiveAt: string }[];
}

/** @returns by request id */
export async function readRehearsedRows(pool: Pool): Promise<Map<string, RehearsedRow>> {
  const { rows } = await pool.query<{
    id: string;
    status: Status;
    stage: Stage | null;
    marketplaces: MarketplaceCode[];
    reasons: Reason[];
    first_effective_at: Date | null;
    enabled_at: Date | null;
    badges: { marketplace: MarketplaceCode; effectiveAt: string }[];
  }>(
    `select r.id, r.status, r.stage, r.marketplaces, r.reasons, r.first_effective_at, r.enabled_at,
       (select coalesce(json_agg(json_build_object('marketplace', b.marketplace, 'effectiveAt', b.effective_at)), '[]')
          from badges b where b.request_id = r.id) as badges
       from badge_requests r`,
  );
  return new Map(
    rows.map(({ first_effective_at, enabled_at, badges, ...row }) => [
      row.id,
      {
        ...row,
        firstEffectiveAt: first_effective_at?.toISOString() ?? null,
        enabledAt: enabled_at?.toISOString() ?? null,
        badges: badges.map((badge) => ({
          ...badge,
          effectiveAt: new Date(badge.effectiveAt).toISOString(),
        })),
      },
    ]),
  );
}
