-- Up Migration

-- What an organization has begun and never submitted, which each creation counts; see db/drafts.ts.
create index badge_requests_never_submitted on badge_requests (organization_id, status, created_at) where round = 0;

-- Down Migration
-- A step back is a new migration.
