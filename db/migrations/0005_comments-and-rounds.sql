-- Up Migration

alter table comments add column edited_at timestamptz;

-- What a comment said before each edit, the first text as version 1.
create table comment_versions (
  comment_id text not null references comments on delete cascade,
  version integer not null,
  body text not null,
  written_at timestamptz not null,
  primary key (comment_id, version)
);

-- Whose check it is; what a minute allows is counted by it. Null: of a program that does not count yet.
alter table draft_checks add column organization_id text references organizations;
create index draft_checks_by_organization on draft_checks (organization_id, created_at);

-- Down Migration
-- A step back is a new migration.
