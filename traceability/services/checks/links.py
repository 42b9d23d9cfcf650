"""The chains of all entities, and the inputs that events rest on, followed in the log's order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from traceability.services.checks.fault import Fault
from traceability.services.checks.reading import binary_rows

# An event of an entity, by number and leaf hash in hex.
_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Link:
    """What one entry says of an earlier event: the one before it in its chain, or an input."""

    index: int
    rule: str
    entity: str
    eseq: int
    head: str


class LinkCheck:
    """Keeps the newest event of each entity that it meets; what it has not met it looks up in the database."""

    def __init__(self) -> None:
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._open: list[Link] = []

    def add(self, index: int, entity: str, eseq: int, prev: str | None, digest: bytes) -> None:
        """Take the next entry of the log: its place in its chain, what it names before it, its own hash."""
        # Below 1 nothing can be before it; that the leaf says otherwise is found where it is compared with its row.
        if prev is not None and eseq > 0:
            head = self._heads.get(entity)
            if head is None or head[0] + 1 != eseq or head[1].hex() != prev:
                self._open.append(Link(index, "prev", entity, eseq - 1, prev))
        self._heads[entity] = (eseq, digest)

    def add_inputs(self, index: int, inputs: Iterable[Mapping[str, Any]]) -> None:
        """Take the inputs of an entry whose leaf keeps to its rules."""
        for item in inputs:
            head = self._heads.get(item["entity"])
            if head is None or head[0] != item["eseq"] or head[1].hex() != item["head"]:
                self._open.append(Link(index, "inputs", item["entity"], item["eseq"], item["head"]))

    def settle(self) -> Iterator[Fault]:
        """Look up what the entries so far name and the stretch did not hold as newest."""
        stored = _stored({(link.entity, link.eseq) for link in self._open})
        for link in self._open:
            digest, index = stored.get((link.entity, link.eseq), (None, -1))
            if digest != link.head or index >= link.index:
                text = f"names {link.head} as event {link.eseq} of {link.entity}; before it in the log is {digest}"
                yield Fault("ledger_entry", f"index={link.index}", link.rule, text)
        self._open.clear()


_PLACES = """
SELECT entity, eseq, encode(leaf_hash, 'hex'), index FROM ledger_entry
JOIN unnest(%s::text[], %s::bigint[]) AS asked (entity, eseq) USING (entity, eseq)
"""


def _stored(places: Iterable[_Place]) -> dict[_Place, tuple[str, int]]:
    asked = list(places)
    if not asked:
        return {}
    rows = binary_rows(_PLACES, [[entity for entity, _ in asked], [eseq for _, eseq in asked]])
    return {(entity, eseq): (digest, index) for entity, eseq, digest, index in rows}
