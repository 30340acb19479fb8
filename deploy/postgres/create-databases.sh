#!/bin/sh
# Runs once, when PostgreSQL's data folder is made: a role and databases of their own for the service and for
# Temporal, so that neither can read the other's.
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  -v service_password="$BADGE_DATABASE_PASSWORD" -v temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
create role badge_requests login password :'service_password';
create database badge_requests owner badge_requests;
create role temporal login password :'temporal_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database badge_requests, temporal, temporal_visibility from public;
SQL
