"""Records that were taken before and come again: what they said then, and whether they say the same now."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from traceability import vault
from traceability.ledger import leaf as leaves
from traceability.models import Opening
from traceability.services.records import ChainConflictError, Receipt, Record, time_text


@dataclass(frozen=True, slots=True)
class _Said:
    leaf: bytes
    # The private members that are still there: of what was erased since nothing can be compared.
    private: Mapping[str, object]


class Repeats:
    """The records that a batch knows: those taken before it, of which all are read at once when the first comes again.

    Requires receipts that were read under the locks of the batch.
    """

    def __init__(self, receipts: Mapping[UUID, Receipt]) -> None:
        self._receipts = dict(receipts)
        self._unread = list(receipts)
        self._said: dict[UUID, _Said] = {}

    def __contains__(self, record_id: UUID) -> bool:
        """Whether a record of this id was taken."""
        return record_id in self._receipts

    def add(self, record: Record, receipt: Receipt, leaf: bytes) -> None:
        """Remember a record that was just taken."""
        self._receipts[record.id] = receipt
        self._said[record.id] = _Said(leaf, record.private)

    def again(self, record: Record) -> Receipt:
        """Give the first receipt of a record that comes again. Raises ChainConflictError where it says otherwise."""
        if record.id not in self._said:
            self._said |= _read(self._unread)
        if not _says_the_same(record, self._said[record.id]):
            raise ChainConflictError(f"record {record.id}: this id was taken before, with other content")
        return replace(self._receipts[record.id], repeated=True)


def _read(record_ids: list[UUID]) -> dict[UUID, _Said]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, leaf FROM ledger_outbox WHERE record_id = ANY(%s)"
            " UNION ALL SELECT record_id, leaf FROM ledger_entry WHERE record_id = ANY(%s)",
            [record_ids, record_ids],
        )
        found = cursor.fetchall()
    private: dict[UUID, dict[str, object]] = defaultdict(dict)
    openings = Opening.objects.filter(record_id__in=record_ids)
    for record_id, path, token in openings.values_list("record_id", "path", "token"):
        private[record_id][path] = vault.unseal(bytes(token))[1]
    return {record_id: _Said(bytes(leaf), private[record_id]) for record_id, leaf in found}


def _says_the_same(record: Record, said: _Said) -> bool:
    stored = leaves.parse_leaf(said.leaf)
    then = (stored.type, stored.entity, stored.time, stored.actor, stored.body, stored.attachments)
    now = (
        record.type,
        record.entity,
        time_text(record.time),
        record.actor,
        record.body,
        tuple(sorted(record.attachments, key=lambda one: one.sha256)),
    )
    inputs = tuple(one.entity for one in stored.inputs)
    return (
        then == now
        and inputs == tuple(sorted(set(record.inputs)))
        and set(stored.commit) == set(record.private)
        and all(value == record.private[path] for path, value in said.private.items())
    )
