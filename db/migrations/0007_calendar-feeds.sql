-- Up Migration

-- The lookup of badges reads nothing but this. The index that it takes the place of goes with it: all that
-- was asked of that one, this one answers.
create index badges_by_place on badges (asin, marketplace, status) include (program, effective_at);
drop index badges_by_asin;

-- What is to go live is read by instant.
create index badges_by_instant on badges (effective_at);
create index badge_requests_planned on badge_requests (go_live_date, id)
  where status in ('UNDER_REVIEW', 'PENDING') and go_live_date is not null;

-- A person's calendar, read by whoever has its secret address; of that only the SHA-256 is kept.
create table calendar_feeds (
  id text primary key,
  owner_id text not null references people on delete cascade,
  secret_hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index calendar_feeds_by_owner on calendar_feeds (owner_id, id desc) where revoked_at is null;

-- Down Migration
-- A step back is a new migration.
