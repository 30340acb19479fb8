-- Up Migration

-- Badges that an operator had suspended when their request lost them with its certification: whoever decides about one for
-- the same page is told. Gone once one is staged there, as that was decided.
create table suspended_before (
  request_id text not null references badge_requests on delete cascade,
  program text not null,
  asin text not null,
  marketplace text not null,
  primary key (request_id, asin, marketplace, program)
);
create index suspended_before_by_place on suspended_before (asin, marketplace);

-- Whoever becomes a maker of an organization gets what is to be said of its requests at a later instant like those who were
-- there when it was written. By a trigger, as people are written by hand. A comment is for those who were there.
create function give_mails_to_new_maker() returns trigger language plpgsql as $$
begin
  insert into mail_outbox
      (request_id, mail_key, recipient_id, template, props, due_at, next_attempt_at, asin, product_id)
    select m.request_id, left(m.mail_key, -length(m.recipient_id)) || new.id, new.id, m.template, m.props, m.due_at,
           m.due_at, m.asin, m.product_id
      from badge_requests r join mail_outbox m on m.request_id = r.id join people p on p.id = m.recipient_id
     where r.organization_id = new.organization_id and p.role = 'MAKER' and p.id <> new.id and m.template <> 'comment'
       and m.due_at > now() and m.sent_at is null and m.refused_at is null
    on conflict (mail_key) do nothing;
  return null;
end $$;
create trigger people_mails after insert or update of role, organization_id, left_at on people
  for each row when (new.role = 'MAKER' and new.left_at is null) execute function give_mails_to_new_maker();

-- Down Migration
-- A step back is a new migration.
