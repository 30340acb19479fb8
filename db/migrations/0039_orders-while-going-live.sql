-- Badges that an operator has suspended or removed while others were still to come: what the request says from its last
-- instant on is read from its badges. domain/badge-request.ts has the same rule.
create or replace view badge_request_standings as
  select r.*,
    case
      when r.status = 'PENDING' and (r.enabled_at > now()) is not false then r.status
      when r.badges_change_at <= now() then coalesce((
        select case
            when bool_or(b.status_now in ('ENABLED', 'STAGED')) then 'ENABLED'
            when bool_or(b.status_now = 'SUSPENDED') then 'SUSPENDED'
            when count(*) > 0 then 'REMOVED'
          end
          from (select badge_status_at(status, effective_at, causes, planned_action, planned_at, planned_lifts, now())
                    as status_now
                  from badges where request_id = r.id) b),
        case r.status when 'PENDING' then 'ENABLED' else r.status end)
      when r.status = 'PENDING' then 'ENABLED'
      else r.status
    end as status_now,
    case
      when r.status = 'PENDING' and r.enabled_at <= now() then null
      when r.status = 'PENDING' and r.first_effective_at <= now() and r.stage is distinct from 'NEEDS_ATTENTION'
        then 'GOING_LIVE'
      else r.stage
    end as stage_now
  from badge_requests r;

-- Down Migration
-- A step back is a new migration.
