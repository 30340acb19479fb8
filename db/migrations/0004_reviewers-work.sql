-- Up Migration

-- How far an overdue review is escalated (0: nobody is told, 1: the reviewers are, 2: the operators are), and
-- when it goes a step further; null while nothing is to come.
alter table badge_requests
  add column escalation_level integer not null default 0,
  add column next_escalation_at timestamptz;
update badge_requests set next_escalation_at = review_due_at where status = 'UNDER_REVIEW';
create index badge_requests_by_escalation on badge_requests (next_escalation_at) where status = 'UNDER_REVIEW';

-- Which reviewer works on a request, until when if they do nothing more with it; gone when the review ends.
create table review_claims (
  request_id text primary key references badge_requests on delete cascade,
  reviewer_id text not null references people,
  claimed_at timestamptz not null,
  lapses_at timestamptz not null
);
create index review_claims_by_reviewer on review_claims (reviewer_id);

-- Findings of a round that a later run of its checks has replaced.
create table superseded_findings (
  request_id text not null references badge_requests on delete cascade,
  round integer not null,
  "check" text not null,
  marketplace text not null,
  answer text not null check (answer in ('YES', 'NO', 'UNKNOWN')),
  codes text[] not null,
  found jsonb not null,
  expected jsonb not null,
  checked_at timestamptz not null,
  superseded_at timestamptz not null,
  -- The number of the transition that had them replaced, as in badge_request_history.
  superseded_by integer not null,
  primary key (request_id, superseded_by, "check", marketplace)
);

-- Down Migration
-- A step back is a new migration.
