"""The order in which waiting events enter the log: what an event names stands before it."""

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import orjson

from traceability.errors import TraceabilityError


class IntegrationError(TraceabilityError):
    """What waits for the log, or the log's state, contradicts itself; nothing was integrated."""


class Waiting(NamedTuple):
    """A row of the outbox; the record's id as its 16 bytes."""

    record_id: bytes
    entity: str
    eseq: int
    prev: bytes | None
    leaf: bytes
    leaf_hash: bytes


def in_order(rows: Sequence[Waiting]) -> list[Waiting]:
    """Put each record behind the records that it names, so that a reader of the log meets causes before effects.

    Raises IntegrationError where records name each other.
    """
    waiting = {row.leaf_hash: row for row in rows}
    named = {digest: [one for one in _named(row) if one in waiting] for digest, row in waiting.items()}
    for later, earlier in _around_keys(rows):
        named[later.leaf_hash].append(earlier.leaf_hash)
    if _is_in_order(named):
        return list(waiting.values())
    try:
        return [waiting[digest] for digest in TopologicalSorter(named).static_order()]
    except CycleError as error:
        raise IntegrationError("outbox: records name each other in a circle") from error


def _is_in_order(named: dict[bytes, list[bytes]]) -> bool:
    # As they were written they mostly are.
    placed: set[bytes] = set()
    for digest, before in named.items():
        if not placed.issuperset(before):
            return False
        placed.add(digest)
    return True


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
