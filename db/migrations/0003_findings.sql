-- Up Migration

-- Reason codes that a check could not decide: what a reviewer's rejection is suggested besides `codes`.
alter table review_findings add column undecided text[] not null default '{}';

-- Down Migration
-- A step back is a new migration.
