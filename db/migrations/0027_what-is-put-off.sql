-- Up Migration

-- When a suspension that could not be spread is tried again, so that it holds up no other; see db/program-suspension-news.ts.
alter table program_suspensions
  add column next_attempt_at timestamptz not null default now(),
  add column attempts integer not null default 0;
drop index program_suspensions_untold;
create index program_suspensions_untold on program_suspensions (next_attempt_at, id) where untold;

-- The version of which the badges are known to say what it says; see `settleProjects` in db/certification-news.ts.
alter table certification_projects add column badges_settled_version bigint;
create index certification_projects_unsettled on certification_projects (id)
  where badges_settled_version is distinct from version;

-- Deleting a request looks for what refers to it.
create index reviewer_decisions_by_request on reviewer_decisions (request_id);
create index draft_checks_by_request on draft_checks (request_id);

-- Badges that a plan takes away, once it has come true no more to be audited; see db/audits.ts.
create index badges_taken_by_plan on badges (audit_due_at)
  where status = 'STAGED' and planned_action in ('suspend', 'remove');

-- Down Migration
-- A step back is a new migration.
