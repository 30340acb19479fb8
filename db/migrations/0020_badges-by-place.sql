-- Up Migration

-- The lookup of badges reads what is planned for them, too, and still nothing but this.
drop index badges_by_place;
create index badges_by_place on badges (asin, marketplace, status)
  include (program, effective_at, planned_action, planned_at);

-- Down Migration
-- A step back is a new migration.
