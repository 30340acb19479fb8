/** Where the certification pipeline's events arrive: durable, once each, in any order. */
import type { CertificationProject } from '../domain/certification';
import { transact, type Pool, type Queryable } from './pool';

export interface SignedEvent {
  /** The sender's id of the event: repeated deliveries have the same. */
  readonly webhookId: string;
  readonly type: string;
  /** JSON text, as PostgreSQL can store it. */
  readonly body: string;
  /** Null for a type that is only kept. */
  readonly project: CertificationProject | null;
}

/**
 * REPEATED: this event was here before. OLDER: a newer version of the project is known. FOREIGN: its project or product
 * belongs to another organization. None of these changes anything.
 */
export type InboxOutcome = 'REPEATED' | 'KEPT' | 'OLDER' | 'FOREIGN' | 'APPLIED';

/** Keeps an event and, in the same transaction, what it says of its project, and that there is news to tell. */
export async function receiveEvent(pool: Pool, event: SignedEvent): Promise<InboxOutcome> {
  return transact<InboxOutcome>(pool, async (connection) => {
    const { rowCount } = await connection.query(
      'insert into certification_events (webhook_id, type, body) values ($1, $2, $3) on conflict do nothing',
      [event.webhookId, event.type, event.body],
    );
    if (rowCount === 0) return 'REPEATED';
    return event.project === null ? 'KEPT' : apply(connection, event.project);
  });
}

async function apply(connection: Queryable, project: CertificationProject): Promise<InboxOutcome> {
  await lockProduct(connection, project.product.id);
  if (await isForeign(connection, project)) return 'FOREIGN';
  await connection.query('insert into organizations (id, name) values ($1, $1) on conflict do nothing', [
    project.organizationId,
  ]);
  if (!(await saveProject(connection, project))) return 'OLDER';
  await saveProduct(connection, project);
  await connection.query(
    `insert into certification_news as n (project_id, version) values ($1, $2)
      on conflict (project_id) do update set version = excluded.version, next_attempt_at = now(), attempts = 0
        where n.version < excluded.version`,
    [project.projectId, project.version],
  );
  await connection.query(`select pg_notify('certification_news', $1)`, [project.projectId]);
  return 'APPLIED';
}

/**
 * One event at a time for each product, also for one that is not there yet. A reader that keeps a project as it is locks
 * the product's row first and then the project's: so does this.
 */
async function lockProduct(connection: Queryable, productId: string): Promise<void> {
  await connection.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`product/${productId}`]);
  await connection.query('select 1 from products where id = $1 for no key update', [productId]);
}

/** A product belongs to one organization and a project to one product, for ever. */
async function isForeign(
  connection: Queryable,
  { projectId, organizationId, product }: CertificationProject,
) {
  const { rowCount } = await connection.query(
    `select 1 from products where id = $1 and organization_id <> $2
      union all
      select 1 from certification_projects where id = $3 and (organization_id <> $2 or product_id <> $1)`,
    [product.id, organizationId, projectId],
  );
  return (rowCount ?? 0) > 0;
}

/** @returns whether this version is the newest */
async function saveProject(connection: Queryable, project: CertificationProject): Promise<boolean> {
  const { rowCount } = await connection.query(
    `insert into certification_projects as c
        (id, organization_id, product_id, version, status, result, reason, marketplaces)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (id) do update set version = excluded.version, status = excluded.status, result = excluded.result,
          reason = excluded.reason, marketplaces = excluded.marketplaces, updated_at = now()
        where c.version < excluded.version and c.organization_id = excluded.organization_id
          and c.product_id = excluded.product_id`,
    [
      project.projectId,
      project.organizationId,
      project.product.id,
      project.version,
      project.status,
      project.result,
      project.reason,
      project.marketplaces,
    ],
  );
  return (rowCount ?? 0) > 0;
}

/** A product is what the newest version of its newest project says; ids sort by time, byte by byte. */
async function saveProduct(
  connection: Queryable,
  { projectId, version, organizationId, product }: CertificationProject,
) {
  await connection.query(
    `insert into products as p
        (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (id) do update set name = excluded.name, brand = excluded.brand, model = excluded.model,
          device_type = excluded.device_type, integration = excluded.integration,
          project_id = excluded.project_id, project_version = excluded.project_version, updated_at = now()
        where (p.project_id collate "C", p.project_version) < (excluded.project_id collate "C", excluded.project_version)`,
    [
      product.id,
      organizationId,
      product.name,
      product.brand,
      product.model,
      product.deviceType,
      product.integration,
      projectId,
      version,
    ],
  );
}
