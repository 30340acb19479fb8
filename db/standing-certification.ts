/** What the badges of a product stand or fall by, once they are enabled. */
import { UNAPPROVED_STATUSES } from '../domain/certification';
import type { MarketplaceCode } from '../domain/marketplaces';
import { prepared, type Queryable } from './pool';

const unapproved = UNAPPROVED_STATUSES.map((status) => `'${status}'`).join(', ');

/** Whether a project's row says that it is approved, or was until it was revoked; in SQL. */
export const saysApproved = (project: string): string =>
  `(${project}.status = 'COMPLETE' and ${project}.result in ('APPROVED', 'REVOKED')) is true`;

/**
 * The newest project of a product that has ever been approved: one that is still under way, or has ended without an
 * approval, takes nothing from the one before it, and gives it nothing. Its `verdict` is null where it is on hold or
 * cancelled since, which changes nothing. A function of the rows alone, so that the order of events does not matter.
 * @param product the product's id, in SQL
 */
export const standingOf = (product: string): string => `lateral (
  select id, version, marketplaces, reason, updated_at, case when status = 'COMPLETE' then result end as verdict
    from certification_projects p
   where product_id = ${product} and (was_approved or ${saysApproved('p')}) and status not in (${unapproved})
     and not (status = 'COMPLETE' and result is not distinct from 'REJECTED')
   order by id collate "C" desc limit 1)`;

export interface StandingCertification {
  readonly verdict: 'APPROVED' | 'REVOKED' | null;
  readonly marketplaces: MarketplaceCode[];
  /** The pipeline's own words on a refusal. */
  readonly reason: string | null;
}

/** See `standingOf`; null where no project of the product was ever approved. */
export async function readStandingCertification(
  connection: Queryable,
  productId: string,
): Promise<StandingCertification | null> {
  const { rows } = await connection.query<StandingCertification>(
    prepared(`select s.verdict, s.marketplaces, s.reason from ${standingOf('$1')} s`, [productId]),
  );
  return rows[0] ?? null;
}
