-- Up Migration

-- Why a badge is suspended, and what an operator has planned for it; see domain/badges.ts.
alter table badges
  add column causes text[] not null default '{}',
  add column planned_action text check (planned_action in ('suspend', 'reinstate', 'remove')),
  add column planned_at timestamptz,
  add column planned_reason text,
  add column planned_by text references people,
  add constraint badges_plan_is_whole check ((planned_action is null) = (planned_at is null));

-- When the first of its badges changes by the clock; null: none does.
alter table badge_requests add column badges_change_at timestamptz;

-- Requests that may have something to lose or to get back when a certification changes.
create index badge_requests_with_badges on badge_requests (product_id, id)
  where status in ('PENDING', 'ENABLED', 'SUSPENDED');

-- A badge's status at an instant; domain/badges.ts has the same rule.
create function badge_status_at(
  status text, effective_at timestamptz, planned_action text, planned_at timestamptz, instant timestamptz
) returns text language sql immutable parallel safe as $$
  select case
    when planned_at <= instant and planned_action = 'suspend' then 'SUSPENDED'
    when planned_at <= instant and planned_action = 'remove' then 'REMOVED'
    when status <> 'STAGED' and (planned_at <= instant and planned_action = 'reinstate') is not true then status
    when effective_at <= instant then 'ENABLED'
    else 'STAGED'
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
          from (select badge_status_at(status, effective_at, planned_action, planned_at, now()) as status_now
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

-- An operator's words, written before the workflow is told of the command that they belong to.
create table operator_decisions (
  command_id text primary key,
  request_id text not null references badge_requests on delete cascade,
  operator_id text not null references people,
  reason text not null,
  created_at timestamptz not null default now()
);
create index operator_decisions_by_request on operator_decisions (request_id);

-- Down Migration
-- A step back is a new migration.
