-- Up Migration

-- What somebody was told lately of comments, which each comment counts; see db/comments.ts.
create index mail_outbox_comments on mail_outbox (recipient_id, due_at) where template = 'comment';

-- Down Migration
-- A step back is a new migration.
