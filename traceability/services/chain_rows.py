"""The statements of the chain's writer. Nothing but `services.chain` calls what writes here."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from traceability.binary_values import bigints, byteas, texts, timestamp, uuids
from traceability.hot_statements import Call, HotStatement, run
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
_HEADS = HotStatement(
    "suyuan_heads",
    "SELECT entity, eseq, head FROM ledger_head WHERE entity = ANY($1::text[]) ORDER BY entity FOR UPDATE",
)
# Not a part of the statement before: this one sees what was committed while that one waited for a head, so that of two
# senders of one record the second finds what the first one left.
_TAKEN = HotStatement(
    "suyuan_taken",
    "SELECT record_id, entity, eseq, leaf_hash FROM traceability_receipt WHERE record_id = ANY($1::uuid[])",
)


def lock(entities: Sequence[str], record_ids: Sequence[UUID]) -> Found:
    """Lock the heads of entities until the transaction ends, and find what was taken before of these records."""
    heads, taken = run((_HEADS, [texts(entities)]), (_TAKEN, [uuids(record_ids)]))
    return Found(
        {entity: (eseq, head) for entity, eseq, head in heads.rows},
        {row[0]: replace(Receipt(*row), repeated=True) for row in taken.rows},
    )


# Arrays carry any number of rows in a statement that stays the same.
_WAITING = HotStatement(
    "suyuan_waiting",
    "INSERT INTO ledger_outbox (record_id, entity, eseq, prev, leaf, leaf_hash)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[])",
)
_RECEIPTS = HotStatement(
    "suyuan_receipts",
    "INSERT INTO traceability_receipt (record_id, entity, eseq, leaf_hash, recorded_at)"
    " SELECT *, $5::timestamptz FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bytea[])",
)
# A new entity's head is inserted and a known one's moved, each only from where it was read: a broken key or a row that
# did not move is a fork that did not happen.
_BORN = HotStatement(
    "suyuan_born",
    "INSERT INTO ledger_head (entity, eseq, head) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])",
)
_MOVED = HotStatement(
    "suyuan_moved",
    "UPDATE ledger_head SET eseq = new.eseq, head = new.head"
    " FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bigint[]) AS new (entity, eseq, head, was)"
    " WHERE ledger_head.entity = new.entity AND ledger_head.eseq = new.was",
)
_OPENINGS = HotStatement(
    "suyuan_openings",
    "INSERT INTO ledger_opening (record_id, path, token) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])",
)


def write(rows: Sequence[Row], openings: Sequence[OpeningRow], *, at: datetime) -> None:
    """Put events into the outbox, their receipts and openings beside them, and move the heads.

    Raises ChainConflictError. A crash before the commit leaves nothing; after it the integrator finds the events.
    """
    records, entities, numbers, before, leaves, hashes = zip(*rows, strict=True)
    ids, names, eseqs, digests = uuids(records), texts(entities), bigints(numbers), byteas(hashes)
    first = {entity: eseq for _, entity, eseq, *_ in reversed(rows)}
    last = {row[1]: row for row in rows}
    moved = [row for entity, row in last.items() if first[entity]]
    calls: list[Call] = [
        (_WAITING, [ids, names, eseqs, byteas(before), byteas(leaves), digests]),
        (_RECEIPTS, [ids, names, eseqs, digests, timestamp(at)]),
        (_MOVED, [*_heads(moved), bigints([first[row[1]] - 1 for row in moved])]),
    ]
    if len(moved) < len(last):
        calls.append((_BORN, _heads([row for entity, row in last.items() if not first[entity]])))
    if openings:
        owners, paths, tokens = zip(*openings, strict=True)
        calls.append((_OPENINGS, [uuids(owners), texts(paths), byteas(tokens)]))
    if run(*calls)[2].touched != len(moved):
        raise ChainConflictError("chain: a head moved while it was held")


def _heads(rows: Sequence[Row]) -> list[bytes]:
    return [texts([row[1] for row in rows]), bigints([row[2] for row in rows]), byteas([row[5] for row in rows])]


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
