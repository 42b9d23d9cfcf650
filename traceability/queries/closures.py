"""All that an entity's history rests on: its own events, and those of every entity that they name as input."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import connection

from traceability.errors import RefusedError
from traceability.ledger.leaf import Leaf, parse_leaf, read_stored
from traceability.queries.history import Event

# Beyond this one page or bundle is of no use to anybody, and building it keeps others waiting.
MAX_RECORDS = 20_000
# By entity and not by event: a bundle holds whole chains, and whatever stands on one of them may name further inputs.
# A signature rests on the history of its key. UNION drops what was met before, so that circles end.
# Each entity's records are looked up by themselves (LATERAL, and OFFSET 0 for the receipts), or PostgreSQL, which takes
# the walk for millions of rows, would read the whole log: 3 s for one page at 100,000 entries.
_RECORDS = """
    SELECT index, record_id, entity, eseq, leaf, leaf_hash FROM ledger_entry
    WHERE entity = reached.entity AND index < coalesce(%(size)s, 9223372036854775807)
    UNION ALL
    SELECT NULL, record_id, entity, eseq, leaf, leaf_hash FROM ledger_outbox
    WHERE entity = reached.entity AND %(size)s::bigint IS NULL
"""
_CLOSURE = f"""
WITH RECURSIVE reached (entity) AS (
    SELECT unnest(%(entities)s::varchar[]) COLLATE "C"
    UNION
    SELECT named.entity::varchar COLLATE "C"
    FROM reached
    CROSS JOIN LATERAL ({_RECORDS} OFFSET 0) AS record
    CROSS JOIN LATERAL (SELECT convert_from(record.leaf, 'UTF8')::json) AS parsed (leaf)
    CROSS JOIN LATERAL (
        SELECT input ->> 'entity' FROM json_array_elements(parsed.leaf -> 'inputs') AS input
        UNION ALL
        SELECT 'key:' || (parsed.leaf -> 'sig' ->> 'key')
    ) AS named (entity)
    WHERE named.entity IS NOT NULL
)
SELECT record.index, record.leaf, record.leaf_hash, receipt.recorded_at
FROM reached
CROSS JOIN LATERAL ({_RECORDS} OFFSET 0) AS record
CROSS JOIN LATERAL (
    SELECT recorded_at FROM traceability_receipt WHERE record_id = record.record_id OFFSET 0
) AS receipt
ORDER BY record.entity, record.eseq
LIMIT %(limit)s
"""  # noqa: S608 - put together of constants


def closure(entity: str) -> list[Event]:
    """Read the closure of an entity as it stands, in the order of entity and number; waiting events have no index.

    Private members stay closed: nothing here decrypts. Raises RefusedError where it has more than MAX_RECORDS.
    """
    return list(_read([entity], size=None))


def published_closure(entity: str, *, size: int) -> list[Event]:
    """Read what the tree of this size holds of the closure of an entity, in the order of entity and number.

    Raises RefusedError where that is more than MAX_RECORDS.
    """
    return list(_read([entity], size=size))


def published_closure_of(entities: Sequence[str], *, size: int) -> list[Event]:
    """Read what `published_closure` does, of several entities at once: what they share comes once.

    By one plain statement for each step away from them, which costs the database a third of the walk where the steps
    are few. Leaves are read as the log took them, and not checked again: whoever hands out what rests on them hands
    out their bytes and proofs as well, by which a reader finds what was changed. Raises what `read_stored` does
    besides.
    """
    histories: dict[str, list[Event]] = {}
    reached, next_ones, count = set(entities), sorted(set(entities)), 0
    while next_ones:
        events = list(_published(next_ones, size=size, at_most=MAX_RECORDS + 1 - count))
        count += len(events)
        if count > MAX_RECORDS:
            raise RefusedError("", "too_many_records", name=entities[0], limit=MAX_RECORDS)
        for event in events:
            histories.setdefault(event.leaf.entity, []).append(event)
        next_ones = sorted({name for event in events for name in _named(event.leaf)} - reached)
        reached.update(next_ones)
    return [event for entity in sorted(histories) for event in histories[entity]]


_PUBLISHED = """
SELECT entry.index, entry.leaf, entry.leaf_hash, receipt.recorded_at
FROM ledger_entry AS entry JOIN traceability_receipt AS receipt USING (record_id)
WHERE entry.entity = ANY(%s) AND entry.index < %s ORDER BY entry.entity, entry.eseq LIMIT %s
"""


def _published(entities: Sequence[str], *, size: int, at_most: int) -> Iterable[Event]:
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED, [list(entities), size, at_most])
        rows = cursor.fetchall()
    for row in rows:
        yield _event(row, read_stored)


def _named(leaf: Leaf) -> list[str]:
    """Name the histories that an event rests on: its inputs', and its key's."""
    named = [one.entity for one in leaf.inputs]
    return [*named, f"key:{leaf.sig.key}"] if leaf.sig else named


def _read(entities: Sequence[str], *, size: int | None) -> Iterable[Event]:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSURE, {"entities": list(entities), "size": size, "limit": MAX_RECORDS + 1})
        rows = cursor.fetchall()
    if len(rows) > MAX_RECORDS:
        raise RefusedError("", "too_many_records", name=entities[0], limit=MAX_RECORDS)
    for row in rows:
        yield _event(row, parse_leaf)


def _event(row: tuple[int | None, bytes, bytes, datetime], read: Callable[[bytes], Leaf]) -> Event:
    index, data, digest, recorded_at = row
    stored = bytes(data)
    return Event(
        leaf=read(stored),
        data=stored,
        leaf_hash=bytes(digest),
        index=index,
        recorded_at=recorded_at,
        private={},
    )
