"""A cursor for the few statements that every event passes through."""

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def hot_cursor() -> "closing[CursorWrapper]":
    """Open a cursor whose statements the server prepares once for each connection, and whose values travel as binary.

    Django's own writes each value into the text of the statement, which the server then parses and plans every time:
    for a statement of four writes that costs more than its work.
    """
    connection.ensure_connection()
    # The stubs take only Django's own cursors here; it wraps any.
    return closing(connection.make_cursor(psycopg.Cursor(connection.connection)))  # type: ignore[arg-type]
