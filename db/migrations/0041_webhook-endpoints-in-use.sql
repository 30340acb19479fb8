-- Up Migration

-- As before, and with a lock of the endpoints that are told: one that is enabled, disabled or deleted meanwhile waits for
-- the entry, or the entry for it. Else an entry could wait for good at an endpoint that is enabled, or fail because its
-- endpoint has just been deleted.
create or replace function queue_webhook_deliveries() returns trigger language plpgsql as $$
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

-- Down Migration
-- A step back is a new migration.
