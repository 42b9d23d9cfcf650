"""Histories of many entities, read as quickly as a check needs them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter

from django.db import connection

from traceability import vault
from traceability.ledger.leaf import VERSION, Leaf, read_stored
from traceability.projections import registry
from traceability.services.checks.reading import binary_rows

# Entity, eseq, hash of the event before, own hash, leaf.
_Stored = tuple[str, int, bytes | None, bytes, bytes]
_EVENTS = """
SELECT entity, eseq, prev, leaf_hash, leaf FROM ledger_entry WHERE entity = ANY(%s)
UNION ALL
SELECT entity, eseq, prev, leaf_hash, leaf FROM ledger_outbox WHERE entity = ANY(%s)
ORDER BY entity, eseq
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a history, as projections read it."""

    leaf: Leaf
    leaf_hash: bytes
    private: dict[str, object] = field(default_factory=dict)


@cache
def silent_ends() -> tuple[bytes, ...]:
    """Give how leaves end from which no row follows.

    In their order type and version are a leaf's last two members, so that nothing in a body can look like them.
    """
    return tuple(f'"type":"{name}","v":{VERSION}}}'.encode() for name in sorted(registry.silent()))


def read(entities: Sequence[str]) -> dict[str, list[Told]]:
    """Read the events from which rows follow, of histories that can be read.

    What damaged the others is found where their entries are checked.
    """
    names = list(entities)
    rows = binary_rows(_EVENTS, [names, names])
    histories = {entity: _linked(list(group)) for entity, group in groupby(rows, key=itemgetter(0))}
    readable = {entity: told for entity, told in histories.items() if told is not None}
    damaged = set(_open([one for told in readable.values() for one in told]))
    return {entity: told for entity, told in readable.items() if entity not in damaged} | {
        entity: [] for entity in entities if entity not in histories
    }


def _linked(rows: Sequence[_Stored]) -> list[Told] | None:
    told: list[Told] = []
    before = None
    for number, (entity, eseq, prev, digest, data) in enumerate(rows):
        if (eseq, prev) != (number, before):
            return None
        before = digest
        if data.endswith(silent_ends()):
            continue
        try:
            leaf = read_stored(data)
        except (AttributeError, LookupError, TypeError, ValueError):
            return None
        if (leaf.entity, leaf.eseq) != (entity, number):
            return None
        told.append(Told(leaf, digest))
    return told


def _open(events: Sequence[Told]) -> Iterator[str]:
    """Fill in the private members, and name the entities of which one cannot be decrypted."""
    by_record: Mapping[str, Told] = {one.leaf.id: one for one in events if one.leaf.commit}
    if not by_record:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id::text, path, token FROM ledger_opening WHERE record_id = ANY(%s::uuid[])",
            [list(by_record)],
        )
        rows = cursor.fetchall()
    for record, path, token in rows:
        event = by_record[record]
        try:
            event.private[path] = vault.unseal(bytes(token))[1]
        except vault.VaultError:
            yield event.leaf.entity
