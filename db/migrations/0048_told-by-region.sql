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

-- Down Migration
-- A step back is a new migration.
