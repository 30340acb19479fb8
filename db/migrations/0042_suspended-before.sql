-- Up Migration

-- Badges that an operator had suspended when their request lost them with its certification: whoever decides about one for
-- the same page is told. Gone once one is staged there, as that was decided.
create table suspended_before (
  request_id text not null references badge_requests on delete cascade,
  program text not null,
  asin text not null,
  marketplace text not null,
  primary key (request_id, asin, marketplace, program)
);
create index suspended_before_by_place on suspended_before (asin, marketplace);

-- Down Migration
-- A step back is a new migration.
