-- Up Migration

-- A maker's badges of a programme, suspended by an operator in a whole region of domain/marketplaces.ts.
create table program_suspensions (
  id text primary key,
  program text not null,
  organization_id text not null references organizations,
  region text not null check (region in ('na', 'eu', 'fe')),
  reason text not null,
  suspended_by text not null references people,
  suspended_at timestamptz not null default now(),
  end_reason text,
  ended_by text references people,
  ended_at timestamptz,
  -- The command that ended it, which may be repeated.
  ended_command text,
  -- Whether it began or ended and nobody has heard of it; see db/program-suspension-news.ts.
  untold boolean not null default true,
  constraint program_suspensions_end_is_whole check (
    (ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null)
    and (ended_at is null) = (ended_command is null))
);
create unique index program_suspensions_one_open on program_suspensions (organization_id, program, region)
  where ended_at is null;
create index program_suspensions_by_organization on program_suspensions (organization_id, id desc);
create index program_suspensions_untold on program_suspensions (id) where untold;

-- Requests whose badges are still to be told of programme suspensions.
create table program_suspension_news (
  request_id text primary key references badge_requests on delete cascade,
  -- Grows with every reason to tell; what is told is forgotten only if none came meanwhile.
  version bigint not null default 1,
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0
);
create index program_suspension_news_due on program_suspension_news (next_attempt_at);

-- A badge's status at an instant; domain/badges.ts has the same rule. The function of the same name without causes is
-- for programs of the version before.
create function badge_status_at(
  status text, effective_at timestamptz, causes text[], planned_action text, planned_at timestamptz, instant timestamptz
) returns text language sql immutable parallel safe as $$
  select case
    when planned_at <= instant and planned_action = 'suspend' then 'SUSPENDED'
    when planned_at <= instant and planned_action = 'remove' then 'REMOVED'
    when planned_at <= instant and planned_action = 'reinstate' and 'PROGRAM_SUSPENSION' = any(causes) then 'SUSPENDED'
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
          from (select badge_status_at(status, effective_at, causes, planned_action, planned_at, now()) as status_now
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

-- The lookup of badges reads why they are suspended, too, and still nothing but this.
drop index badges_by_place;
create index badges_by_place on badges (asin, marketplace, status)
  include (program, effective_at, causes, planned_action, planned_at);

-- Down Migration
-- A step back is a new migration.
