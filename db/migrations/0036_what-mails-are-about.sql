-- Up Migration

-- What a mail is about, as it was when the mail was written: the maker may have corrected the request since. Null: as the
-- request is.
alter table mail_outbox add column asin text, add column product_id text;

-- Down Migration
-- A step back is a new migration.
