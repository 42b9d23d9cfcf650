"""One database for each worker: migrated by its owner, used by the tests as the product's own role."""

import os

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from scripts import engines
from tests.engines import ADMIN

KEPT = ("django_migrations", "django_content_type", "auth_permission")


def prepare(worker: str) -> None:
    """Make the worker's database afresh and bring it to the newest migration."""
    name = f"test_{worker}"
    admin = os.environ[ADMIN]
    drop(name)
    engines.make_database(admin, name)
    use(name)
    os.environ |= engines.addresses(admin, name)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    connections["owner"].close()


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


def superuser() -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to this worker's database as the cluster's superuser, whom neither rights nor triggers stop."""
    return psycopg.connect(os.environ[ADMIN], dbname=str(settings.DATABASES["default"]["NAME"]), autocommit=True)


def empty() -> None:
    """Empty every table, past the triggers that refuse it to everybody else."""
    with superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = [sql.Identifier(str(name)) for (name,) in rows if name not in KEPT]
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables)))
