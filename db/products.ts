import {
  CERTIFICATION_RESULTS,
  CERTIFICATION_STATUSES,
  isSelectable,
  type CertificationProject,
  type CertifiedProduct,
} from '../domain/certification';
import type { Queryable } from './pool';

/** A product with its newest certification project, as readers see it. */
export interface ProductView extends CertifiedProduct {
  readonly organization: { readonly id: string; readonly name: string };
  readonly certification: Pick<
    CertificationProject,
    'projectId' | 'version' | 'status' | 'result' | 'reason' | 'marketplaces'
  >;
}

const SELECT = `select p.id, p.name, p.brand, p.model, p.device_type as "deviceType", p.integration,
    json_build_object('id', o.id, 'name', o.name) as organization,
    json_build_object('projectId', c.id, 'version', c.version, 'status', c.status, 'result', c.result,
      'reason', c.reason, 'marketplaces', c.marketplaces) as certification
  from products p join organizations o on o.id = p.organization_id
    join certification_projects c on c.id = p.project_id`;

/** Which certifications a request may be made for, by the domain's rule, as `STATUS/RESULT`. */
const selectable = CERTIFICATION_STATUSES.flatMap((status) =>
  [null, ...CERTIFICATION_RESULTS]
    .filter((result) => isSelectable({ status, result }))
    .map((result) => `${status}/${result ?? ''}`),
);

/**
 * Products that a request may be made for, newest first.
 * @param organizationId only this organization's; null: every organization's
 * @param after the id that the page before ended with
 */
export async function listSelectableProducts(
  db: Queryable,
  { organizationId, limit, after }: { organizationId: string | null; limit: number; after: string | null },
): Promise<{ products: ProductView[]; next: string | null }> {
  const { rows } = await db.query<ProductView>(
    `${SELECT} where c.status || '/' || coalesce(c.result, '') = any($1::text[])
        and ($2::text is null or p.organization_id = $2) and ($3::text is null or p.id < $3)
      order by p.id desc limit $4`,
    [selectable, organizationId, after, limit + 1],
  );
  const products = rows.slice(0, limit);
  return { products, next: rows.length > limit ? (products.at(-1)?.id ?? null) : null };
}

/** A product whatever has become of its certification; null when there is none, or it is another organization's. */
export async function findProduct(
  db: Queryable,
  { id, organizationId }: { id: string; organizationId: string | null },
): Promise<ProductView | null> {
  const { rows } = await db.query<ProductView>(
    `${SELECT} where p.id = $1 and ($2::text is null or p.organization_id = $2)`,
    [id, organizationId],
  );
  return rows[0] ?? null;
}
