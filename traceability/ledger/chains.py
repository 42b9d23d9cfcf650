"""A streaming check of stored leaves: canonical form, the chains of all entities, their inputs, and the tree.

Reads leaves in the log's order, keeps the head of each entity and the frontier, and reports findings instead of
raising, for one bad row must not hide the next. A stretch of the log can be checked apart from what comes before it:
what it then cannot know is left in `openings` and `open_inputs`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from traceability.ledger.actor_keys import ActorKeys
from traceability.ledger.canonical import read_quickly, write_profiled
from traceability.ledger.errors import CanonicalError, LeafError
from traceability.ledger.leaf import ActorSignature, content_of, parse_leaf
from traceability.ledger.merkle import Frontier, leaf_hash

# The number and the leaf hash of an entity's newest event.
Head = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of one entry: its index, the id of its record where that can be read, the rule broken, and the reason."""

    index: int
    record: str | None
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The first event seen of an entity in a stretch: to be joined to the head that the entity had before."""

    index: int
    record: str
    entity: str
    eseq: int
    prev: str | None


@dataclass(frozen=True, slots=True)
class OpenInput:
    """An input other than the newest event of its entity: to be compared with the stored event of that number."""

    index: int
    record: str
    entity: str
    eseq: int
    head: str


class ChainChecker:
    """Checks the leaves of one log, or of the stretch of it that begins at index `start`.

    With `thorough` every member is held against its rule, at several times the cost; without it a leaf need only be
    spelled as the writer spells it, and well linked. With `keys` the actors' signatures are verified too; a stretch
    needs the keys added before it. Memory grows with the number of entities, not of leaves.
    """

    def __init__(self, *, origin: str, start: int = 0, thorough: bool = False, keys: ActorKeys | None = None) -> None:
        self.frontier = Frontier()
        self.heads: dict[str, Head] = {}
        self.openings: list[Opening] = []
        self.open_inputs: list[OpenInput] = []
        self.findings: list[Finding] = []
        self.signatures = 0
        self.next_index = start
        self.start = start
        self._origin = origin
        self._thorough = thorough
        self._keys = keys

    def feed(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Check the next leaves, given as (index, bytes) in the log's order; some thousands a call are quickest."""
        hashes = []
        for index, data in rows:
            # Hashed whatever it holds: the tree is over the stored bytes, readable or not.
            digest = leaf_hash(data)
            hashes.append(digest)
            if index != self.next_index:
                self._find_gap(index)
            self.next_index = index + 1
            try:
                self._check_leaf(index, data, digest)
            except (LeafError, CanonicalError, ValueError, KeyError, TypeError):
                self._explain(index, data)
        # At once and not one by one: a row of siblings costs half of as many appends.
        self.frontier.extend(hashes)

    def follow(self, other: "ChainChecker") -> None:
        """Take over the checker of the next stretch, joining its chains to these.

        The sizes must let the other's subtrees fit (see Frontier.append_frontier); raises ProofError where they do not.
        """
        if other.start != self.next_index:
            self._find_gap(other.start)
        self.findings += other.findings
        for opening in other.openings:
            self._open(opening, self.heads.get(opening.entity))
        for item in other.open_inputs:
            head = self.heads.get(item.entity)
            # An event of the other stretch itself, but not its newest: neither checker has kept its hash.
            within = item.entity in other.heads and (head is None or item.eseq > head[0])
            self._check_input(item, head, elsewhere=within)
        self.heads.update(other.heads)
        self.frontier.append_frontier(other.frontier)
        self.next_index = other.next_index
        self.signatures += other.signatures

    def resolve(self, stored: Callable[[str, int], bytes | None]) -> None:
        """Settle what is open by the stored leaf hashes, asked for by entity and number; None where none is."""
        for opening in self.openings:
            before = stored(opening.entity, opening.eseq - 1) if opening.eseq else None
            self._check_link(opening, None if before is None else (opening.eseq - 1, before))
        for item in self.open_inputs:
            digest = stored(item.entity, item.eseq)
            self._check_input(item, None if digest is None else (item.eseq, digest))
        self.openings, self.open_inputs = [], []

    def _check_leaf(self, index: int, data: bytes, digest: bytes) -> None:
        members = read_quickly(data)
        if self._thorough or write_profiled(members) != data or members["log"] != self._origin:
            self._check_rules(index, data)
        entity, eseq, prev = members["entity"], members["eseq"], members["prev"]
        head = self.heads.get(entity)
        # The common case is over after this line; all that names a fault is in the calls.
        if head is None or eseq != head[0] + 1 or prev != head[1].hex():
            self._open(Opening(index, members["id"], entity, eseq, prev), head)
        self.heads[entity] = (eseq, digest)
        for item in members.get("inputs", ()):
            found = OpenInput(index, members["id"], **item)
            self._check_input(found, self.heads.get(found.entity), elsewhere=self.start > 0)
        if self._keys is not None:
            self._check_signature(self._keys, index, data, members)

    def _check_rules(self, index: int, data: bytes) -> None:
        leaf = parse_leaf(data)
        if leaf.log != self._origin:
            self._find(index, leaf.id, "log", f"belongs to the log {leaf.log}")

    def _explain(self, index: int, data: bytes) -> None:
        """Report why a leaf could not be checked, by the exact reading, wherever the quick one stumbled."""
        try:
            parse_leaf(data)
        except LeafError as error:
            self._find(index, None, "leaf", str(error))

    def _check_signature(self, keys: ActorKeys, index: int, data: bytes, members: Mapping[str, Any]) -> None:
        try:
            if members["entity"].startswith("key:"):
                keys.learn(index, parse_leaf(data))
            if "sig" in members:
                sig, actor = ActorSignature(**members["sig"]), members["actor"]["id"]
                keys.verify(index, sig, actor=actor, content=content_of(members))
                self.signatures += 1
        except LeafError as error:
            self._find(index, members["id"], "sig", str(error))

    def _open(self, opening: Opening, head: Head | None) -> None:
        if head is None and self.start:
            self.openings.append(opening)
        else:
            self._check_link(opening, head)

    def _check_link(self, opening: Opening, head: Head | None) -> None:
        eseq, entity = opening.eseq, opening.entity
        if head is None:
            if eseq != 0 or opening.prev is not None:
                self._find_at(opening, "eseq", f"is event {eseq} of {entity}, whose event before is not in the log")
        elif eseq != head[0] + 1:
            self._find_at(opening, "eseq", f"is event {eseq} of {entity}, after event {head[0]}")
        elif opening.prev != head[1].hex():
            text = f"names {opening.prev} as the event before it in {entity}, which is {head[1].hex()}"
            self._find_at(opening, "prev", text)

    def _check_input(self, item: OpenInput, head: Head | None, *, elsewhere: bool = False) -> None:
        """Compare an input with the newest known event of its entity; `elsewhere` says that others may be known."""
        if head is not None and item.eseq == head[0]:
            if item.head != head[1].hex():
                text = f"names {item.head} as event {item.eseq} of {item.entity}, which is {head[1].hex()}"
                self._find_at(item, "inputs", text)
        elif elsewhere or (head is not None and item.eseq < head[0]):
            self.open_inputs.append(item)
        else:
            self._find_at(
                item, "inputs", f"names event {item.eseq} of {item.entity}, which is not in the log before it"
            )

    def _find_gap(self, index: int) -> None:
        self._find(index, None, "index", f"stands where entry {self.next_index} belongs")

    def _find_at(self, item: Opening | OpenInput, rule: str, text: str) -> None:
        self._find(item.index, item.record, rule, text)

    def _find(self, index: int, record: str | None, rule: str, text: str) -> None:
        self.findings.append(Finding(index, record, rule, text))
