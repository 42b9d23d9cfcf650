"""The chains of all entities, and the inputs that events rest on, followed in the log's order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from traceability.services.checks.fault import Fault

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
        self._heads: dict[str, tuple[int, str]] = {}
        self._open: list[Link] = []

    def add(self, index: int, members: Mapping[str, Any], digest: bytes) -> None:
        """Take the next entry of the log, its members well-formed."""
        entity, eseq, prev = members["entity"], members["eseq"], members["prev"]
        if prev is not None and self._heads.get(entity) != (eseq - 1, prev):
            self._open.append(Link(index, "prev", entity, eseq - 1, prev))
        self._heads[entity] = (eseq, digest.hex())
        for item in members.get("inputs", ()):
            if self._heads.get(item["entity"]) != (item["eseq"], item["head"]):
                self._open.append(Link(index, "inputs", item["entity"], item["eseq"], item["head"]))

    def stand_in(self, entity: str, eseq: int, digest: bytes) -> None:
        """Take an entry whose leaf cannot be read, by its columns, lest the one after it be blamed as well."""
        self._heads[entity] = (eseq, digest.hex())

    def settle(self) -> Iterator[Fault]:
        """Look up what the entries so far name and the stretch did not hold as newest."""
        stored = _stored({(link.entity, link.eseq) for link in self._open})
        for link in self._open:
            digest, index = stored.get((link.entity, link.eseq), (None, -1))
            if digest != link.head or index >= link.index:
                text = f"names {link.head} as event {link.eseq} of {link.entity}; before it in the log is {digest}"
                yield Fault("ledger_entry", f"index={link.index}", link.rule, text)
        self._open.clear()


def is_linkable(members: Any) -> bool:
    """Tell whether the members that link leaves are there and of their types."""
    try:
        kinds = (type(members["id"]), type(members["entity"]), type(members["eseq"]), type(members["prev"]))
        return kinds in _KINDS and _fits(members["eseq"]) and all(map(_is_input, members.get("inputs", ())))
    except (AttributeError, KeyError, TypeError):
        return False


_KINDS = frozenset({(str, str, int, str), (str, str, int, type(None))})


def _is_input(item: Any) -> bool:
    kinds = (type(item["entity"]), type(item["eseq"]), type(item["head"]))
    return kinds == (str, int, str) and _fits(item["eseq"])


def _fits(eseq: int) -> bool:
    # What the database can be asked for.
    return 0 <= eseq < 2**53


def _stored(places: Iterable[_Place]) -> dict[_Place, tuple[str, int]]:
    asked: Sequence[_Place] = list(places)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entity, eseq, encode(leaf_hash, 'hex'), index FROM ledger_entry"
            " JOIN unnest(%s::text[], %s::bigint[]) AS asked (entity, eseq) USING (entity, eseq)",
            [[entity for entity, _ in asked], [eseq for _, eseq in asked]],
        )
        return {(entity, eseq): (digest, index) for entity, eseq, digest, index in cursor.fetchall()}
