import {
  CERTIFICATION_RESULTS,
  CERTIFICATION_STATUSES,
  isSelectable,
  type CertifiedProduct,
} from '../domain/certification';
import type { MarketplaceCode } from '../domain/marketplaces';
import {
  selectableMarketplaces,
  type ProductProject,
  type ProductProjects,
} from '../domain/product-certification';
import { projectsOf } from './certified-product';
import type { Queryable } from './pool';

type ProjectView = Omit<ProductProject, 'wasApproved'>;

/** A product with its certification projects, as readers see it. */
export interface ProductView extends CertifiedProduct {
  readonly organization: { readonly id: string; readonly name: string };
  /** The newest project. */
  readonly certification: ProjectView;
  /** All of them, the newest first. */
  readonly certifications: readonly ProjectView[];
  /** Those that a request can ask for. */
  readonly marketplaces: readonly MarketplaceCode[];
}

interface ProductRow extends Omit<ProductView, 'certification' | 'certifications' | 'marketplaces'> {
  readonly projects: ProductProjects;
}

const SELECT = `select p.id, p.name, p.brand, p.model, p.device_type as "deviceType", p.integration,
    json_build_object('id', o.id, 'name', o.name) as organization, ${projectsOf('p.id')} as projects
  from products p join organizations o on o.id = p.organization_id`;

function toView({ projects, ...product }: ProductRow): ProductView {
  const certifications = projects.map(({ projectId, version, status, result, reason, marketplaces }) => ({
    ...{ projectId, version, status, result, reason, marketplaces },
  }));
  const [certification] = certifications;
  if (certification === undefined) throw new Error(`The product ${product.id} has no project.`);
  return { ...product, certification, certifications, marketplaces: selectableMarketplaces(projects) };
}

/** Which certifications a request may be made for, by the domain's rule, as `STATUS/RESULT`. */
const selectable = CERTIFICATION_STATUSES.flatMap((status) =>
  [null, ...CERTIFICATION_RESULTS]
    .filter((result) => isSelectable({ status, result }))
    .map((result) => `${status}/${result ?? ''}`),
);

/** Whether a request may be made for the product `p`: its newest project allows it, or an older one does where no newer decides. */
const IS_SELECTABLE = `exists (
    select 1 from certification_projects c
     where c.product_id = p.id and c.status || '/' || coalesce(c.result, '') = any($1::text[])
       and (c.id = p.project_id or exists (
         select 1 from unnest(c.marketplaces) as m(code)
          where not exists (
            select 1 from certification_projects n
             where n.product_id = p.id and n.id collate "C" > c.id collate "C" and m.code = any(n.marketplaces)))))`;

/**
 * Products that a request may be made for, newest first.
 * @param organizationId only this organization's; null: every organization's
 * @param after the id that the page before ended with
 */
export async function listSelectableProducts(
  db: Queryable,
  { organizationId, limit, after }: { organizationId: string | null; limit: number; after: string | null },
): Promise<{ products: ProductView[]; next: string | null }> {
  const { rows } = await db.query<ProductRow>(
    `${SELECT} where ${IS_SELECTABLE}
        and ($2::text is null or p.organization_id = $2) and ($3::text is null or p.id < $3)
      order by p.id desc limit $4`,
    [selectable, organizationId, after, limit + 1],
  );
  const products = rows.slice(0, limit).map(toView);
  return { products, next: rows.length > limit ? (products.at(-1)?.id ?? null) : null };
}

/** A product whatever has become of its certification; null when there is none, or it is another organization's. */
export async function findProduct(
  db: Queryable,
  { id, organizationId }: { id: string; organizationId: string | null },
): Promise<ProductView | null> {
  const { rows } = await db.query<ProductRow>(
    `${SELECT} where p.id = $1 and ($2::text is null or p.organization_id = $2)`,
    [id, organizationId],
  );
  return rows[0] === undefined ? null : toView(rows[0]);
}
