-- Up Migration

-- What waits keeps its instant while its endpoint is disabled: whoever takes events looks at the endpoint, so that to
-- disable or enable one is a change of one row, however much waits there.
alter table webhook_deliveries
  -- Somebody has it sent now: before all others, and once to an endpoint that is disabled, too.
  add column is_asked_for boolean not null default false;
create index webhook_deliveries_asked_for on webhook_deliveries (next_attempt_at) where is_asked_for;
create index webhook_deliveries_due_by_endpoint on webhook_deliveries (endpoint_id, next_attempt_at)
  where next_attempt_at is not null;

-- Null: it was deleted, at its `disabled_at`; what it was told goes piece by piece, and it last.
alter table webhook_endpoints alter column organization_id drop not null;

-- Its receiver has asked to be left alone until then.
alter table webhook_endpoints add column rests_until timestamptz;

-- What an endpoint is told may be a comment as well: of its request, and without a place in the history.
alter table webhook_deliveries add column comment_id text references comments on delete cascade;
create index webhook_deliveries_by_comment on webhook_deliveries (comment_id) where comment_id is not null;

create function new_webhook_event_id() returns text language sql volatile return
  'whe_' || lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
         || translate(gen_random_uuid()::text, '-', '');

-- No endpoint is locked: whether it is disabled or deleted meanwhile is seen when the event is taken.
create or replace function queue_webhook_deliveries() returns trigger language plpgsql as $$
begin
  insert into webhook_deliveries (id, endpoint_id, request_id, seq, due_at, next_attempt_at)
  select new_webhook_event_id(), e.id, h.request_id, h.seq, h.at, h.at
    from entries h
    join badge_requests r on r.id = h.request_id
    join webhook_endpoints e on e.organization_id = r.organization_id;
  if found then
    perform pg_notify('webhook_deliveries', '');
  end if;
  return null;
end
$$;
create function queue_webhook_comments() returns trigger language plpgsql as $$
begin
  insert into webhook_deliveries (id, endpoint_id, request_id, comment_id, due_at, next_attempt_at)
  select new_webhook_event_id(), e.id, c.request_id, c.id, c.created_at, c.created_at
    from written c
    join badge_requests r on r.id = c.request_id
    join webhook_endpoints e on e.organization_id = r.organization_id;
  if found then
    perform pg_notify('webhook_deliveries', '');
  end if;
  return null;
end
$$;
create trigger comments_webhooks after insert on comments
  referencing new table as written for each statement execute function queue_webhook_comments();

update webhook_deliveries set next_attempt_at = due_at
 where next_attempt_at is null and delivered_at is null and given_up_at is null;

-- Down Migration
-- A step back is a new migration.
