"""The rights of two log-ins at the database that may not write: one only reads, the other verifies.

The product's own log-in may write nearly everything but the ledger's past. Whoever looks into the books, makes figures
or runs `fsck` needs no such right, and the nightly verification should not be able to mend what it is to find: they
come as roles of their own, where an operator has made these (docker/postgres-roles.sh).
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

# What opens doors, in whatever form, and what farms said for tests of fairness alone: who only reads needs none of it.
# Of people all but the password's hash is read.
SECRET_TABLES = frozenset(
    {
        "accounts_apikey",
        "django_session",
        "finance_pushedrequest",
        "finance_tokenbinding",
        "finance_trait",
        "mfa_authenticator",
        "oauth2_provider_accesstoken",
        "oauth2_provider_application",
        "oauth2_provider_devicegrant",
        "oauth2_provider_grant",
        "oauth2_provider_idtoken",
        "oauth2_provider_refreshtoken",
        "usersessions_usersession",
    }
)
SECRET_COLUMNS: Mapping[str, frozenset[str]] = {"accounts_user": frozenset({"password"})}
# The verifier's own book, into which it writes what it did and found; it closes no finding.
VERIFIER_WRITES: Mapping[str, Sequence[LiteralString]] = {
    "traceability_verificationrun": ("INSERT", "UPDATE"),
    "traceability_verificationchunk": ("INSERT", "UPDATE"),
    "traceability_finding": ("INSERT",),
    "traceability_taskrequest": ("INSERT", "UPDATE (done_at)"),
}
_ALIAS = "owner"


def grant_rights() -> list[str]:
    """Give both roles their rights on the tables as they stand, and name those roles that are there.

    Runs as the owner of the tables, after each migration: a new table is readable, and a role that was made since gets
    what it lacks. Doing it twice changes nothing.
    """
    connection = connections[_ALIAS]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        roles = (settings.DATABASE_READONLY_ROLE, settings.DATABASE_VERIFIER_ROLE)
        there = [role for role in roles if _is_there(cursor, role)]
        for role in there:
            _let_read(cursor, role, tables)
        if settings.DATABASE_VERIFIER_ROLE in there:
            _let_write_its_book(cursor, settings.DATABASE_VERIFIER_ROLE, tables)
    return there


def _is_there(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return cursor.fetchone() is not None


def _let_read(cursor: CursorWrapper, role: str, tables: Sequence[str]) -> None:
    to = sql.Identifier(role)
    # Anew, so that a right that was given by hand does not outlast the next release.
    cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(to))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to))
    whole = sorted(set(tables) - SECRET_TABLES - SECRET_COLUMNS.keys())
    if whole:
        names = sql.SQL(", ").join(map(sql.Identifier, whole))
        cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(names, to))
    for table, secret in SECRET_COLUMNS.items():
        if table in tables:
            names = sql.SQL(", ").join(map(sql.Identifier, _columns(cursor, table) - secret))
            cursor.execute(sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(names, sql.Identifier(table), to))


def _columns(cursor: CursorWrapper, table: str) -> set[str]:
    return {one.name for one in connections[_ALIAS].introspection.get_table_description(cursor, table)}


def _let_write_its_book(cursor: CursorWrapper, role: str, tables: Sequence[str]) -> None:
    for table in VERIFIER_WRITES.keys() & set(tables):
        rights = sql.SQL(", ").join(map(sql.SQL, VERIFIER_WRITES[table]))
        cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier(table), sql.Identifier(role)))
