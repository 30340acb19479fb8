-- Up Migration

-- Badges of which it is seen to now and then that somebody watches their listing; see db/badges-suspended-for-listing.ts.
create index badges_suspended_for_listing on badges (audit_due_at)
  where status = 'SUSPENDED' and 'LISTING' = any(causes);

-- Down Migration
-- A step back is a new migration.
