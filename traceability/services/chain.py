"""The one place where the chain is written."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from traceability import vault
from traceability.errors import TraceabilityError
from traceability.events import check_event, check_place
from traceability.ledger import commitment, leaf_hash
from traceability.ledger import leaf as leaves
from traceability.services import signatures


class ChainConflictError(TraceabilityError):
    """The chain moved on, or the record's id was taken with other content."""


class OutboxFullError(TraceabilityError):
    """Too many events wait for the integrator; the caller should come back later."""

    retry_after = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that somebody says happened, before it has its place in the chain.

    `inputs` are the entities whose present heads this event rests on. `private` are the members that the log holds as
    commitments only. `salts` may fix the salt of a private member, for an actor who signed the commitment beforehand.
    """

    id: UUID
    type: str
    entity: str
    time: datetime
    actor: leaves.Actor
    body: Mapping[str, object] = field(default_factory=dict)
    inputs: Sequence[str] = ()
    private: Mapping[str, object] = field(default_factory=dict)
    salts: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Sequence[leaves.Attachment] = ()
    sig: leaves.ActorSignature | None = None
    # The number that the event must get, where the caller decided on the strength of the one before.
    expected_eseq: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the caller may hold against us: this event, at this place of this entity's chain."""

    record_id: UUID
    entity: str
    eseq: int
    leaf_hash: bytes
    repeated: bool = False


def append(record: Record, *, at: datetime) -> Receipt:
    """Chain one record; see `append_all`."""
    return append_all([record], at=at)[0]


def append_all(records: Sequence[Record], *, at: datetime) -> list[Receipt]:
    """Chain records to their entities and hand them to the log, inside the caller's transaction.

    Holds the heads of all entities touched until that transaction ends. A record that was taken before, with the same
    content, gives its first receipt again. Raises ChainConflictError, OutboxFullError, EventError or LeafError; then
    the transaction must be rolled back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("chain: append needs the caller's transaction, so that rows and events stand or fall together")
    for record in records:
        check_event(record.type, record.entity, record.body, record.private)
    found = _lock(records)
    if found.waiting > settings.OUTBOX_LIMIT:
        raise OutboxFullError(f"outbox: more than {settings.OUTBOX_LIMIT} events wait for the log")
    return _Batch(found, at).take(records)


class _Batch:
    """The records of one call, each built on the heads that the ones before it left."""

    def __init__(self, found: "_Found", at: datetime) -> None:
        self.heads = dict(found.heads)
        self.known = dict(found.receipts)
        self.at = at
        self.leaves: dict[UUID, bytes] = {}
        self.rows: list[tuple[object, ...]] = []
        self.openings: list[tuple[UUID, str, bytes]] = []

    def take(self, records: Sequence[Record]) -> list[Receipt]:
        before = dict(self.heads)
        receipts = [self._one(record) for record in records]
        if self.rows:
            _write(self.rows, moved={e: h for e, h in self.heads.items() if before.get(e) != h}, known=before, at=self.at)
        if self.openings:
            _write_openings(self.openings)
        return receipts

    def _one(self, record: Record) -> Receipt:
        if record.id in self.known:
            return _repeated(record, self.known[record.id], self.leaves.get(record.id) or _stored_leaf(record.id))
        eseq, prev = self.heads.get(record.entity, (-1, None))
        if record.expected_eseq not in {None, eseq + 1}:
            return _twin(record, next_eseq=eseq + 1)
        check_place(record.type, eseq + 1)
        data = self._leaf(record, eseq + 1, prev)
        receipt = Receipt(record.id, record.entity, eseq + 1, leaf_hash(data))
        self.rows.append((record.id, record.entity, eseq + 1, prev, data, receipt.leaf_hash))
        self.heads[record.entity] = (eseq + 1, receipt.leaf_hash)
        self.known[record.id] = replace(receipt, repeated=True)
        self.leaves[record.id] = data
        return receipt

    def _leaf(self, record: Record, eseq: int, prev: bytes | None) -> bytes:
        leaf = leaves.Leaf(
            log=settings.LOG_ORIGIN,
            id=str(record.id),
            type=record.type,
            entity=record.entity,
            eseq=eseq,
            prev=prev.hex() if prev else None,
            time=_time_text(record.time),
            actor=record.actor,
            body=record.body,
            inputs=tuple(self._input(entity) for entity in sorted(set(record.inputs))),
            commit=self._commit(record),
            attachments=tuple(sorted(record.attachments, key=lambda one: one.sha256)),
            sig=record.sig,
        )
        if record.sig:
            signatures.verify(leaf)
        return leaves.leaf_bytes(leaf)

    def _input(self, entity: str) -> leaves.Input:
        if entity not in self.heads:
            raise ChainConflictError(f"{entity}: is named as an input and has no event yet")
        eseq, head = self.heads[entity]
        return leaves.Input(entity=entity, eseq=eseq, head=head.hex())

    def _commit(self, record: Record) -> dict[str, str]:
        made = {}
        for path, value in sorted(record.private.items()):
            salt = record.salts.get(path) or secrets.token_bytes(commitment.SALT_SIZE)
            made[path] = commitment.commit(path, value, salt)
            self.openings.append((record.id, path, vault.seal(salt, value)))
        return made


@dataclass(frozen=True, slots=True)
class _Found:
    heads: Mapping[str, tuple[int, bytes]]
    receipts: Mapping[UUID, Receipt]
    waiting: int


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
UNION ALL
SELECT NULL, count(*), NULL, NULL FROM (SELECT FROM ledger_outbox LIMIT %s) AS waiting
"""


def _lock(records: Sequence[Record]) -> _Found:
    entities = sorted({entity for record in records for entity in (record.entity, *record.inputs)})
    heads: dict[str, tuple[int, bytes]] = {}
    receipts: dict[UUID, Receipt] = {}
    waiting = 0
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [entities, [record.id for record in records], settings.OUTBOX_LIMIT + 1])
        for entity, number, digest, record_id in cursor.fetchall():
            if entity is None:
                waiting = number
            elif record_id is None:
                heads[entity] = (number, bytes(digest))
            else:
                receipts[record_id] = Receipt(record_id, entity, number, bytes(digest), repeated=True)
    return _Found(heads, receipts, waiting)


# A new entity's head is inserted and a known one's moved, each only from where it was read: a broken key or a row that
# did not move is a fork that did not happen. A crash before the commit leaves nothing; after it the integrator finds
# the entry in the outbox.
_WRITE = """
WITH entry AS (
    INSERT INTO ledger_outbox (record_id, entity, eseq, prev, leaf, leaf_hash)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])
    RETURNING record_id, entity, eseq, leaf_hash
), receipt AS (
    INSERT INTO traceability_receipt (record_id, entity, eseq, leaf_hash, recorded_at)
    SELECT record_id, entity, eseq, leaf_hash, %s FROM entry
), born AS (
    INSERT INTO ledger_head (entity, eseq, head) SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[])
), moved AS (
    UPDATE ledger_head SET eseq = next.eseq, head = next.head
    FROM unnest(%s::text[], %s::bigint[], %s::bytea[], %s::bigint[]) AS next (entity, eseq, head, was)
    WHERE ledger_head.entity = next.entity AND ledger_head.eseq = next.was
    RETURNING 1
)
SELECT count(*) FROM moved
"""


def _time_text(moment: datetime) -> str:
    """Write a moment as the leaf has it: UTC, no zeros at the end of the fraction."""
    if moment.tzinfo is None:
        raise ValueError("a record's time has no time zone")
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def _write(
    rows: Sequence[tuple[object, ...]],
    *,
    moved: Mapping[str, tuple[int, bytes]],
    known: Mapping[str, tuple[int, bytes]],
    at: datetime,
) -> None:
    born = [(entity, *head) for entity, head in sorted(moved.items()) if entity not in known]
    on = [(entity, *head, known[entity][0]) for entity, head in sorted(moved.items()) if entity in known]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*_columns(rows, 6), at, *_columns(born, 3), *_columns(on, 4)])
        if cursor.fetchone() != (len(on),):
            raise ChainConflictError("chain: a head moved while it was held")


def _write_openings(openings: Sequence[tuple[UUID, str, bytes]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_opening (record_id, path, token) SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bytea[])",
            _columns(openings, 3),
        )


def _columns(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _twin(record: Record, *, next_eseq: int) -> Receipt:
    # The same record, sent twice at once, may have been taken while this one waited for the head.
    twin = _receipts([record.id]).get(record.id)
    if twin is None:
        raise ChainConflictError(f"{record.entity}: event {record.expected_eseq} was expected, {next_eseq} is next")
    return _repeated(record, twin, _stored_leaf(record.id))


def _receipts(record_ids: Sequence[UUID]) -> dict[UUID, Receipt]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, entity, eseq, leaf_hash FROM traceability_receipt WHERE record_id = ANY(%s)", [list(record_ids)]
        )
        return {row[0]: Receipt(*row, repeated=True) for row in cursor.fetchall()}


def _repeated(record: Record, receipt: Receipt, data: bytes) -> Receipt:
    stored = leaves.parse_leaf(data)
    said = (stored.type, stored.entity, stored.time, stored.actor, stored.body, stored.attachments)
    says = (
        record.type,
        record.entity,
        _time_text(record.time),
        record.actor,
        record.body,
        tuple(sorted(record.attachments, key=lambda one: one.sha256)),
    )
    inputs = tuple(sorted(set(record.inputs))) == tuple(one.entity for one in stored.inputs)
    if said != says or not inputs or not _same_private(record, stored):
        raise ChainConflictError(f"record {record.id}: this id was taken before, with other content")
    return receipt


def _same_private(record: Record, stored: leaves.Leaf) -> bool:
    if set(stored.commit) != set(record.private):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT path, token FROM ledger_opening WHERE record_id = %s", [record.id])
        kept = {path: vault.unseal(bytes(token))[1] for path, token in cursor.fetchall()}
    # What was erased since can no longer be compared; the public members already agree.
    return all(value == record.private[path] for path, value in kept.items())


def _stored_leaf(record_id: UUID) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf FROM ledger_outbox WHERE record_id = %s UNION ALL SELECT leaf FROM ledger_entry WHERE record_id = %s",
            [record_id, record_id],
        )
        (data,) = cursor.fetchone()
    return bytes(data)
