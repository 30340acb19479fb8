/** Rows of badge requests, and what the rest of the code calls them. */
import type { RecordedStanding } from '../domain/badge-request';
import type { RecordedBadge } from '../domain/badges';
import {
  certificationVerdict,
  type CertificationProject,
  type CertifiedProduct,
} from '../domain/certification';
import type { BadgeRequestForm } from '../domain/form';
import type { GoLive } from '../domain/go-live';
import type { Stage, Status } from '../domain/lifecycle';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { Reason } from '../domain/reasons';
import type { RetailIdentifierType } from '../domain/retail-identifier';
import type { CertificationNews } from '../domain/transitions';
import { prepared, type Queryable } from './pool';

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

/** A product with what its newest certification project says. */
export interface CertifiableProduct extends CertifiedProduct {
  organizationId: string;
  certification: Pick<
    CertificationProject,
    'projectId' | 'version' | 'status' | 'result' | 'reason' | 'marketplaces'
  >;
}

interface ProductRow {
  id: string;
  organization_id: string;
  name: string;
  brand: string;
  model: string;
  device_type: string;
  integration: CertifiedProduct['integration'];
  project_id: string;
  version: number;
  status: CertificationProject['status'];
  result: CertificationProject['result'];
  reason: string | null;
  marketplaces: MarketplaceCode[];
}

/**
 * A product and its certification.
 * @param lock `share` keeps the project as it is until the transaction ends: whoever starts to wait for a
 * project reads it so, and then no news of it can fall between the reading and the waiting
 */
export async function readProduct(
  connection: Queryable,
  productId: string | null,
  lock: 'share' | 'none' = 'none',
): Promise<CertifiableProduct | null> {
  if (productId === null) return null;
  const { rows } = await connection.query<ProductRow>(
    prepared(`${SELECT_PRODUCT} where p.id = $1 ${lock === 'share' ? 'for share' : ''}`, [productId]),
  );
  return rows[0] === undefined ? null : toProduct(rows[0]);
}

/** The product that a project belongs to, with what the product's newest project says. */
export async function readProductOfProject(
  connection: Queryable,
  projectId: string,
): Promise<CertifiableProduct | null> {
  const { rows } = await connection.query<ProductRow>(
    prepared(`${SELECT_PRODUCT} where p.id = (select product_id from certification_projects where id = $1)`, [
      projectId,
    ]),
  );
  return rows[0] === undefined ? null : toProduct(rows[0]);
}

const SELECT_PRODUCT = `select p.id, p.organization_id, p.name, p.brand, p.model, p.device_type, p.integration,
            c.id as project_id, c.version, c.status, c.result, c.reason, c.marketplaces
       from products p join certification_projects c on c.id = p.project_id`;

function toProduct(row: ProductRow): CertifiableProduct {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    brand: row.brand,
    model: row.model,
    deviceType: row.device_type,
    integration: row.integration,
    certification: {
      projectId: row.project_id,
      version: row.version,
      status: row.status,
      result: row.result,
      reason: row.reason,
      marketplaces: row.marketplaces,
    },
  };
}

/** What a product's certification says to a request that waits for it. */
export function newsOf({ id, certification }: CertifiableProduct): CertificationNews {
  return {
    productId: id,
    projectId: certification.projectId,
    version: certification.version,
    verdict: certificationVerdict(certification),
  };
}
