"""Gives waiting events their place in the log. One integrator is active at a time; others may stand by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format

from traceability.binary_copy import Value, copy_rows
from traceability.ledger import Frontier
from traceability.services.waiting import IntegrationError, Waiting, in_order

_bigint = Struct("!q").pack
_smallint = Struct("!h").pack


@dataclass(frozen=True, slots=True)
class Integrated:
    """The entries from `first` up to, not including, `size` are new."""

    first: int
    size: int


# All of them, and never "those after the last one": their numbers would commit out of order.
_TAKE = "DELETE FROM ledger_outbox RETURNING uuid_send(record_id), entity, eseq, prev, leaf, leaf_hash"


def integrate_once() -> Integrated:
    """Move all that waits into the log, in one transaction.

    Holds the row of the log's state meanwhile; a second integrator waits for it. Raises IntegrationError where a row
    does not hash to what it says: then nothing moves until a person has looked, for an entry can never be taken back.
    """
    with transaction.atomic(), _binary_cursor() as cursor:
        frontier = _locked_frontier(cursor)
        first = frontier.size
        cursor.execute(_TAKE)
        rows = [Waiting(*row) for row in cursor.fetchall()]
        if rows:
            _check(rows)
            _write(cursor, in_order(rows), frontier)
        # A crash before the commit leaves all rows in the outbox; after it they are in the log.
    return Integrated(first, frontier.size)


def _binary_cursor() -> CursorWrapper:
    # Django's own cursor gets every hash and every leaf as hex text.
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    return connection.make_cursor(cursor)  # type: ignore[arg-type]  # the stubs mean psycopg's


def _locked_frontier(cursor: CursorWrapper) -> Frontier:
    find = "SELECT size, frontier FROM ledger_state WHERE origin = %s FOR UPDATE"
    cursor.execute(find, [settings.LOG_ORIGIN])
    found = cursor.fetchone()
    if found is None:
        # The first run of a new log takes the same way as every other, beside a twin that starts now, too.
        cursor.execute(
            "INSERT INTO ledger_state (origin, size, frontier) VALUES (%s, 0, %s) ON CONFLICT DO NOTHING",
            [settings.LOG_ORIGIN, Frontier().to_bytes()],
        )
        cursor.execute(find, [settings.LOG_ORIGIN])
        found = cursor.fetchone()
    size, data = found
    frontier = Frontier.from_bytes(bytes(data))
    if frontier.size != size:
        raise IntegrationError(f"state: says size {size}, and its frontier {frontier.size}")
    return frontier


def _check(rows: Sequence[Waiting]) -> None:
    for row in rows:
        if sha256(b"\x00" + row.leaf).digest() != row.leaf_hash:
            record = UUID(bytes=row.record_id)
            raise IntegrationError(f"outbox: record {record} does not hash to what its row says")


_ENTRIES = "COPY ledger_entry (index, record_id, entity, eseq, prev, leaf, leaf_hash) FROM STDIN (FORMAT BINARY)"
_NODES = "COPY ledger_node (level, index, hash) FROM STDIN (FORMAT BINARY)"


def _write(cursor: CursorWrapper, rows: Sequence[Waiting], frontier: Frontier) -> None:
    copy_rows(cursor, _ENTRIES, _entries(rows, frontier.size))
    grown = frontier.grow(row.leaf_hash for row in rows)
    copy_rows(cursor, _NODES, _nodes(grown))
    cursor.execute(
        "UPDATE ledger_state SET size = %s, frontier = %s WHERE origin = %s",
        [frontier.size, frontier.to_bytes(), settings.LOG_ORIGIN],
    )


def _entries(rows: Sequence[Waiting], first: int) -> Iterator[tuple[Value, ...]]:
    for index, (record_id, entity, eseq, prev, leaf, digest) in enumerate(rows, first):
        yield _bigint(index), record_id, entity.encode(), _bigint(eseq), prev, leaf, digest


def _nodes(grown: Sequence[tuple[int, list[bytes]]]) -> Iterator[tuple[Value, ...]]:
    # The leaves stand in the entries, and an odd level is one hash away from the even one below it.
    for level in range(2, len(grown), 2):
        first, hashes = grown[level]
        for index, digest in enumerate(hashes, first):
            yield _smallint(level), _bigint(index), digest
