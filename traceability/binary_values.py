"""Values as PostgreSQL's binary protocol has them, for the statements that every event passes through.

psycopg's own dumper of lists takes 2 us an item, which is more than the server needs to write it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from uuid import UUID

# The numbers by which the server knows the types; they are fixed in its catalogue.
_BYTEA, _BIGINT, _TEXT, _UUID = 17, 20, 25, 2950
# Dimensions, whether there are nulls, type of the items, their number, the index of the first.
_ARRAY = Struct("!iiIii")
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)
_COUNTED_BIGINT = Struct("!iq")
_BIGINT_ALONE = Struct("!q")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def timestamp(moment: datetime) -> bytes:
    """Write a moment: microseconds since the year 2000."""
    return _BIGINT_ALONE.pack((moment - _EPOCH) // _MICROSECOND)


def uuids(items: Sequence[UUID]) -> bytes:
    """Write an array of uuid."""
    length = _LENGTH.pack(16)
    return _array(_UUID, len(items), [length + item.bytes for item in items])


def bigints(items: Sequence[int]) -> bytes:
    """Write an array of bigint."""
    return _array(_BIGINT, len(items), [_COUNTED_BIGINT.pack(8, item) for item in items])


def texts(items: Sequence[str]) -> bytes:
    """Write an array of text."""
    return _array(_TEXT, len(items), map(_counted, map(str.encode, items)))


def byteas(items: Sequence[bytes | None]) -> bytes:
    """Write an array of bytea, some of which may be null."""
    return _array(_BYTEA, len(items), [_NULL if item is None else _counted(item) for item in items])


def _counted(item: bytes) -> bytes:
    return _LENGTH.pack(len(item)) + item


def _array(kind: int, count: int, items: Iterable[bytes]) -> bytes:
    # The flag of nulls is a hint that the server does not rely on: it reads the lengths.
    return _ARRAY.pack(1, 1, kind, count, 1) + b"".join(items)
