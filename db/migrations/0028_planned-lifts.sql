-- Up Migration

-- What a planned reinstatement lifts: the causes that held when it was planned. Null: see lifted_by_plan.
alter table badges add column planned_lifts text[];

-- Plans of versions before lift every cause but a programme's; domain/badges.ts has the same rule.
create function lifted_by_plan(planned_lifts text[]) returns text[] language sql immutable parallel safe as $$
  select coalesce(planned_lifts, '{OPERATOR,CERTIFICATION_REVOKED,LISTING}')
$$;

-- A badge's status at an instant; domain/badges.ts has the same rule. The functions of the same name with fewer arguments
-- are for programs of versions before.
create function badge_status_at(
  status text, effective_at timestamptz, causes text[], planned_action text, planned_at timestamptz,
  planned_lifts text[], instant timestamptz
) returns text language sql immutable parallel safe as $$
  select case
    when planned_at <= instant and planned_action = 'suspend' then 'SUSPENDED'
    when planned_at <= instant and planned_action = 'remove' then 'REMOVED'
    when planned_at <= instant and planned_action = 'reinstate' and not causes <@ lifted_by_plan(planned_lifts)
      then 'SUSPENDED'
    when status <> 'STAGED' and (planned_at <= instant and planned_action = 'reinstate') is not true then status
    when effective_at > instant then 'STAGED'
    when 'PROGRAM_SUSPENSION' = any(causes) then 'SUSPENDED'
    else 'ENABLED'
  end
$$;

-- What a request says at this moment; domain/badge-request.ts has the same rule.
drop view badge_request_standings;
create view badge_request_standings as
  select r.*,
    case
      when r.status = 'PENDING' and r.enabled_at <= now() then 'ENABLED'
      when r.status <> 'PENDING' and r.badges_change_at <= now() then coalesce((
        select case
            when bool_or(b.status_now in ('ENABLED', 'STAGED')) then 'ENABLED'
            when bool_or(b.status_now = 'SUSPENDED') then 'SUSPENDED'
            when count(*) > 0 then 'REMOVED'
          end
          from (select badge_status_at(status, effective_at, causes, planned_action, planned_at, planned_lifts, now())
                    as status_now
                  from badges where request_id = r.id) b), r.status)
      else r.status
    end as status_now,
    case
      when r.status = 'PENDING' and r.enabled_at <= now() then null
      when r.status = 'PENDING' and r.first_effective_at <= now() and r.stage is distinct from 'NEEDS_ATTENTION'
        then 'GOING_LIVE'
      else r.stage
    end as stage_now
  from badge_requests r;

-- The lookup of badges reads nothing but this.
drop index badges_by_place;
create index badges_by_place on badges (asin, marketplace, status)
  include (program, effective_at, causes, planned_action, planned_at, planned_lifts);

-- Down Migration
-- A step back is a new migration.
