-- Up Migration

-- Versions before projects had marketplaces of their own held requests and badges against the product's newest project alone, and
-- go on beside newer ones for a while. What they have told or settled is looked at once more.

-- The revision of a project of which the badges are known to say what it says. badges_settled_version is of those versions.
alter table certification_projects add column badges_settled_revision bigint;
create index certification_projects_unsettled_revision on certification_projects (id)
  where badges_settled_revision is distinct from revision;

-- Where there is one project, it says the same as ever.
update badge_requests r set heard_revision = null
 where r.status = 'PENDING' and r.heard_revision is not null
   and (select count(*) from certification_projects c where c.product_id = r.product_id) > 1;

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
