"""Heads of entities against their last events."""

from collections.abc import Iterator

from django.db import connection

from traceability.services.checks.fault import Fault

_TABLE = "ledger_head"

# One statement, so one moment: writers may go on meanwhile.
_WRONG = """
WITH last AS (
    SELECT DISTINCT ON (entity) entity, eseq, leaf_hash FROM (
        SELECT entity, eseq, leaf_hash FROM ledger_entry
        UNION ALL
        SELECT entity, eseq, leaf_hash FROM ledger_outbox
    ) AS event
    ORDER BY entity, eseq DESC
)
SELECT coalesce(head.entity, last.entity), head.eseq, last.eseq
FROM ledger_head AS head FULL JOIN last USING (entity)
WHERE (head.eseq, head.head) IS DISTINCT FROM (last.eseq, last.leaf_hash)
"""
# The same of some entities, from the ends of their chains: what stands before those was checked when it was new.
_WRONG_OF_TOUCHED = """
SELECT entity, head.eseq, last.eseq
FROM (SELECT DISTINCT entity FROM ledger_entry WHERE index >= %s AND index < %s) AS touched
LEFT JOIN ledger_head AS head USING (entity)
CROSS JOIN LATERAL (
    (SELECT eseq, leaf_hash FROM ledger_entry WHERE entity = touched.entity ORDER BY eseq DESC LIMIT 1)
    UNION ALL
    (SELECT eseq, leaf_hash FROM ledger_outbox WHERE entity = touched.entity ORDER BY eseq DESC LIMIT 1)
    ORDER BY eseq DESC LIMIT 1
) AS last
WHERE (head.eseq, head.head) IS DISTINCT FROM (last.eseq, last.leaf_hash)
"""


def check_all() -> Iterator[Fault]:
    """Compare every head with the last event of its entity."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        yield from _wrong(cursor.fetchall())


def check_touched(first: int, end: int) -> Iterator[Fault]:
    """Compare the heads of the entities that a stretch of the log speaks of."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG_OF_TOUCHED, [first, end])
        yield from _wrong(cursor.fetchall())


def _wrong(rows: list[tuple[str, int | None, int | None]]) -> Iterator[Fault]:
    for entity, head, last in rows:
        if head is None:
            yield Fault(_TABLE, entity, "missing", f"the entity has events up to {last}, and no head")
        elif last is None:
            yield Fault(_TABLE, entity, "extra", f"a head at {head} of an entity without events")
        else:
            yield Fault(_TABLE, entity, "head", f"the head at {head} is not the last event, {last}")
