-- Up Migration

-- A draft may say that a date is wanted before it says which; what is under way has one.
alter table badge_requests drop constraint badge_requests_check;
alter table badge_requests add constraint badge_requests_go_live_date check (
  case when go_live_kind = 'ON_DATE'
    then go_live_date is not null or status in ('NOT_SUBMITTED', 'REJECTED', 'DISCARDED')
    else go_live_date is null end);
