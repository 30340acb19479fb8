-- Up Migration

-- What no program reads any more. `badge_requests_with_badges` holds what the first one did.
drop index badge_requests_waiting;
-- Every project that changed stayed in it: `certification_projects_by_settling` is looked into since.
drop index certification_projects_unsettled;
drop function badge_status_at(text, timestamptz, text, timestamptz, timestamptz);
drop function badge_status_at(text, timestamptz, text[], text, timestamptz, timestamptz);

-- Down Migration
-- A step back is a new migration.
