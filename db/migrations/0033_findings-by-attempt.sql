-- Up Migration

-- Which attempt of which run of the checks has written a finding, by Temporal's clock and count: one that stood still
-- does not write over what a later one has found.
alter table review_findings
  add column asked_at timestamptz not null default '-infinity',
  add column attempt integer not null default 0;

-- Down Migration
-- A step back is a new migration.
