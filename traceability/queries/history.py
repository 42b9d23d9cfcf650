"""What the chain holds of an entity: in the log already, or still on its way there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from traceability import vault
from traceability.ledger import leaf as leaves
from traceability.models import Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a history: its leaf, the log's index (None while it waits), and the private members still open."""

    leaf: leaves.Leaf
    data: bytes
    leaf_hash: bytes
    index: int | None
    recorded_at: datetime
    private: Mapping[str, object]

    @property
    def id(self) -> UUID:
        """Id of the record."""
        return UUID(self.leaf.id)


_SQL = """
SELECT found.index, found.leaf, found.leaf_hash, receipt.recorded_at, found.record_id
FROM (
    SELECT index, record_id, entity, eseq, leaf, leaf_hash FROM ledger_entry WHERE entity = ANY(%(entities)s)
    UNION ALL
    SELECT NULL, record_id, entity, eseq, leaf, leaf_hash FROM ledger_outbox WHERE entity = ANY(%(entities)s)
) AS found
-- Not a plain JOIN: a receipt that was tampered with must not take its event out of the history.
LEFT JOIN traceability_receipt AS receipt USING (record_id)
ORDER BY found.entity COLLATE "C", found.eseq
"""


def of(entity: str) -> list[Event]:
    """Read the whole history of one entity, oldest first; an unknown entity has none."""
    return of_all([entity])[entity]


def of_all(entities: Iterable[str]) -> dict[str, list[Event]]:
    """Read the histories of several entities in two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"entities": list(entities)})
        rows = cursor.fetchall()
    opened = _opened([row[4] for row in rows])
    histories: dict[str, list[Event]] = defaultdict(list)
    for index, data, digest, recorded_at, record_id in rows:
        leaf = leaves.parse_leaf(bytes(data))
        event = Event(
            leaf=leaf,
            data=bytes(data),
            leaf_hash=bytes(digest),
            index=index,
            recorded_at=recorded_at,
            private=opened[record_id],
        )
        histories[leaf.entity].append(event)
    return histories


class Opened(Mapping[str, object]):
    """The private members of one event whose openings are there; each is decrypted when somebody looks at it.

    Most readers want one of them, or none, and to decrypt costs more than to read the rest of the event.
    """

    def __init__(self) -> None:
        self._tokens: dict[str, bytes] = {}

    def add(self, path: str, token: bytes) -> None:
        """Take in one opening as it is stored."""
        self._tokens[path] = token

    def __getitem__(self, path: str) -> object:
        """Decrypt one member. Raises KeyError, VaultError."""
        return vault.unseal(self._tokens[path])[1]

    def __contains__(self, path: object) -> bool:
        """Whether there is an opening; that it can be decrypted is another matter."""
        return path in self._tokens

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._tokens)

    def __len__(self) -> int:
        """Count the members."""
        return len(self._tokens)


def _opened(record_ids: Sequence[UUID]) -> dict[UUID, Opened]:
    opened: dict[UUID, Opened] = defaultdict(Opened)
    found = Opening.objects.filter(record_id__in=record_ids).values_list("record_id", "path", "token")
    for record_id, path, token in found:
        opened[record_id].add(path, bytes(token))
    return opened
