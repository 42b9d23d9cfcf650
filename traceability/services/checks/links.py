"""The chains of all entities, and the inputs that events rest on, followed in the log's order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from traceability.services.checks.fault import Fault
from traceability.services.checks.reading import binary_rows

# Index, entity, eseq, prev in hex.
Place = tuple[int, str, int, str | None]
# Number and leaf hash in hex of an entity's newest event.
_Head = tuple[int, str]
# An event: entity and number.
_Event = tuple[str, int]


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
        self._heads: dict[str, _Head] = {}
        self._open: list[Link] = []

    def add(self, entries: Iterable[Place], digests: Iterable[bytes]) -> None:
        """Take the next entries of the log: the place of each in its chain, and its own hash."""
        # Every entry of the log passes through here: one lookup and one comparison each where all is well.
        heads = self._heads
        for (index, entity, eseq, prev), digest in zip(entries, digests, strict=True):
            # Below 1 nothing can be before it; that the leaf says otherwise is found where it is compared with its row.
            if eseq > 0 and heads.get(entity) != (eseq - 1, prev) and prev is not None:
                self._open.append(Link(index, "prev", entity, eseq - 1, prev))
            heads[entity] = (eseq, digest.hex())

    def add_inputs(self, index: int, inputs: Iterable[Mapping[str, Any]]) -> None:
        """Take the inputs of an entry whose leaf keeps to its rules."""
        for item in inputs:
            if self._heads.get(item["entity"]) != (item["eseq"], item["head"]):
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


def _stored(places: Iterable[_Event]) -> dict[_Event, tuple[str, int]]:
    asked = list(places)
    if not asked:
        return {}
    rows = binary_rows(_PLACES, [[entity for entity, _ in asked], [eseq for _, eseq in asked]])
    return {(entity, eseq): (digest, index) for entity, eseq, digest, index in rows}
