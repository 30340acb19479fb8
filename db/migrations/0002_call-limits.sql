-- Up Migration

-- When the next call to Amazon may go, for each account and family of operations: one row for all processes.
create table call_limits (
  account text not null,
  family text not null,
  -- The first instant that no call has reserved.
  next_at timestamptz not null default '-infinity',
  -- Until when the other side wants no call at all.
  closed_until timestamptz not null default '-infinity',
  -- Calls a second, as the other side last told; null: it has told nothing.
  told_per_second double precision check (told_per_second > 0),
  primary key (account, family)
) with (fillfactor = 50);

-- What a round's checks wait for while they have no answer; a row goes when they have one.
create table review_waits (
  request_id text not null references badge_requests on delete cascade,
  round integer not null,
  -- Which part of the checks waits: each asks one outside system, the catalogue for each region apart.
  service text not null,
  -- A sentence for people.
  why text not null,
  retry_at timestamptz,
  noted_at timestamptz not null default now(),
  primary key (request_id, round, service)
) with (fillfactor = 50);

-- Down Migration
-- A step back is a new migration.
