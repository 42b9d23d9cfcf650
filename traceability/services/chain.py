"""The one place where the chain is written."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from traceability import hot_statements, trail, vault
from traceability.events import check_event, check_place
from traceability.ledger import commitment, leaf_hash
from traceability.ledger import leaf as leaves
from traceability.services import chain_rows, signatures
from traceability.services.records import ChainConflictError, OutboxFullError, Receipt, Record, time_text
from traceability.services.repeats import Repeats
from traceability.services.transactions import tried_again

__all__ = [
    "Batch",
    "ChainConflictError",
    "OutboxFullError",
    "Receipt",
    "Record",
    "append",
    "append_all",
    "append_alone",
    "entities_of",
    "open_batch",
]


def append(record: Record, *, at: datetime) -> Receipt:
    """Chain one record; see `append_all`."""
    return append_all([record], at=at)[0]


def append_all(records: Sequence[Record], *, at: datetime) -> list[Receipt]:
    """Chain records to their entities and hand them to the log, inside the caller's transaction.

    Holds the heads of all entities touched until that transaction ends. A record that was taken before, with the same
    content, gives its first receipt again. Raises ChainConflictError, OutboxFullError, EventError or LeafError; then
    the transaction must be rolled back.
    """
    batch = open_batch(entities=entities_of(records), record_ids=[record.id for record in records], at=at)
    receipts = [batch.append(record) for record in records]
    batch.write()
    return receipts


def append_alone(records: Sequence[Record], *, at: datetime) -> list[Receipt]:
    """Chain records in a transaction of their own, for whoever has nothing else to write with them.

    Does what `append_all` does in a business transaction, and is tried again as that is, in two round trips in place of
    three: the transaction begins with the lock and ends with the write. Joins a transaction that is open already.
    """
    if connection.in_atomic_block:
        return append_all(records, at=at)
    return tried_again(lambda: _append_alone(records, at))


def _append_alone(records: Sequence[Record], at: datetime) -> list[Receipt]:
    chain_rows.check_backlog()
    names = sorted(entities_of(records))
    try:
        batch = Batch(names, chain_rows.lock(names, [record.id for record in records], begin=True), at)
        receipts = [batch.append(record) for record in records]
        batch.write(commit=True)
    finally:
        # Whatever went wrong; and after records that were all taken before there was nothing to commit.
        hot_statements.roll_back()
    return receipts


def entities_of(records: Iterable[Record]) -> set[str]:
    """Name the entities whose heads an append of these records holds: their own, their inputs', their signing keys'."""
    entities = {entity for record in records for entity in (record.entity, *record.inputs)}
    # The signing keys' heads, too: a key that is revoked meanwhile must not stand before what it has still signed.
    return entities | {f"key:{record.sig.key}" for record in records if record.sig}


def open_batch(*, entities: Iterable[str], record_ids: Sequence[UUID], at: datetime) -> "Batch":
    """Lock the heads of entities for records that are still to be made, inside the caller's transaction.

    For who must say in one record what another one got: its receipt is known as soon as it stands in the batch. Holds
    the heads until the transaction ends. Raises OutboxFullError.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            "chain: append needs the caller's transaction, so that rows and events stand or fall together"
        )
    chain_rows.check_backlog()
    names = sorted(set(entities))
    return Batch(names, chain_rows.lock(names, record_ids), at)


class Batch:
    """Records that go into the chain together, each built on the heads that the ones before it left."""

    def __init__(self, entities: Iterable[str], found: chain_rows.Found, at: datetime) -> None:
        self.locked = frozenset(entities)
        self.heads = dict(found.heads)
        self.known = Repeats(found.receipts)
        self.at = at
        self._signers = signatures.Signers()
        self.rows: list[chain_rows.Row] = []
        self.openings: list[chain_rows.OpeningRow] = []

    def append(self, record: Record) -> Receipt:
        """Give a record its place in the chain, for `write` to take.

        Raises what `append_all` raises; then the batch is as it was before, and may go on without the record.
        """
        check_event(record.type, record.entity, record.body, record.private)
        if record.id in self.known:
            return self.known.again(record)
        if record.entity not in self.locked:
            raise RuntimeError(f"chain: {record.entity} is not among the entities that this batch locked")
        eseq, prev = self.heads.get(record.entity, (-1, None))
        if record.expected_eseq not in {None, eseq + 1}:
            raise ChainConflictError(f"{record.entity}: event {record.expected_eseq} was expected, {eseq + 1} is next")
        check_place(record.type, eseq + 1)
        salts = {path: record.salts.get(path) or secrets.token_bytes(commitment.SALT_SIZE) for path in record.private}
        data = self._leaf(record, eseq + 1, prev, salts)
        receipt = Receipt(record.id, record.entity, eseq + 1, leaf_hash(data))
        self.openings += [(record.id, path, vault.seal(salts[path], said)) for path, said in record.private.items()]
        self.rows.append((record.id, record.entity, eseq + 1, prev, data, receipt.leaf_hash))
        self.heads[record.entity] = (eseq + 1, receipt.leaf_hash)
        self.known.add(record, receipt, data)
        return receipt

    def write(self, *, commit: bool = False) -> None:
        """Hand all that was appended to the log. Raises ChainConflictError."""
        if self.rows:
            for row in self.rows:
                trail.note(row[0])
            chain_rows.write(self.rows, self.openings, at=self.at, commit=commit)

    def _leaf(self, record: Record, eseq: int, prev: bytes | None, salts: Mapping[str, bytes]) -> bytes:
        leaf = leaves.Leaf(
            log=settings.LOG_ORIGIN,
            id=str(record.id),
            type=record.type,
            entity=record.entity,
            eseq=eseq,
            prev=prev.hex() if prev else None,
            time=time_text(record.time),
            actor=record.actor,
            body=record.body,
            inputs=tuple(self._input(entity) for entity in sorted(set(record.inputs))),
            commit={path: commitment.commit(path, said, salts[path]) for path, said in sorted(record.private.items())},
            attachments=tuple(sorted(record.attachments, key=lambda one: one.sha256)),
            sig=record.sig,
        )
        data = leaves.leaf_bytes(leaf)
        if record.sig:
            self._signers.verify(leaf)
        return data

    def _input(self, entity: str) -> leaves.Input:
        if entity not in self.heads:
            raise ChainConflictError(f"{entity}: is named as an input and has no event yet")
        eseq, head = self.heads[entity]
        return leaves.Input(entity=entity, eseq=eseq, head=head.hex())
