-- Up Migration

-- What an organization has begun and never submitted, which each creation counts; see db/drafts.ts.
create index badge_requests_never_submitted on badge_requests (organization_id, status, created_at) where round = 0;
-- What somebody has written on a request, which each comment counts; see db/comments.ts.
create index comments_by_author on comments (request_id, author_id);

-- Down Migration
-- A step back is a new migration.
