"""Events that wait for the log: the same rules as for entries, before they have an index."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from traceability.ledger import LeafError, leaf_hash
from traceability.ledger.canonical import read_quickly
from traceability.ledger.leaf import parse_leaf
from traceability.services.checks import openings, receipts
from traceability.services.checks.attachments import check_attachments
from traceability.services.checks.fault import Fault
from traceability.services.checks.signatures import SignatureCheck

_TABLE = "ledger_outbox"

# Each row beside the stored hash of the event before it, wherever that stands, and whether the log has the record.
_ROWS = """
SELECT waiting.record_id::text, waiting.entity, waiting.eseq, waiting.prev, waiting.leaf, waiting.leaf_hash,
    coalesce(entry.leaf_hash, before.leaf_hash),
    EXISTS (SELECT FROM ledger_entry WHERE record_id = waiting.record_id)
FROM ledger_outbox AS waiting
-- Not a plain subtraction: the least of all numbers, if somebody wrote it there, has none before it.
CROSS JOIN LATERAL (SELECT CASE WHEN waiting.eseq > 0 THEN waiting.eseq - 1 END AS before_it) AS place
LEFT JOIN ledger_entry AS entry ON entry.entity = waiting.entity AND entry.eseq = before_it
LEFT JOIN ledger_outbox AS before ON before.entity = waiting.entity AND before.eseq = before_it
ORDER BY waiting.entity, waiting.eseq
"""


def check_outbox() -> Iterator[Fault]:
    """Check everything that waits. Belongs inside a snapshot, for the integrator takes rows away."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        rows = cursor.fetchall()
    signatures = SignatureCheck()
    readable: list[Any] = []
    for record, entity, eseq, prev, leaf, digest, before, doubled in rows:
        place = (record, entity, eseq, prev and bytes(prev).hex())
        if doubled:
            yield Fault(_TABLE, record, "doubled", "the record is in the log already")
        if prev != before or (eseq == 0) != (prev is None):
            yield Fault(_TABLE, record, "prev", f"event {eseq} of {entity} does not follow the event before it")
        if leaf_hash(bytes(leaf)) != bytes(digest):
            yield Fault(_TABLE, record, "hash", "the leaf does not hash to what the row says")
        yield from _check_leaf(record, bytes(leaf), place, readable)
        if b'"sig":{' in bytes(leaf):
            yield from signatures.faults(_TABLE, record, bytes(leaf))
    for members in readable:
        yield from check_attachments(members["id"], members.get("attachments", ()))
    yield from openings.check_openings(readable)
    yield from receipts.check_waiting()


def _check_leaf(
    record: str, data: bytes, place: tuple[str, str, int, str | None], readable: list[Any]
) -> Iterator[Fault]:
    try:
        leaf = parse_leaf(data)
    except LeafError as error:
        yield Fault(_TABLE, record, "leaf", str(error))
        return
    if (leaf.id, leaf.entity, leaf.eseq, leaf.prev) != place or leaf.log != settings.LOG_ORIGIN:
        yield Fault(_TABLE, record, "columns", "id, entity, number or hash before it are not those of the leaf")
    readable.append(read_quickly(data))
