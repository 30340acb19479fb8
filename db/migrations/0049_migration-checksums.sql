-- Up Migration

-- What each migration said when it was applied, or was first seen after that: a start with another one is refused.
create table migration_checksums (
  name text primary key,
  sha256 text not null
);

-- Down Migration
-- A step back is a new migration.
