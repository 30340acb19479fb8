#!/bin/sh
# Brings Temporal's two databases to the schema of this version of the server. Safe to run again.
set -eu

# The password is in SQL_PASSWORD, where the tool looks for it.
tool() {
  temporal-sql-tool --plugin postgres12_pgx --ep "$POSTGRES_HOST" -p 5432 -u temporal "$@"
}

tool --db temporal setup-schema -v 0.0
tool --db temporal update-schema --schema-name postgresql/v12/temporal
tool --db temporal_visibility setup-schema -v 0.0
tool --db temporal_visibility update-schema --schema-name postgresql/v12/visibility
