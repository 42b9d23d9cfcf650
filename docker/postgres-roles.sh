#!/bin/bash
# Run once, when the cluster is made: the owner who migrates, and the product's log-in, which may not change the ledger.
set -euo pipefail
owner=$(cat "$SUYUAN_OWNER_PASSWORD_FILE")
app=$(cat "$SUYUAN_APP_PASSWORD_FILE")
psql --set ON_ERROR_STOP=1 --username postgres --set owner="$owner" --set app="$app" <<'SQL'
CREATE ROLE suyuan_owner LOGIN PASSWORD :'owner';
CREATE ROLE suyuan_app LOGIN PASSWORD :'app';
CREATE DATABASE suyuan OWNER suyuan_owner;
REVOKE ALL ON DATABASE suyuan FROM PUBLIC;
GRANT CONNECT ON DATABASE suyuan TO suyuan_app;
SQL
