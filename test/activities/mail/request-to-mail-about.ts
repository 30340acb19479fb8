import type { Pool } from '../../../db/pool';

/** Adds the request `br_1` for a lamp, of an organization with one maker, `person_maker`, at an address. */
export async function addRequest(pool: Pool, address: string): Promise<void> {
  await pool.query("insert into organizations (id, name) values ('org_one', 'One')");
  await pool.query(
    `insert into people (id, name, email, role, organization_id)
     values ('person_maker', 'Maker', $1, 'MAKER', 'org_one')`,
    [address],
  );
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
     values ('cert_one', 'org_one', 'prod_one', 1, 'UNDER_TEST', '{US}')`,
  );
  await pool.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ('prod_one', 'org_one', 'Lamp', 'Brand', 'M-1', 'LIGHT', '{"kind":"NONE"}', 'cert_one', 1)`,
  );
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, asin)
     values ('br_1', 'org_one', 'person_maker', 'WWA', 'prod_one', 'B07N4M94X4')`,
  );
}
