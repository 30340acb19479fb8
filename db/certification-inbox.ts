/** Where the certification pipeline's events arrive: durable, once each, in any order. */
import { isOrWasApproved, type CertificationProject } from '../domain/certification';
import { prepared, transact, type Pool, type Queryable } from './pool';
import { saysApproved } from './standing-certification';

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
  return transact<InboxOutcome>(pool, async (connection, commitWith) => {
    // One event at a time for each product, also for one that is not there yet.
    const { rowCount } = await connection.query(
      prepared(
        `with alone as materialized (select pg_advisory_xact_lock(hashtextextended('product/' || $4::text, 0)) where $4 <> '')
         insert into certification_events (webhook_id, type, body)
         select $1, $2, $3 from (select count(*) from alone) locked on conflict do nothing`,
        [event.webhookId, event.type, event.body, event.project?.product.id ?? ''],
      ),
    );
    if (rowCount === 0) return 'REPEATED';
    if (event.project === null) return 'KEPT';
    if (await isForeign(connection, event.project)) return 'FOREIGN';
    const saved = await commitWith(savingOf(event.project));
    return saved.rowCount === 0 ? 'OLDER' : 'APPLIED';
  });
}

/**
 * A product belongs to one organization and a project to one product, for ever. Locks the product: a reader that keeps its
 * projects as they are locks its row, too.
 */
async function isForeign(
  connection: Queryable,
  { projectId, organizationId, product }: CertificationProject,
) {
  const { rowCount } = await connection.query(
    prepared(
      `with product as materialized (select organization_id from products where id = $1 for no key update)
       select from product where organization_id <> $2
        union all
       select from certification_projects where id = $3 and (organization_id <> $2 or product_id <> $1)`,
      [product.id, organizationId, projectId],
    ),
  );
  return (rowCount ?? 0) > 0;
}

/**
 * A product is what the newest version of its newest project says; ids sort by time, byte by byte. The statement gives a
 * row when this version is the newest of its project; otherwise it changes nothing, but what is known that the project has
 * named, and that it has been approved where that is what it says: by that its badges are looked at once more.
 */
function savingOf(project: CertificationProject): ReturnType<typeof prepared> {
  const { product } = project;
  return prepared(
    `with organization as (insert into organizations (id, name) values ($2, $2) on conflict do nothing),
       project as (
         insert into certification_projects as c
             (id, organization_id, product_id, version, status, result, reason, marketplaces, was_approved)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $14)
           on conflict (id) do update set version = excluded.version, status = excluded.status,
               result = excluded.result, reason = excluded.reason, marketplaces = excluded.marketplaces,
               was_approved = c.was_approved or excluded.was_approved or ${saysApproved('c')}, updated_at = now()
             where c.version < excluded.version and c.organization_id = excluded.organization_id
               and c.product_id = excluded.product_id
           returning c.id, c.organization_id, c.product_id, c.version),
       late as (
         update certification_projects set was_approved = was_approved or $14, badges_settled_revision = null,
                named_marketplaces = array(
                  select distinct code from unnest(named_marketplaces || $8::text[]) as code order by code)
          where id = $1 and version > $4 and organization_id = $2 and product_id = $3
            and (not was_approved and $14 or not $8::text[] <@ named_marketplaces)),
       product as (
         insert into products as p
             (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
           select product_id, organization_id, $9, $10, $11, $12, $13, id, version from project
           on conflict (id) do update set name = excluded.name, brand = excluded.brand, model = excluded.model,
               device_type = excluded.device_type, integration = excluded.integration,
               project_id = excluded.project_id, project_version = excluded.project_version, updated_at = now()
             where (p.project_id collate "C", p.project_version)
                 < (excluded.project_id collate "C", excluded.project_version)),
       news as (
         insert into certification_news as n (project_id, version) select id, version from project
           on conflict (project_id) do update set version = excluded.version, next_attempt_at = now(), attempts = 0
             where n.version < excluded.version)
       select pg_notify('certification_news', id) from project`,
    [
      project.projectId,
      project.organizationId,
      product.id,
      project.version,
      project.status,
      project.result,
      project.reason,
      project.marketplaces,
      product.name,
      product.brand,
      product.model,
      product.deviceType,
      product.integration,
      isOrWasApproved(project),
    ],
  );
}
