"""Gives waiting events their place in the log. One integrator is active at a time; others may stand by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from traceability.errors import TraceabilityError
from traceability.ledger import Frontier, leaf_hash


class IntegrationError(TraceabilityError):
    """What waits for the log, or the log's state, contradicts itself; nothing was integrated."""


@dataclass(frozen=True, slots=True)
class Integrated:
    """The entries from `first` up to, not including, `size` are new."""

    first: int
    size: int


class Waiting(NamedTuple):
    """A row of the outbox."""

    record_id: UUID
    entity: str
    eseq: int
    prev: bytes | None
    leaf: bytes
    leaf_hash: bytes


def integrate_once() -> Integrated:
    """Move all that waits into the log, in one transaction.

    Holds the row of the log's state meanwhile; a second integrator waits for it. Raises IntegrationError where a row
    does not hash to what it says: then nothing moves until a person has looked, for an entry can never be taken back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        frontier = _locked_frontier(cursor)
        first = frontier.size
        # All of them, and never "those after the last one": their numbers would commit out of order.
        cursor.execute("DELETE FROM ledger_outbox RETURNING record_id, entity, eseq, prev, leaf, leaf_hash")
        rows = [Waiting(*row) for row in cursor.fetchall()]
        if rows:
            _write(cursor, in_order(_checked(rows)), frontier)
        # A crash before the commit leaves all rows in the outbox; after it they are in the log.
    return Integrated(first, frontier.size)


def in_order(rows: Sequence[Waiting]) -> list[Waiting]:
    """Put each record behind the records that it names, so that a reader of the log meets causes before effects."""
    waiting = {row.leaf_hash: row for row in rows}
    named = {digest: waiting.keys() & set(_named(row)) for digest, row in waiting.items()}
    for later, earlier in _around_keys(rows):
        named[later.leaf_hash].add(earlier.leaf_hash)
    try:
        return [waiting[digest] for digest in TopologicalSorter(named).static_order()]
    except CycleError as error:
        raise IntegrationError("outbox: records name each other in a circle") from error


def _named(row: Waiting) -> Iterable[bytes]:
    if row.prev is not None:
        yield row.prev
    # The member's own spelling: most leaves have no inputs, and need no reading.
    if b'"inputs":[' in row.leaf:
        for one in orjson.loads(row.leaf).get("inputs", ()):
            yield bytes.fromhex(one["head"])


def _around_keys(rows: Sequence[Waiting]) -> Iterator[tuple[Waiting, Waiting]]:
    """Pair a later row with an earlier one: a key counts by index, added before and revoked after what it signed."""
    events: dict[str, list[Waiting]] = {}
    for row in rows:
        if row.entity.startswith("key:"):
            events.setdefault(row.entity, []).append(row)
    for row in rows if events else ():
        for event in events.get(_signing_key(row), ()):
            # Within the key's own chain `prev` has ordered them.
            if row.entity != event.entity:
                yield (row, event) if event.eseq == 0 else (event, row)


def _signing_key(row: Waiting) -> str:
    signed = b'"sig":{' in row.leaf and orjson.loads(row.leaf).get("sig")
    return f"key:{signed['key']}" if signed else ""


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


def _checked(rows: list[Waiting]) -> list[Waiting]:
    for row in rows:
        if leaf_hash(row.leaf) != row.leaf_hash:
            raise IntegrationError(f"outbox: record {row.record_id} does not hash to what its row says")
    return rows


_ENTRIES = "COPY ledger_entry (index, record_id, entity, eseq, prev, leaf, leaf_hash) FROM STDIN (FORMAT BINARY)"
_NODES = "COPY ledger_node (level, index, hash) FROM STDIN (FORMAT BINARY)"


def _write(cursor: CursorWrapper, rows: Sequence[Waiting], frontier: Frontier) -> None:
    with cursor.copy(_ENTRIES) as copy:
        copy.set_types(["int8", "uuid", "varchar", "int8", "bytea", "bytea", "bytea"])
        for index, row in enumerate(rows, frontier.size):
            copy.write_row((index, *row))
    grown = frontier.grow(row.leaf_hash for row in rows)
    with cursor.copy(_NODES) as copy:
        copy.set_types(["int2", "int8", "bytea"])
        # The leaves stand in the entries, and an odd level is one hash away from the even one below it.
        for level in range(2, len(grown), 2):
            first, hashes = grown[level]
            for index, digest in enumerate(hashes, first):
                copy.write_row((level, index, digest))
    cursor.execute(
        "UPDATE ledger_state SET size = %s, frontier = %s WHERE origin = %s",
        [frontier.size, frontier.to_bytes(), settings.LOG_ORIGIN],
    )
