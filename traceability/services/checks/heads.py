"""Heads of entities against their last events."""

from collections.abc import Iterator

from django.db import connection

from traceability.services.checks.fault import Fault

_TABLE = "ledger_head"

# One statement, so one moment: writers may go on meanwhile.
_WRONG = """
WITH last AS (
    SELECT DISTINCT ON (entity) entity, eseq, leaf_hash FROM (
        SELECT entity, eseq, leaf_hash FROM ledger_entry {where}
        UNION ALL
        SELECT entity, eseq, leaf_hash FROM ledger_outbox {where}
    ) AS event
    ORDER BY entity, eseq DESC
)
SELECT coalesce(head.entity, last.entity), head.eseq, last.eseq
FROM (SELECT * FROM ledger_head {where}) AS head FULL JOIN last USING (entity)
WHERE (head.eseq, head.head) IS DISTINCT FROM (last.eseq, last.leaf_hash)
"""


def check_all() -> Iterator[Fault]:
    """Compare every head with the last event of its entity."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG.format(where=""))
        yield from _wrong(cursor.fetchall())


def check_touched(first: int, end: int) -> Iterator[Fault]:
    """Compare the heads of the entities that a stretch of the log speaks of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT entity FROM ledger_entry WHERE index >= %s AND index < %s", [first, end])
        entities = [entity for (entity,) in cursor.fetchall()]
        cursor.execute(_WRONG.format(where="WHERE entity = ANY(%(entities)s)"), {"entities": entities})
        yield from _wrong(cursor.fetchall())


def _wrong(rows: list[tuple[str, int | None, int | None]]) -> Iterator[Fault]:
    for entity, head, last in rows:
        if head is None:
            yield Fault(_TABLE, entity, "missing", f"the entity has events up to {last}, and no head")
        elif last is None:
            yield Fault(_TABLE, entity, "extra", f"a head at {head} of an entity without events")
        else:
            yield Fault(_TABLE, entity, "head", f"the head at {head} is not the last event, {last}")
