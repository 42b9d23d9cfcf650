"""Values as PostgreSQL's binary protocol has them, for the statements that every event passes through.

psycopg's own dumper of lists takes 2 us an item, which is more than the server needs to write it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from struct import Struct
from types import MappingProxyType
from typing import Any

_BIGINT = Struct("!q")
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)
# Dimensions, whether there may be nulls, type of the items, their number, the index of the first.
_ARRAY = Struct("!iiIii")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Kind:
    """A type of the database: the number by which the server knows it, and how its values are written."""

    def __init__(self, number: int, write: Callable[[Any], bytes]) -> None:
        self._number = number
        self._write = write

    def value(self, item: Any) -> bytes | None:
        """Write one value; None stands for null."""
        return None if item is None else self._write(item)

    def array(self, items: Sequence[Any]) -> bytes:
        """Write an array of values."""
        parts = [_ARRAY.pack(1, 1, self._number, len(items), 1)]
        for item in items:
            if item is None:
                parts.append(_NULL)
            else:
                data = self._write(item)
                parts += (_LENGTH.pack(len(data)), data)
        return b"".join(parts)


def _moment(at: datetime) -> bytes:
    return _BIGINT.pack((at - _EPOCH) // _MICROSECOND)


# The numbers are fixed in the server's catalogue.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "bigint": Kind(20, _BIGINT.pack),
        "bytea": Kind(17, bytes),
        "text": Kind(25, str.encode),
        "timestamptz": Kind(1184, _moment),
        "uuid": Kind(2950, attrgetter("bytes")),
    }
)
