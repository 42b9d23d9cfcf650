#!/bin/bash
# Run when the cluster is made, and once more after an upgrade that brings another role: what is there stays as it is.
# The owner migrates; the product's log-in may not change the ledger; one more only reads, and one verifies. What each
# may do with the tables, the owner says whenever it migrates.
set -euo pipefail
make_role() {
    psql --quiet --set ON_ERROR_STOP=1 --username postgres --set name="$1" --set password="$(cat "$2")" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', :'name', :'password')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SQL
}
make_role suyuan_owner "$SUYUAN_OWNER_PASSWORD_FILE"
make_role suyuan_app "$SUYUAN_APP_PASSWORD_FILE"
make_role suyuan_readonly "$SUYUAN_READONLY_PASSWORD_FILE"
make_role suyuan_verifier "$SUYUAN_VERIFIER_PASSWORD_FILE"
psql --quiet --set ON_ERROR_STOP=1 --username postgres <<'SQL'
SELECT 'CREATE DATABASE suyuan OWNER suyuan_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'suyuan') \gexec
REVOKE ALL ON DATABASE suyuan FROM PUBLIC;
GRANT CONNECT ON DATABASE suyuan TO suyuan_app, suyuan_readonly, suyuan_verifier;
-- A second lock: whoever only reads must say so to write, and would still have no right to.
ALTER ROLE suyuan_readonly SET default_transaction_read_only = on;
SQL
