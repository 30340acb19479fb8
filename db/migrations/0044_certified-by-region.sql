-- Up Migration

-- A product may have a project for each region, and each decides about its own marketplaces.

-- Every event that changes a project gives it a number that grows: what a request has heard is told from what it has not by
-- the highest of its product's. And what a project has ever named tells whom its news concerns. By a trigger, as an event may be
-- stored by a version of before.
create sequence certification_revisions;
alter table certification_projects add column revision bigint, add column named_marketplaces text[];
update certification_projects set revision = nextval('certification_revisions'), named_marketplaces = marketplaces;

create function number_certification() returns trigger language plpgsql as $$
begin
  new.revision := nextval('certification_revisions');
  new.named_marketplaces := array(
    select distinct code from unnest(case when tg_op = 'UPDATE' then old.named_marketplaces end || new.marketplaces) as code
     order by code);
  return new;
end $$;
create trigger certification_projects_revision before insert or update of version on certification_projects
  for each row execute function number_certification();

alter table certification_projects alter column revision set not null, alter column named_marketplaces set not null;

-- What a waiting request's workflow was told for certain. heard_project and heard_version are of versions before this one.
alter table badge_requests add column heard_revision bigint;
update badge_requests r set heard_revision = c.revision
  from products p join certification_projects c on c.id = p.project_id
 where p.id = r.product_id and r.status = 'PENDING' and r.heard_project = c.id and r.heard_version >= c.version;

-- Down Migration
-- A step back is a new migration.
