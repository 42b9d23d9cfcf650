"""The statements of the chain's writer. Nothing but `services.chain` calls what writes here."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import DataError, connection
from psycopg.errors import DivisionByZero

from traceability.hot_statements import RowsStatement, run
from traceability.services.records import ChainConflictError, OutboxFullError, Receipt

# Record, entity, eseq, prev, leaf, leaf hash.
Row = tuple[UUID, str, int, bytes | None, bytes, bytes]
# Record, path, sealed salt and value.
OpeningRow = tuple[UUID, str, bytes]


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


# Always in the order of the names: two writers that lock the same heads the other way round would wait for each other
# for ever.
_HEADS = RowsStatement(
    "suyuan_heads",
    "SELECT entity, eseq, head FROM ledger_head WHERE entity = {any} ORDER BY entity FOR UPDATE",
    "text",
)
# Not a part of the statement before: this one sees what was committed while that one waited for a head, so that of two
# senders of one record the second finds what the first one left.
_TAKEN = RowsStatement(
    "suyuan_taken",
    "SELECT record_id, entity, eseq, leaf_hash FROM traceability_receipt WHERE record_id = {any}",
    "uuid",
)


def lock(entities: Sequence[str], record_ids: Sequence[UUID], *, begin: bool = False) -> Found:
    """Lock the heads of entities until the transaction ends, and find what was taken before of these records."""
    heads, taken = run(
        _HEADS.on([(entity,) for entity in entities]), _TAKEN.on([(one,) for one in record_ids]), begin=begin
    )
    return Found({entity: (eseq, head) for entity, eseq, head in heads}, {row[0]: Receipt(*row) for row in taken})


_WAITING = RowsStatement(
    "suyuan_waiting",
    "INSERT INTO ledger_outbox (record_id, entity, eseq, prev, leaf, leaf_hash) {rows}",
    *("uuid", "text", "bigint", "bytea", "bytea", "bytea"),
)
_RECEIPTS = RowsStatement(
    "suyuan_receipts",
    "INSERT INTO traceability_receipt (record_id, entity, eseq, leaf_hash, recorded_at) {rows}",
    *("uuid", "text", "bigint", "bytea", "timestamptz"),
)
# A new entity's head is inserted and a known one's moved, each only from where it was read: a broken key or a row that
# did not move is a fork that did not happen. The division fails where one did not, and takes the commit along that may
# have been sent behind it.
_BORN = RowsStatement(
    "suyuan_born", "INSERT INTO ledger_head (entity, eseq, head) {rows}", *("text", "bigint", "bytea")
)
_MOVED = RowsStatement(
    "suyuan_moved",
    "WITH new (entity, eseq, head, was) AS ({rows}), moved AS ("
    " UPDATE ledger_head SET eseq = new.eseq, head = new.head FROM new"
    " WHERE ledger_head.entity = new.entity AND ledger_head.eseq = new.was RETURNING 1)"
    " SELECT 1 / ((SELECT count(*) FROM moved) = (SELECT count(*) FROM new))::int",
    *("text", "bigint", "bytea", "bigint"),
)
_OPENINGS = RowsStatement(
    "suyuan_openings", "INSERT INTO ledger_opening (record_id, path, token) {rows}", *("uuid", "text", "bytea")
)


def write(rows: Sequence[Row], openings: Sequence[OpeningRow], *, at: datetime, commit: bool = False) -> None:
    """Put events into the outbox, their receipts and openings beside them, and move the heads.

    Raises ChainConflictError. A crash before the commit leaves nothing; after it the integrator finds the events.
    """
    calls = [
        _WAITING.on(rows),
        _RECEIPTS.on([(record_id, entity, eseq, digest, at) for record_id, entity, eseq, _, _, digest in rows]),
    ]
    was = {entity: eseq - 1 for _, entity, eseq, *_ in reversed(rows)}
    heads = {entity: (entity, eseq, digest, was[entity]) for _, entity, eseq, _, _, digest in rows}
    if moved := [head for head in heads.values() if head[3] >= 0]:
        calls.append(_MOVED.on(moved))
    if born := [head[:3] for head in heads.values() if head[3] < 0]:
        calls.append(_BORN.on(born))
    if openings:
        calls.append(_OPENINGS.on(openings))
    try:
        run(*calls, commit=commit)
    except DataError as error:
        if not isinstance(error.__cause__, DivisionByZero):
            raise
        raise ChainConflictError("chain: a head moved while it was held") from error
