/**
 * The rows that the transitions of a rehearsal work on: stages and dates as they are, and in the place of
 * people, organizations, products and ASINs one stand-in, or the request's own id.
 */
import type { Pool } from '../db/pool';
import type { OpenRequest } from './open-requests';

/** Writes the copy into an empty, migrated database. */
export async function writeNamelessCopy(pool: Pool, requests: readonly OpenRequest[]): Promise<void> {
  for (const statement of STAND_INS) await pool.query(statement);
  const copied = JSON.stringify(requests);
  for (const statement of COPIES) await pool.query(statement, [copied]);
}

const STAND_INS = [
  `insert into organizations (id, name) values ('nobody', '')`,
  `insert into people (id, name, email, role, organization_id) values ('nobody', '', '', 'MAKER', 'nobody')`,
];

const REQUESTS = `jsonb_to_recordset($1::jsonb) as r(id text, program text, status text, stage text, round integer,
  "transitionSeq" integer, "hasSkill" boolean, marketplaces text[], "goLive" jsonb, projects jsonb, badges jsonb,
  "reviewDueAt" timestamptz, "firstEffectiveAt" timestamptz, "enabledAt" timestamptz)`;
const PROJECTS = `jsonb_to_recordset(r.projects) as c("projectId" text, version bigint, status text, result text,
  marketplaces text[], "wasApproved" boolean)`;

// Projects and a product for each request, of its own id: which ones share theirs makes no difference.
const COPIES = [
  `insert into certification_projects
      (id, organization_id, product_id, version, status, result, marketplaces, was_approved)
    select c."projectId", 'nobody', r.id, c.version, c.status, c.result, c.marketplaces, c."wasApproved"
      from ${REQUESTS}, ${PROJECTS}`,
  `insert into products
      (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
    select r.id, 'nobody', '', '', '', '', '{"kind": "NONE"}', r.projects->0->>'projectId',
           (r.projects->0->>'version')::bigint
      from ${REQUESTS} where jsonb_array_length(r.projects) > 0`,
  `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, go_live_kind,
      go_live_date, marketplaces, status, stage, round, transition_seq, review_due_at, first_effective_at, enabled_at)
    select r.id, 'nobody', 'nobody', r.program, p.id, r.id, r."goLive"->>'kind', (r."goLive"->>'date')::date,
      r.marketplaces, r.status, r.stage, r.round, r."transitionSeq", r."reviewDueAt", r."firstEffectiveAt",
      r."enabledAt"
      from ${REQUESTS} left join products p on p.id = r.id`,
  // As far as the end of a check looks at it: which checks there are to be.
  `insert into badge_request_rounds (request_id, round, form, product, submitted_at, submitted_by)
    select r.id, r.round,
      jsonb_build_object('program', r.program, 'retailIdentifier', null, 'bundleDevices', '[]'::jsonb),
      jsonb_build_object('integration', jsonb_build_object('kind', case when r."hasSkill" then 'SKILL' else 'NONE' end)),
      now(), 'nobody'
      from ${REQUESTS} where r.round > 0`,
  `insert into badges (request_id, marketplace, program, asin, status, effective_at)
    select r.id, b.marketplace, coalesce(r.program, ''), r.id, b.status, b."effectiveAt"
      from ${REQUESTS},
        jsonb_to_recordset(r.badges) as b(marketplace text, status text, "effectiveAt" timestamptz)`,
];
