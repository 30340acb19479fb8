-- Up Migration

-- What is to be forgotten is found without reading all that is kept; see db/forgetting.ts.
create index certification_events_by_age on certification_events (received_at);
create index reviewer_decisions_by_age on reviewer_decisions (created_at);
create index operator_decisions_by_age on operator_decisions (created_at);
create index mail_outbox_by_end on mail_outbox (coalesce(sent_at, refused_at))
  where coalesce(sent_at, refused_at) is not null;

-- Down Migration
-- A step back is a new migration.
