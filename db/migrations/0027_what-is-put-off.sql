-- Up Migration

-- When a suspension that could not be spread is tried again, so that it holds up no other; see db/program-suspension-news.ts.
alter table program_suspensions
  add column next_attempt_at timestamptz not null default now(),
  add column attempts integer not null default 0;
drop index program_suspensions_untold;
create index program_suspensions_untold on program_suspensions (next_attempt_at, id) where untold;

-- Down Migration
-- A step back is a new migration.
