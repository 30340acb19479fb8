-- Up Migration

-- Where an organization's own programs hear of what happens to its requests.
create table webhook_endpoints (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  url text not null,
  -- What is sent is signed with it, so it is kept as it is; the one before counts, too, until its instant.
  secret text not null,
  earlier_secret text,
  earlier_secret_until timestamptz,
  -- The command that made the secret: repeated, it leaves the earlier one as it is.
  secret_command text,
  created_at timestamptz not null default now(),
  -- What happens meanwhile waits.
  disabled_at timestamptz,
  disabled_because text check (disabled_because in ('MAKER', 'GONE')),
  check ((disabled_at is null) = (disabled_because is null))
);
create index webhook_endpoints_by_organization on webhook_endpoints (organization_id, id desc);

-- What an endpoint is told: an entry of a request's history, or that somebody tries it.
create table webhook_deliveries (
  id text primary key,
  endpoint_id text not null references webhook_endpoints on delete cascade,
  request_id text,
  seq integer,
  -- An entry that is taken back is not told.
  foreign key (request_id, seq) references badge_request_history on delete cascade,
  due_at timestamptz not null,
  -- Null: told, given up, or its endpoint is disabled.
  next_attempt_at timestamptz,
  attempts integer not null default 0,
  attempted_at timestamptz,
  -- Of the last attempt: the HTTP status, or what kept it from one.
  answer integer,
  failure text,
  delivered_at timestamptz,
  given_up_at timestamptz
);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where next_attempt_at is not null;
create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, due_at desc, id desc);
create index webhook_deliveries_by_entry on webhook_deliveries (request_id, seq);
create index webhook_deliveries_by_age on webhook_deliveries (due_at);

-- By a trigger, so that no entry is written without: whatever writes history need not know who listens. The endpoints that
-- are told are locked: one that is enabled, disabled or deleted meanwhile waits for the entry, or the entry for it. Else an
-- entry could wait for good at an endpoint that is enabled, or fail because its endpoint has just been deleted.
create function queue_webhook_deliveries() returns trigger language plpgsql as $$
begin
  insert into webhook_deliveries (id, endpoint_id, request_id, seq, due_at, next_attempt_at)
  select 'whe_' || lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
                || translate(gen_random_uuid()::text, '-', ''),
         e.id, h.request_id, h.seq, h.at, case when e.disabled_at is null then h.at end
    from entries h
    join badge_requests r on r.id = h.request_id
    join webhook_endpoints e on e.organization_id = r.organization_id
     for share of e;
  if found then
    perform pg_notify('webhook_deliveries', '');
  end if;
  return null;
end
$$;
create trigger badge_request_history_webhooks after insert on badge_request_history
  referencing new table as entries for each statement execute function queue_webhook_deliveries();

-- Down Migration
-- A step back is a new migration.
