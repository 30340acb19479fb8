-- Up Migration

-- From then on nobody gets in with their token, session or calendar feed, and they get no mail; what they did stays theirs.
alter table people add column left_at timestamptz;
