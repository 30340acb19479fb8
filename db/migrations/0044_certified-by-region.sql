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

-- Such a version may go on beside newer ones for a while, and what it tells is by the newest project alone.
create function forget_revision() returns trigger language plpgsql as $$
begin
  new.heard_revision := null;
  return new;
end $$;
-- Newer versions never write these.
create trigger badge_requests_told_by_others before update of heard_project, heard_version on badge_requests
  for each row when (new.heard_project is not null) execute function forget_revision();

-- The marketplaces of a product that are certified now, as `isCertifiedIn` of domain/product-certification.ts says: lists by stage
-- hold every pending request against them.
alter table products add column certified text[] not null default '{}';

create function certified_in(product text) returns text[] language sql volatile as $$
  select coalesce(array_agg(d.code), '{}')
    from (select distinct on (m.code) m.code, c.status, c.result
            from certification_projects c cross join unnest(c.marketplaces) as m(code)
           where c.product_id = product order by m.code, c.id collate "C" desc) d
   where d.status = 'COMPLETE' and d.result = 'APPROVED'
$$;
update products set certified = certified_in(id);

create function note_certified() returns trigger language plpgsql as $$
begin
  -- Locked first: what is read then is what all projects say.
  perform from products where id = new.product_id for no key update;
  update products set certified = certified_in(id)
   where id = new.product_id and certified is distinct from certified_in(id);
  return null;
end $$;
create trigger certification_projects_certified after insert or update of status, result, marketplaces
  on certification_projects for each row execute function note_certified();

-- The first event of a product writes its project before it.
create function begin_certified() returns trigger language plpgsql as $$
begin
  new.certified := certified_in(new.id);
  return new;
end $$;
create trigger products_certified before insert on products for each row execute function begin_certified();

-- Down Migration
-- A step back is a new migration.
