"""Receipts against the events that they were given for, both ways."""

from collections.abc import Iterator

from django.db import connection

from traceability.services.checks.fault import Fault

_TABLE = "traceability_receipt"

_WRONG = """
SELECT event.record_id::text, receipt.record_id IS NULL
FROM {events} AS event LEFT JOIN traceability_receipt AS receipt USING (record_id)
WHERE {where} AND (receipt.entity, receipt.eseq, receipt.leaf_hash)
    IS DISTINCT FROM (event.entity, event.eseq, event.leaf_hash)
"""


def check_stretch(first: int, end: int) -> Iterator[Fault]:
    """Check that each entry of a stretch has its receipt."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRONG.format(events="ledger_entry", where="event.index >= %s AND event.index < %s"), [first, end]
        )
        yield from _wrong(cursor.fetchall())


def check_entries() -> Iterator[Fault]:
    """Check that each entry has its receipt, all at once: far less work than stretch by stretch."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG.format(events="ledger_entry", where="true"))
        yield from _wrong(cursor.fetchall())


def check_waiting() -> Iterator[Fault]:
    """Check that each event that waits for the log has its receipt."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG.format(events="ledger_outbox", where="true"))
        yield from _wrong(cursor.fetchall())


def check_unowned() -> Iterator[Fault]:
    """Find receipts for events that are neither in the log nor on their way there: something was taken and is lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id::text, entity, eseq FROM traceability_receipt AS receipt"
            " WHERE NOT EXISTS (SELECT FROM ledger_entry WHERE record_id = receipt.record_id)"
            " AND NOT EXISTS (SELECT FROM ledger_outbox WHERE record_id = receipt.record_id)"
        )
        for record, entity, eseq in cursor.fetchall():
            yield Fault(_TABLE, record, "lost", f"a receipt was given for event {eseq} of {entity}, which is nowhere")


def _wrong(rows: list[tuple[str, bool]]) -> Iterator[Fault]:
    for record, missing in rows:
        if missing:
            yield Fault(_TABLE, record, "missing", "the event is there, and no receipt for it")
        else:
            yield Fault(_TABLE, record, "receipt", "entity, number or hash are not those of the event")
