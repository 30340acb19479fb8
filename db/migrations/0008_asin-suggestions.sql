-- Up Migration

-- A maker's question which ASINs carry an identifier, and its answer.
create table asin_suggestions (
  id text primary key,
  organization_id text not null references organizations,
  marketplace text not null,
  identifier_type text not null,
  identifier_code text not null,
  -- Equal for equal numbers, whatever their type and padding.
  gtin14 text not null,
  asked_at timestamptz not null,
  -- Until then whoever asks the same gets this answer, or waits for it.
  valid_until timestamptz not null,
  -- Text from outside, which jsonb could not always hold.
  answer json
);
create index asin_suggestions_by_organization on asin_suggestions (organization_id, asked_at);
create index asin_suggestions_by_age on asin_suggestions (asked_at);

-- The newest news of a certification that a waiting request's workflow was told for certain: by a signal that
-- Temporal has taken, or by a transition that has read it. What is older than its project is told again.
alter table badge_requests add column heard_project text, add column heard_version bigint;

-- Down Migration
-- A step back is a new migration.
