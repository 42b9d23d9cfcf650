"""Rows into PostgreSQL by COPY in its binary format, packed in one go.

psycopg's own `write_row` looks up how to write each value of each row, which takes longer than the server needs for it.
"""

from collections.abc import Iterable, Sequence
from struct import Struct

from django.db.backends.utils import CursorWrapper

# As "COPY" in PostgreSQL's manual has it: signature, no flags, no extension; at the end a count of -1.
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_COUNT = Struct("!h")
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)

# A value as the server's type sends it, or None for null.
Value = bytes | None


def copy_rows(cursor: CursorWrapper, statement: str, rows: Iterable[Sequence[Value]]) -> None:
    """Run `COPY table (columns) FROM STDIN (FORMAT BINARY)` with these rows. Raises Django's own errors.

    Those of psycopg, of a disk that is full or a server that went away, no caller would know for an outage.
    """
    with cursor.db.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(_packed(rows))


def _packed(rows: Iterable[Sequence[Value]]) -> bytes:
    parts = [_HEADER]
    for row in rows:
        parts.append(_COUNT.pack(len(row)))
        for value in row:
            if value is None:
                parts.append(_NULL)
            else:
                parts += (_LENGTH.pack(len(value)), value)
    parts.append(_TRAILER)
    return b"".join(parts)
