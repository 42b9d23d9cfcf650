"""One database for each worker: migrated by its owner, used by the tests as the product's own role.

To migrate takes twenty seconds of a processor, so it is done once for all workers. `python -m tests.databases` does it
ahead, while they still read the tests.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from scripts import engines
from tests.engines import ADMIN

KEPT = ("django_migrations", "django_content_type", "auth_permission")


def prepare(worker: str) -> None:
    """Make the worker's database afresh: a copy of the one that was migrated for all workers."""
    name = f"test_{worker}"
    drop(name)
    with _alone() as admin:
        migrated = _migrated(admin)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *map(sql.Identifier, (name, migrated, engines.OWNER))
            )
        )
    use(name)
    os.environ |= engines.addresses(os.environ[ADMIN], name)


def _migrated(admin: "psycopg.Connection[tuple[object, ...]]") -> str:
    """Name a database with all migrations and no rows of its own, made by whoever comes first."""
    name = f"migrated_{_fingerprint()}"
    ready = admin.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name]).fetchone()
    if ready != (True,):
        # One that is there and is no template was left by somebody who got no further.
        drop(name)
        engines.make_database(os.environ[ADMIN], name)
        use(name)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections["owner"].close()
        admin.execute(
            sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false").format(sql.Identifier(name))
        )
    return name


@contextmanager
def _alone() -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Give a connection to the cluster that no other worker has at the same time."""
    with psycopg.connect(os.environ[ADMIN], autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext('the template of the tests'))")
        yield admin


def _fingerprint() -> str:
    """Name what the tables follow from: a cluster that outlives the suite may keep those of another day."""
    root = Path(__file__).resolve().parents[1]
    files = [root / "requirements" / "base.txt", *sorted(root.glob("*/migrations/*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def use(name: str) -> None:
    """Let the product and its owner go to another database of the cluster."""
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def drop(name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    with psycopg.connect(os.environ[ADMIN], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def disconnect(name: str) -> None:
    """End every session of a database."""
    with psycopg.connect(os.environ[ADMIN], autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def copy_tables(cluster: engines.Engines) -> None:
    """Bring this worker's tables, migrated and empty, to a cluster that has none; to migrate there takes far longer."""
    binaries = Path(psutil.Process(cluster.postgres_pid).exe()).parent
    name = str(settings.DATABASES["default"]["NAME"])
    source = os.environ[ADMIN].replace("/postgres?", f"/{name}?")
    dump = subprocess.run([binaries / "pg_dump", source], capture_output=True, check=True, text=True)
    target = cluster.admin_url.replace("/postgres?", "/suyuan?")
    loaded = subprocess.run(
        [binaries / "psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", target],
        input=dump.stdout,
        capture_output=True,
        check=False,
        text=True,
    )
    assert loaded.returncode == 0, loaded.stderr[-2000:]


def superuser() -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to this worker's database as the cluster's superuser, whom neither rights nor triggers stop."""
    return psycopg.connect(os.environ[ADMIN], dbname=str(settings.DATABASES["default"]["NAME"]), autocommit=True)


def empty() -> None:
    """Empty every table, past the triggers that refuse it to everybody else, and let all numbers begin anew.

    Only what has pages is looked at, and by DELETE: TRUNCATE makes new files for each of some hundred and thirty tables
    and for all their indexes, which took longer than most tests that commit.
    """
    with superuser() as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        tables = [sql.Identifier(name) for name in _with_pages(connection)]
        if tables:
            # As TRUNCATE would: whoever still writes, a browser's last request say, has ended before anything goes.
            every = sql.SQL(", ").join(tables)
            connection.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(every))
            connection.execute(sql.SQL(";").join(map(sql.SQL("DELETE FROM {}").format, tables)))
        connection.execute(
            "SELECT setval(quote_ident(sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> ALL(%s)",
            [[f"{name}_id_seq" for name in KEPT]],
        )


def _with_pages(connection: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND relname <> ALL(%s) AND pg_relation_size(oid) > 0 ORDER BY relname",
        [list(KEPT)],
    )
    return [str(name) for (name,) in found]


if __name__ == "__main__":
    django.setup()
    with _alone() as found:
        _migrated(found)
