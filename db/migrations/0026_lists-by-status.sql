-- Up Migration

-- Among a million requests, those of one status or ASIN are found without reading the others.
create index badge_requests_by_status on badge_requests (status, id desc);
create index badge_requests_by_asin on badge_requests (asin, id desc);
create index badge_requests_changing on badge_requests (badges_change_at) where badges_change_at is not null;

-- Down Migration
-- A step back is a new migration.
