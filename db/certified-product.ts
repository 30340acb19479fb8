/** A product and all that its certification projects say. */
import type { CertificationVerdict, CertifiedProduct } from '../domain/certification';
import type { ProductProject, ProductProjects } from '../domain/product-certification';
import type { CertificationNews } from '../domain/transitions';
import { prepared, type Queryable } from './pool';

export interface CertifiableProduct extends CertifiedProduct {
  organizationId: string;
  /** The newest first; at least one. */
  projects: ProductProjects;
  /** Grows with whatever any of them says. */
  revision: number;
}

/**
 * All projects of a product, the newest first, as JSON, in SQL; null where there are none.
 * @param product the product's id, in SQL
 */
export const projectsOf = (product: string): string => `(
  select json_agg(json_build_object('projectId', c.id, 'version', c.version, 'status', c.status, 'result', c.result,
             'reason', c.reason, 'marketplaces', c.marketplaces, 'wasApproved', c.was_approved, 'revision', c.revision)
           order by c.id collate "C" desc)
    from certification_projects c where c.product_id = ${product})`;

interface ProductRow extends CertifiedProduct {
  organizationId: string;
  projects: (ProductProject & { readonly revision: number })[] | null;
}

const SELECT_PRODUCT = `select p.id, p.organization_id as "organizationId", p.name, p.brand, p.model,
    p.device_type as "deviceType", p.integration, ${projectsOf('p.id')} as projects from products p`;

/**
 * A product and its projects.
 * @param lock `share` keeps all of it as it is until the transaction ends, as whoever stores an event locks the product, too
 * (db/certification-inbox.ts): whoever starts to wait for a project reads it so, and then no news of it can fall between the
 * reading and the waiting
 */
export async function readProduct(
  connection: Queryable,
  productId: string | null,
  lock: 'share' | 'none' = 'none',
): Promise<CertifiableProduct | null> {
  if (productId === null) return null;
  // A statement of its own: reading begins once the lock is there. Both are sent at once.
  const locked =
    lock === 'share' &&
    connection.query(prepared('select from products where id = $1 for share', [productId]));
  const read = connection.query<ProductRow>(prepared(`${SELECT_PRODUCT} where p.id = $1`, [productId]));
  const [{ rows }] = await Promise.all([read, locked]);
  return toProduct(rows[0]);
}

/** The product that a project belongs to. */
export async function readProductOfProject(
  connection: Queryable,
  projectId: string,
): Promise<CertifiableProduct | null> {
  const { rows } = await connection.query<ProductRow>(
    prepared(`${SELECT_PRODUCT} where p.id = (select product_id from certification_projects where id = $1)`, [
      projectId,
    ]),
  );
  return toProduct(rows[0]);
}

function toProduct(row: ProductRow | undefined): CertifiableProduct | null {
  if (row === undefined) return null;
  const projects = row.projects ?? [];
  return { ...row, projects, revision: Math.max(0, ...projects.map(({ revision }) => revision)) };
}

/**
 * What a product's certification says to a request that waits for it.
 * @param verdict what all of it is to that request
 */
export function newsOf(
  { id, projects, revision }: CertifiableProduct,
  verdict: CertificationVerdict,
): CertificationNews {
  const [newest] = projects;
  return {
    productId: id,
    projectId: newest?.projectId ?? '',
    version: newest?.version ?? 0,
    revision,
    verdict,
  };
}
