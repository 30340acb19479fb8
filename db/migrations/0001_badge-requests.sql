-- Up Migration

create table organizations (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table people (
  id text primary key,
  name text not null,
  email text not null unique,
  role text not null check (role in ('MAKER', 'REVIEWER', 'OPERATOR', 'VIEWER')),
  organization_id text references organizations,
  created_at timestamptz not null default now(),
  check (role not in ('MAKER', 'VIEWER') or organization_id is not null)
);
create index people_by_organization on people (organization_id);

-- A token is kept as its SHA-256 only.
create table access_tokens (
  token_hash bytea primary key,
  person_id text not null references people on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create table certification_projects (
  id text primary key,
  organization_id text not null references organizations,
  product_id text not null,
  version bigint not null,
  status text not null,
  result text,
  reason text,
  marketplaces text[] not null,
  updated_at timestamptz not null default now()
);
create index certification_projects_by_product on certification_projects (product_id);

-- A product is what the newest version of its newest project says.
create table products (
  id text primary key,
  organization_id text not null references organizations,
  name text not null,
  brand text not null,
  model text not null,
  device_type text not null,
  integration jsonb not null,
  project_id text not null references certification_projects,
  project_version bigint not null,
  updated_at timestamptz not null default now()
);
create index products_by_organization on products (organization_id);

-- Every signed event that was ever accepted, once per webhook-id.
create table certification_events (
  webhook_id text primary key,
  type text not null,
  body jsonb not null,
  received_at timestamptz not null default now()
);

-- A project whose news is still to be told to the requests that wait for it.
create table certification_news (
  project_id text primary key references certification_projects,
  version bigint not null,
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0
);

create table badge_requests (
  id text primary key,
  organization_id text not null references organizations,
  created_by text not null references people,
  program text,
  product_id text references products,
  identifier_type text,
  identifier_code text,
  asin text,
  variant text,
  bundle_devices text[] not null default '{}',
  go_live_kind text check (go_live_kind in ('AS_SOON_AS_POSSIBLE', 'ON_DATE')),
  go_live_date date,
  marketplaces text[] not null default '{}',
  status text not null default 'NOT_SUBMITTED',
  stage text,
  -- Why an operator is needed, for operators.
  attention text,
  round integer not null default 0,
  -- Of the last transition that the workflow recorded.
  transition_seq integer not null default 0,
  -- Grows with every change that a reader can see.
  version integer not null default 1,
  reasons jsonb not null default '[]',
  review_due_at timestamptz,
  submitted_at timestamptz,
  first_effective_at timestamptz,
  enabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((go_live_kind = 'ON_DATE') = (go_live_date is not null) or go_live_kind is null and go_live_date is null)
);
-- One open request for each program and ASIN: an organization cannot open a second one ...
create unique index badge_requests_one_open on badge_requests (organization_id, program, asin)
  where status in ('NOT_SUBMITTED', 'UNDER_REVIEW', 'PENDING', 'REJECTED');
-- ... and only one organization can have it under way, so that a draft blocks nobody else.
create unique index badge_requests_one_under_way on badge_requests (program, asin)
  where status in ('UNDER_REVIEW', 'PENDING');
create index badge_requests_by_organization on badge_requests (organization_id, id desc);
create index badge_requests_by_review_due on badge_requests (review_due_at, id)
  where status = 'UNDER_REVIEW';
create index badge_requests_waiting on badge_requests (product_id, id) where status = 'PENDING';
create index badge_requests_by_stage on badge_requests (stage, id desc);

-- What a request says at this moment; domain/badge-request.ts has the same rule.
create view badge_request_standings as
  select r.*,
    case
      when r.status = 'PENDING' and r.enabled_at <= now() then 'ENABLED'
      else r.status
    end as status_now,
    case
      when r.status = 'PENDING' and r.enabled_at <= now() then null
      when r.status = 'PENDING' and r.first_effective_at <= now() and r.stage is distinct from 'NEEDS_ATTENTION'
        then 'GOING_LIVE'
      else r.stage
    end as stage_now
  from badge_requests r;

-- The form, the product and the verdict of every submission, as they were.
create table badge_request_rounds (
  request_id text not null references badge_requests on delete cascade,
  round integer not null,
  form jsonb not null,
  product jsonb not null,
  submitted_at timestamptz not null,
  submitted_by text not null references people,
  decision text,
  decided_at timestamptz,
  decided_by text references people,
  reasons jsonb not null default '[]',
  primary key (request_id, round)
);

-- Findings of a round (subject: the request) or of a draft's check (subject: the check).
create table review_findings (
  subject_id text not null,
  round integer not null default 0,
  "check" text not null,
  marketplace text not null,
  answer text not null check (answer in ('YES', 'NO', 'UNKNOWN')),
  codes text[] not null default '{}',
  found jsonb not null,
  expected jsonb not null,
  checked_at timestamptz not null,
  primary key (subject_id, round, "check", marketplace)
);

create table draft_checks (
  id text primary key,
  request_id text not null references badge_requests on delete cascade,
  form jsonb not null,
  product jsonb not null,
  created_at timestamptz not null default now()
);
create index draft_checks_by_age on draft_checks (created_at);

-- A rejection's reasons, written before the workflow is told of the command that names them.
create table reviewer_decisions (
  command_id text primary key,
  request_id text not null references badge_requests on delete cascade,
  round integer not null,
  reviewer_id text not null references people,
  reasons jsonb not null,
  created_at timestamptz not null default now()
);

create table badges (
  request_id text not null references badge_requests on delete cascade,
  marketplace text not null,
  program text not null,
  asin text not null,
  status text not null default 'STAGED' check (status in ('STAGED', 'SUSPENDED', 'REMOVED')),
  effective_at timestamptz not null,
  staged_at timestamptz not null default now(),
  primary key (request_id, marketplace)
);
create index badges_by_asin on badges (asin, marketplace);

create table badge_request_history (
  request_id text not null references badge_requests on delete cascade,
  seq integer not null,
  -- An entry of the future becomes visible at its instant.
  at timestamptz not null,
  actor_role text not null,
  actor_id text references people,
  action text not null,
  from_status text,
  to_status text not null,
  details jsonb not null default '{}',
  -- The workflow's own number of the transition: a repeated write finds it and changes nothing.
  transition_seq integer,
  outcome jsonb,
  command_id text,
  primary key (request_id, seq)
);
create unique index badge_request_history_transitions on badge_request_history (request_id, transition_seq)
  where transition_seq is not null;
create unique index badge_request_history_commands on badge_request_history (request_id, command_id)
  where command_id is not null;

-- Commands that are recorded and may be unknown to their workflow: an update is durable only once its
-- workflow task is, and a kill can fall between the two. Each is given again until it is answered.
create table unconfirmed_commands (
  request_id text not null references badge_requests on delete cascade,
  command_id text not null,
  update_name text not null,
  command jsonb not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  primary key (request_id, command_id)
);
create index unconfirmed_commands_due on unconfirmed_commands (next_attempt_at);

create table comments (
  id text primary key,
  request_id text not null references badge_requests on delete cascade,
  author_id text not null references people,
  body text not null,
  created_at timestamptz not null default now()
);
create index comments_by_request on comments (request_id, id);

-- Mails to send. The address is looked up when the mail is sent; the row names the person.
create table mail_outbox (
  id bigint generated always as identity primary key,
  request_id text not null references badge_requests on delete cascade,
  -- Same key, same mail: makes its Message-ID.
  mail_key text not null unique,
  recipient_id text not null references people,
  template text not null,
  props jsonb not null,
  due_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0,
  sent_at timestamptz,
  refused_at timestamptz,
  last_error text
);
create index mail_outbox_due on mail_outbox (next_attempt_at, id) where sent_at is null and refused_at is null;
create index mail_outbox_by_request on mail_outbox (request_id);

create table idempotency_keys (
  scope text not null,
  key text not null,
  fingerprint bytea not null,
  -- The id that a creation uses, chosen before its first try.
  resource_id text not null,
  locked_until timestamptz,
  status integer,
  headers jsonb,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Down Migration
-- A step back is a new migration.
