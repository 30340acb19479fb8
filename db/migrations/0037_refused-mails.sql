-- Up Migration

-- Operators' figures count them, beside many that have left.
create index mail_outbox_refused on mail_outbox (refused_at) where refused_at is not null;

-- Down Migration
-- A step back is a new migration.
