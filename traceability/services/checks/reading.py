"""Many rows at once from the database, in its binary protocol."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def binary_rows(statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """Read all rows of a statement.

    Django's cursors get every hash as hex text, and COPY is read row by row in Python: either takes longer than to
    check what was read.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values, binary=True).fetchall()
