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

-- What a waiting request's workflow was told for certain, and what badges are known to say what it says. The columns of the same
-- with versions are of versions before this one. Of a product with several projects everybody is told anew: what these mean to each
-- has changed.
alter table badge_requests add column heard_revision bigint;
alter table certification_projects add column badges_settled_revision bigint;
create index certification_projects_by_settling on certification_projects (id)
  where badges_settled_revision is distinct from revision;
create temporary table with_one_project on commit drop as
  select min(id) as id from certification_projects group by product_id having count(*) = 1;
update badge_requests r set heard_revision = c.revision
  from certification_projects c join with_one_project o on o.id = c.id
 where c.product_id = r.product_id and r.status = 'PENDING' and r.heard_project = c.id and r.heard_version >= c.version;
update certification_projects c set badges_settled_revision = revision from with_one_project o
 where o.id = c.id and badges_settled_version = version;

-- Down Migration
-- A step back is a new migration.
