"""The database, under its two log-ins, and the cache."""

from config import env

# What was answered was committed, and what was committed is on the disk, whatever the server's own default.
# How long a statement and a lock may take: a page gives up soon (docker/entrypoint), work in the background later. A
# run of the market reckons inside its transaction, so that an idle one is not cut off at once.
_SESSION = (
    f"-c statement_timeout={env.number('STATEMENT_SECONDS', 30, at_least=1)}s"
    f" -c lock_timeout={env.number('LOCK_SECONDS', 10, at_least=1)}s"
    " -c idle_in_transaction_session_timeout=60s -c synchronous_commit=on"
    # Only the hot paths prepare statements: they look rows up by their keys, whatever the values.
    " -c plan_cache_mode=force_generic_plan"
)

# A server that vanished without a word is given up after 35 seconds, and not waited for by ever more requests.
_NETWORK = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 5}


def _database(url: str) -> dict[str, object]:
    settings = env.postgres(url)
    options = settings["OPTIONS"]
    assert isinstance(options, dict)  # noqa: S101 - env.postgres made it a line ago
    options |= {"options": _SESSION, **_NETWORK}
    return settings | {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


# Two log-ins at one database: the product runs as `default`, which may not change what the ledger holds;
# only migrations run as `owner`.
DATABASES = {
    "default": _database(env.text("DATABASE_URL", "postgresql://suyuan_app@localhost/suyuan")),
    "owner": _database(env.text("DATABASE_OWNER_URL", "postgresql://suyuan_owner@localhost/suyuan")),
}
# A streaming replica for public pages (traceability.replica); none where it is not named.
if _REPLICA_URL := env.text("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = _database(_REPLICA_URL)
# How far behind the replica may be: a recall shows on a page within its minute in caches and this.
REPLICA_MOST_LAG_SECONDS = env.number("REPLICA_MOST_LAG_SECONDS", 5)
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "suyuan_app")
# Two more, where there are any: who only reads, and who verifies (config.database_roles).
DATABASE_READONLY_ROLE = env.text("DATABASE_READONLY_ROLE", "suyuan_readonly")
DATABASE_VERIFIER_ROLE = env.text("DATABASE_VERIFIER_ROLE", "suyuan_verifier")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "accounts.counting_cache.CountingCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
}
