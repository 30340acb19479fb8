-- Up Migration

-- When a badge's listing is to be looked at again. Staging says when for the first time; the default spreads the
-- badges that are there already, and those that programs of the version before write meanwhile.
alter table badges
  add column audit_due_at timestamptz not null default now() + random() * interval '1 day';

-- Badges that are, or may be by a plan, shown to shoppers; see db/audits.ts.
create index badges_by_audit_due on badges (marketplace, audit_due_at)
  where status = 'STAGED' or planned_action = 'reinstate';

-- Down Migration
-- A step back is a new migration.
