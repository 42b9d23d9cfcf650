"""Hashes, roots and the growing edge of an RFC 6962 tree."""

from collections.abc import Iterable
from hashlib import sha256

from traceability.ledger.errors import ProofError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
_LEAF_PREFIX = b"\x00"
_NODE_PREFIX = b"\x01"
# Every stored format carries its version, so that a reader of tomorrow knows what it has before it.
_FRONTIER_HEADER = b"suyuan/frontier/v1\n"
_SIZE_BYTES = 8


def leaf_hash(data: bytes) -> bytes:
    """Hash the bytes of a leaf (RFC 6962, 2.1); the prefix keeps a node from passing as a leaf."""
    return sha256(_LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two child hashes into their parent (RFC 6962, 2.1)."""
    return sha256(_NODE_PREFIX + left + right).digest()


def fold(hashes: Iterable[bytes]) -> bytes:
    """Join the complete subtrees of a range, widest and leftmost first, into the hash of that range.

    Requires at least one hash. The last leaf of an odd row is promoted, never doubled (RFC 6962, 2.1).
    """
    # From the right: the narrow subtrees at the edge are joined first, as the split at the largest power of two has it.
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes; EMPTY_ROOT where there is none."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


class Frontier:
    """The right edge of a tree: enough to append and to know the root, in O(log n) memory.

    A complete subtree of 2^L leaves waits at level L for each bit L that is set in the size, so that adding leaves is
    binary addition with carries.
    """

    __slots__ = ("_nodes", "size")

    def __init__(self) -> None:
        self.size = 0
        self._nodes: dict[int, bytes] = {}

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf by its hash."""
        self.append_subtree(0, leaf_hash)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add many leaves: the same as appending each, at one node hash a leaf without a call for each."""
        self.grow(leaf_hashes)

    def grow(self, leaf_hashes: Iterable[bytes]) -> list[tuple[int, list[bytes]]]:
        """Add many leaves and return what became complete by them, for whoever stores the nodes.

        The item at position L is the row of new complete subtrees of 2^L leaves: the index of its first, and their
        hashes.
        """
        row = list(leaf_hashes)
        old_size, self.size = self.size, self.size + len(row)
        rows: list[tuple[int, list[bytes]]] = []
        while row:
            level = len(rows)
            rows.append((old_size >> level, list(row)))
            row = self._carry(level, row)
        return rows

    def append_subtree(self, level: int, subtree: bytes) -> None:
        """Add a complete subtree of 2^level leaves by its hash.

        Requires that the size is a multiple of 2^level. Raises ProofError.
        """
        # A wider subtree than the size is a multiple of would not be a node of the tree: the hash would be of nothing.
        if self.size % (1 << level):
            raise ProofError(f"frontier: a subtree of 2^{level} leaves does not fit at size {self.size}")
        self.size += 1 << level
        row = [subtree]
        while row:
            row = self._carry(level, row)
            level += 1

    def append_frontier(self, other: "Frontier") -> None:
        """Add all leaves of a frontier that was built apart, from this one's size on.

        Requires that this size is a multiple of the other's widest subtree. Raises ProofError.
        """
        levels = [level for level in reversed(range(other.size.bit_length())) if other.size >> level & 1]
        for level, subtree in zip(levels, other.nodes(), strict=True):
            self.append_subtree(level, subtree)

    def root(self) -> bytes:
        """Return the root hash at this size."""
        return fold(self.nodes()) if self.size else EMPTY_ROOT

    def nodes(self) -> list[bytes]:
        """Return the complete subtrees that make up the tree, widest and leftmost first."""
        return [self._nodes[level] for level in sorted(self._nodes, reverse=True)]

    def copy(self) -> "Frontier":
        """Return a frontier of the same tree that grows apart from this one."""
        twin = Frontier()
        twin.size = self.size
        twin._nodes = dict(self._nodes)
        return twin

    def to_bytes(self) -> bytes:
        """Write the frontier: a header, the size as 8 bytes big-endian, the nodes widest first."""
        return _FRONTIER_HEADER + self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.nodes())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote. Raises ProofError for any other bytes."""
        start = len(_FRONTIER_HEADER) + _SIZE_BYTES
        if not data.startswith(_FRONTIER_HEADER) or len(data) < start:
            raise ProofError("frontier: unknown header")
        # The size tells which levels wait, hence the length: nothing else in the bytes is free.
        size = int.from_bytes(data[len(_FRONTIER_HEADER) : start], "big")
        if len(data) != start + HASH_SIZE * size.bit_count():
            raise ProofError(f"frontier: {len(data) - start} bytes of hashes do not fit the size {size}")
        frontier = cls()
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                frontier.append_subtree(level, data[start : start + HASH_SIZE])
                start += HASH_SIZE
        return frontier

    def _carry(self, level: int, row: list[bytes]) -> list[bytes]:
        """Put a row of sibling subtrees at its level and return the row of parents that it completes."""
        if level in self._nodes:
            row.insert(0, self._nodes.pop(level))
        if len(row) % 2:
            self._nodes[level] = row.pop()
        pairs = iter(row)
        # An even number is left here, so that strict zip takes all of them.
        # node_hash written out: the call would cost a third of the time of an audit's tree.
        return [sha256(_NODE_PREFIX + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
