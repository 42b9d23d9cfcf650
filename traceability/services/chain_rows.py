"""The statements of the chain's writer. Nothing but `services.chain` calls what writes here."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from traceability.hot_cursor import hot_cursor
from traceability.services.records import ChainConflictError, OutboxFullError, Receipt

# Record, entity, eseq, prev, leaf, leaf hash.
Row = tuple[UUID, str, int, bytes | None, bytes, bytes]


class _Backlog:
    """When this process may ask again how much waits: to count is dear where thousands of rows come and go."""

    seconds = 0.25
    ask_again = 0.0


def check_backlog() -> None:
    """Refuse new events while the integrator is far behind. Raises OutboxFullError."""
    if time.monotonic() < _Backlog.ask_again:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM ledger_outbox LIMIT %s) AS waiting", [settings.OUTBOX_LIMIT + 1]
        )
        (waiting,) = cursor.fetchone()
    if waiting > settings.OUTBOX_LIMIT:
        raise OutboxFullError(f"outbox: more than {settings.OUTBOX_LIMIT} events wait for the log")
    _Backlog.ask_again = time.monotonic() + _Backlog.seconds


@dataclass(frozen=True, slots=True)
class Found:
    """The heads of the entities that are known, and the records that were taken before."""

    heads: Mapping[str, tuple[int, bytes]]
    receipts: Mapping[UUID, Receipt]


# One statement, since each one more is a round trip during which others wait for the heads. Always in the order of the
# names: two writers that lock the same heads the other way round would wait for each other for ever. Receipts are read
# as they were before the wait; a twin that slipped in then fails on its key, and the transaction is tried again.
_LOCK = """
WITH heads AS MATERIALIZED (
    SELECT entity, eseq, head FROM ledger_head WHERE entity = ANY(%s) ORDER BY entity FOR UPDATE
)
SELECT entity, eseq, head, NULL::uuid FROM heads
UNION ALL
SELECT entity, eseq, leaf_hash, record_id FROM traceability_receipt WHERE record_id = ANY(%s)
"""


def lock(entities: Sequence[str], record_ids: Sequence[UUID]) -> Found:
    """Lock the heads of entities until the transaction ends, and find what was taken before of these records."""
    heads: dict[str, tuple[int, bytes]] = {}
    receipts: dict[UUID, Receipt] = {}
    with hot_cursor() as cursor:
        cursor.execute(_LOCK, [list(entities), list(record_ids)])
        for entity, number, digest, record_id in cursor.fetchall():
            if record_id is None:
                heads[entity] = (number, bytes(digest))
            else:
                receipts[record_id] = Receipt(record_id, entity, number, bytes(digest), repeated=True)
    return Found(heads, receipts)


# A new entity's head is inserted and a known one's moved, each only from where it was read: a broken key or a row that
# did not move is a fork that did not happen. A crash before the commit leaves nothing; after it the integrator finds
# the entry in the outbox.
_WRITE = """
WITH entry AS (
    INSERT INTO ledger_outbox (record_id, entity, eseq, prev, leaf, leaf_hash) {rows}
    RETURNING record_id, entity, eseq, leaf_hash
), receipt AS (
    INSERT INTO traceability_receipt (record_id, entity, eseq, leaf_hash, recorded_at)
    SELECT record_id, entity, eseq, leaf_hash, %s FROM entry
), last AS (
    SELECT entity, min(eseq) - 1 AS was, max(eseq) AS eseq, (array_agg(leaf_hash ORDER BY eseq DESC))[1] AS head
    FROM entry GROUP BY entity
), born AS (
    INSERT INTO ledger_head (entity, eseq, head) SELECT entity, eseq, head FROM last WHERE was < 0
), moved AS (
    UPDATE ledger_head SET eseq = last.eseq, head = last.head
    FROM last WHERE ledger_head.entity = last.entity AND ledger_head.eseq = last.was
    RETURNING 1
)
SELECT (SELECT count(*) FROM moved) = (SELECT count(*) FROM last WHERE was >= 0)
"""
# Arrays carry any number of rows in a statement that stays the same; for the one row of a form they cost too much.
_WRITE_MANY = _WRITE.format(
    rows="SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])"
)
_WRITE_ONE = _WRITE.format(rows="VALUES (%s, %s, %s, %s, %s, %s)")


def write(rows: Sequence[Row], *, at: datetime) -> None:
    """Put events into the outbox, their receipts beside them, and move the heads. Raises ChainConflictError."""
    with hot_cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_WRITE_ONE, [*rows[0], at])
        else:
            cursor.execute(_WRITE_MANY, [*_columns(rows), at])
        if cursor.fetchone() != (True,):
            raise ChainConflictError("chain: a head moved while it was held")


def write_openings(openings: Sequence[tuple[UUID, str, bytes]]) -> None:
    """Keep what stands behind commitments: record, member, sealed salt and value."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_opening (record_id, path, token)"
            " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bytea[])",
            _columns(openings),
        )


def _columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def receipts_of(record_ids: Sequence[UUID]) -> dict[UUID, Receipt]:
    """Find the receipts of records that were taken before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, entity, eseq, leaf_hash FROM traceability_receipt WHERE record_id = ANY(%s)",
            [list(record_ids)],
        )
        return {row[0]: Receipt(*row, True) for row in cursor.fetchall()}


def stored_leaf(record_id: UUID) -> bytes:
    """Read the leaf of a record that was taken before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf FROM ledger_outbox WHERE record_id = %s"
            " UNION ALL SELECT leaf FROM ledger_entry WHERE record_id = %s",
            [record_id, record_id],
        )
        (data,) = cursor.fetchone()
    return bytes(data)
