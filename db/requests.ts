/** Rows of badge requests, and what the rest of the code calls them. */
import type { RecordedStanding } from '../domain/badge-request';
import type { RecordedBadge } from '../domain/badges';
import type { BadgeRequestForm } from '../domain/form';
import type { GoLive } from '../domain/go-live';
import type { Stage, Status } from '../domain/lifecycle';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { Reason } from '../domain/reasons';
import type { RetailIdentifierType } from '../domain/retail-identifier';

export interface RequestRow {
  id: string;
  organization_id: string;
  program: string | null;
  product_id: string | null;
  identifier_type: RetailIdentifierType | null;
  identifier_code: string | null;
  asin: string | null;
  variant: string | null;
  bundle_devices: string[];
  go_live_kind: GoLive['kind'] | null;
  go_live_date: string | null;
  marketplaces: MarketplaceCode[];
  status: Status;
  stage: Stage | null;
  round: number;
  transition_seq: number;
  version: number;
  reasons: Reason[];
  review_due_at: Date | null;
  submitted_at: Date | null;
  first_effective_at: Date | null;
  enabled_at: Date | null;
  badges_change_at: Date | null;
}

/** What a {@link RequestRow} has, for the statements that read one. */
export const REQUEST_COLUMNS = `id, organization_id, program, product_id, identifier_type, identifier_code, asin,
  variant, bundle_devices, go_live_kind, go_live_date, marketplaces, status, stage, round, transition_seq, version,
  reasons, review_due_at, submitted_at, first_effective_at, enabled_at, badges_change_at`;

/** The form as it stands in a row. */
export function formOf(row: RequestRow): BadgeRequestForm {
  return {
    program: row.program,
    productId: row.product_id,
    retailIdentifier:
      row.identifier_type === null && row.identifier_code === null
        ? null
        : { type: row.identifier_type, code: row.identifier_code ?? '' },
    asin: row.asin,
    variant: row.variant,
    bundleDevices: row.bundle_devices,
    goLive:
      row.go_live_kind === 'ON_DATE' && row.go_live_date === null
        ? { kind: 'ON_DATE', date: null }
        : goLiveOf(row),
    marketplaces: row.marketplaces,
  };
}

/** When a submitted request is to go live. */
export function goLiveOf(row: Pick<RequestRow, 'go_live_kind' | 'go_live_date'>): GoLive | null {
  if (row.go_live_kind === null) return null;
  if (row.go_live_kind === 'AS_SOON_AS_POSSIBLE' || row.go_live_date === null)
    return { kind: 'AS_SOON_AS_POSSIBLE' };
  return { kind: 'ON_DATE', date: row.go_live_date };
}

/**
 * The facts that a request's status at an instant follows from.
 * @param badges all of its badges; none are needed where nothing is planned for them
 */
export function recordedStanding(row: RequestRow, badges: readonly RecordedBadge[] = []): RecordedStanding {
  return {
    status: row.status,
    stage: row.stage,
    firstEffectiveAt: row.first_effective_at?.toISOString() ?? null,
    enabledAt: row.enabled_at?.toISOString() ?? null,
    badges,
  };
}
