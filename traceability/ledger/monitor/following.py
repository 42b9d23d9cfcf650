"""Following a log from one checkpoint to the next by its entries, in O(log n) memory."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from traceability.ledger.checkpoint import Checkpoint
from traceability.ledger.encoding import base64_bytes
from traceability.ledger.errors import LedgerError, ProofError
from traceability.ledger.merkle import Frontier, leaf_hash
from traceability.ledger.tiles import TILE_WIDTH, bundle_of, unpack_entries

# How many heads are remembered: enough to recognise an old one that a cache gives again.
_REMEMBERED = 10_000
_FORMAT = "suyuan/monitor/v1"
# Gives the bytes of a tile's path below the log's address.
Fetch = Callable[[str], bytes]


class ForkError(LedgerError):
    """What the log, or a witness of it, shows contradicts what it showed before, or its own entries."""


class StateError(LedgerError):
    """The monitor's memory cannot be read; it does not begin anew by itself."""


@dataclass(slots=True)
class Following:
    """How far a log was followed: its tree so far, and the heads that were found to be of it, by size."""

    origin: str
    frontier: Frontier = field(default_factory=Frontier)
    roots: dict[int, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries were reckoned again."""
        return self.frontier.size

    def go_on(self, checkpoint: Checkpoint, *, others: Iterable[Checkpoint], fetch: Fetch) -> list[Checkpoint]:
        """Reckon the entries up to a checkpoint, and return which of the others are beyond it still.

        `others` are heads of the same log that were seen elsewhere. Raises ForkError where any of them, or the
        checkpoint, is not of the one tree that the entries make; then nothing of this is taken.
        """
        heads = [checkpoint, *others]
        for head in heads:
            self._check_known(head)
        wanted = {head.size: head.root for head in heads if self.size < head.size <= checkpoint.size}
        self._check_agree(heads)
        grown, reached = self._grown(checkpoint.size, wanted, fetch)
        self.frontier = grown
        self.roots.update(reached)
        self.roots = dict(sorted(self.roots.items())[-_REMEMBERED:])
        return [head for head in others if head.size > checkpoint.size]

    def _check_known(self, head: Checkpoint) -> None:
        if head.origin != self.origin:
            raise ForkError(f"a checkpoint of {head.origin!r} in place of {self.origin!r}")
        known = self.frontier.root().hex() if head.size == self.size else self.roots.get(head.size)
        if known is not None and known != head.root.hex():
            raise ForkError(f"size {head.size}: shown with the root {head.root.hex()}; it was {known} before")

    def _check_agree(self, heads: Iterable[Checkpoint]) -> None:
        roots: dict[int, bytes] = {}
        for head in heads:
            if roots.setdefault(head.size, head.root) != head.root:
                raise ForkError(
                    f"size {head.size}: two roots are signed, {roots[head.size].hex()} and {head.root.hex()}"
                )

    def _grown(self, size: int, wanted: Mapping[int, bytes], fetch: Fetch) -> tuple[Frontier, dict[int, str]]:
        # On a copy: a fork that is found on the way must not become what is believed the next time.
        tree, reached = self.frontier.copy(), dict[int, str]()
        while tree.size < size:
            start, hashes = tree.size, self._next_hashes(tree.size, size, fetch)
            end = start + len(hashes)
            # The root at a size inside of a bundle is known only on the way: the bundle is cut at each signed size.
            for stop in sorted({*(at for at in wanted if start < at < end), end}):
                tree.extend(hashes[tree.size - start : stop - start])
                root = tree.root()
                if wanted.get(stop, root) != root:
                    raise ForkError(f"size {stop}: signed with {wanted[stop].hex()}; the entries make {root.hex()}")
                if stop in wanted:
                    reached[stop] = root.hex()
        return tree, reached

    def _next_hashes(self, start: int, size: int, fetch: Fetch) -> list[bytes]:
        bundle = bundle_of(start, size)
        first = bundle.index * TILE_WIDTH
        entries = unpack_entries(fetch(bundle.path()), bundle.width or TILE_WIDTH)
        return [leaf_hash(entry) for entry in entries[start - first :]]

    def to_json(self) -> str:
        """Write the memory."""
        tree = b64encode(self.frontier.to_bytes()).decode()
        return (
            json.dumps({"format": _FORMAT, "origin": self.origin, "tree": tree, "roots": self.roots}, indent=1) + "\n"
        )

    @classmethod
    def from_json(cls, text: str) -> "Following":
        """Read what `to_json` wrote. Raises StateError."""
        try:
            members: dict[str, Any] = json.loads(text)
            if members["format"] != _FORMAT:
                raise StateError(f"memory: not {_FORMAT}")
            tree = Frontier.from_bytes(base64_bytes(members["tree"]))
            return cls(members["origin"], tree, {int(size): root for size, root in members["roots"].items()})
        except (ValueError, KeyError, TypeError, AttributeError, ProofError) as error:
            raise StateError(f"memory: cannot be read: {error}") from error
