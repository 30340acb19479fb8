-- Up Migration

-- Whether a project has ever been approved: one on hold or cancelled does not say it any more.
alter table certification_projects add column was_approved boolean not null default false;

update certification_projects set was_approved = true
 where id in (select body->'data'->>'projectId' from certification_events
               where body->'data'->>'status' = 'COMPLETE' and body->'data'->>'result' in ('APPROVED', 'REVOKED'));

-- Down Migration
-- A step back is a new migration.
