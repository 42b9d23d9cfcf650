"""Inclusion and consistency proofs (RFC 9162, 2.1.3 and 2.1.4): which nodes they need, building, checking.

A proof element is the hash of a range of leaves. Only complete subtrees are stored, so each element is given as the
group of complete subtrees that fold into it; whoever stores the nodes can read all groups of a proof in one query.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence

from traceability.ledger.errors import ProofError
from traceability.ledger.merkle import EMPTY_ROOT, HASH_SIZE, fold, node_hash

# (level, index) of the complete subtree over the leaves [index * 2^level, (index + 1) * 2^level).
Coordinate = tuple[int, int]


def root_coordinates(size: int) -> list[Coordinate]:
    """List the complete subtrees that fold into the root of a tree, widest first; none where it is empty."""
    return _subtrees(0, size)


def inclusion_coordinates(index: int, size: int) -> list[list[Coordinate]]:
    """List, leaf's sibling first, the subtrees to fold into each element of an inclusion proof.

    Requires 0 <= index < size. Raises ProofError.
    """
    if not 0 <= index < size:
        raise ProofError(f"inclusion: index {index} is outside a tree of {size}")
    groups = []
    # PATH(m, D[n]) of RFC 9162, 2.1.3.1, from the root down: the half without the leaf is an element of the proof.
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            groups.append(_subtrees(middle, end))
            end = middle
        else:
            groups.append(_subtrees(start, middle))
            start = middle
    return groups[::-1]


def consistency_coordinates(old_size: int, size: int) -> list[list[Coordinate]]:
    """List the subtrees to fold into each element of a consistency proof, in the proof's order.

    Requires 0 < old_size <= size (RFC 9162, 2.1.4.1). Raises ProofError.
    """
    if not 0 < old_size <= size:
        raise ProofError(f"consistency: no proof leads from size {old_size} to size {size}")
    groups = []
    # SUBPROOF(m, D[n], b) of RFC 9162, 2.1.4.1; b is true for as long as start has not moved.
    start, end = 0, size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            groups.append(_subtrees(middle, end))
            end = middle
        else:
            groups.append(_subtrees(start, middle))
            start = middle
    # Where the old tree is itself a complete subtree its root is known to the verifier and left out.
    if start:
        groups.append(_subtrees(start, end))
    return groups[::-1]


def build_proof(groups: Iterable[Sequence[Coordinate]], node: Callable[[int, int], bytes]) -> list[bytes]:
    """Read the nodes of each group by `node(level, index)` and fold them into the elements of a proof."""
    return [fold(node(level, index) for level, index in group) for group in groups]


def verify_inclusion(*, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the tree of this size and root holds the leaf at the index.

    Requires 0 <= index < size (RFC 9162, 2.1.3.2). Raises ProofError.
    """
    if not 0 <= index < size:
        raise ProofError(f"inclusion: index {index} is outside a tree of {size}")
    # The length of each, lest one long element take the place of two: the node hash only joins bytes.
    _check_hashes("inclusion", [leaf_hash, root, *proof])
    computed = _root_from_inclusion(leaf_hash, index, size, proof)
    if not hmac.compare_digest(computed, root):
        raise ProofError(f"inclusion: the proof of index {index} does not lead to the root of size {size}")


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size` and `root` begins with the whole tree of `old_size` and `old_root`.

    Requires 0 < old_size <= size, or both 0: that any log grows from nothing is a rule of the protocol, which no proof
    can show (RFC 9162, 2.1.4.2). Raises ProofError.
    """
    if not (0 < old_size <= size or old_size == size == 0):
        raise ProofError(f"consistency: no proof leads from size {old_size} to size {size}")
    _check_hashes("consistency", [old_root, root, *proof])
    if old_size == size:
        _check_same_tree(old_root, root, size, proof)
        return
    # Both roots from one proof: the old one shows that the shared part is the old tree, the new one that it is in this.
    old_computed, computed = _roots_from_consistency(old_root, old_size, size, proof)
    if not hmac.compare_digest(old_computed, old_root):
        raise ProofError(f"consistency: the proof does not lead to the root of the old size {old_size}")
    if not hmac.compare_digest(computed, root):
        raise ProofError(f"consistency: the proof does not lead to the root of size {size}")


def inclusion_length(index: int, size: int) -> int:
    """Count the hashes of an inclusion proof. Requires 0 <= index < size."""
    # Below the point where the paths of the leaf and of the last leaf part, every level gives a sibling; above it, only
    # those levels where the path turns right.
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def _split(width: int) -> int:
    """Return the largest power of two below the width. Requires width > 1 (RFC 9162, 2.1.1)."""
    return 1 << (width - 1).bit_length() - 1


def _subtrees(start: int, end: int) -> list[Coordinate]:
    coordinates = []
    while start < end:
        level = (end - start).bit_length() - 1
        coordinates.append((level, start >> level))
        start += 1 << level
    return coordinates


def _check_hashes(kind: str, hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise ProofError(f"{kind}: a hash of {len(value)} bytes in place of {HASH_SIZE}")


def _check_same_tree(old_root: bytes, root: bytes, size: int, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofError(f"consistency: {len(proof)} hashes where both sizes are {size}")
    if not hmac.compare_digest(old_root, root) or (size == 0 and root != EMPTY_ROOT):
        raise ProofError(f"consistency: the roots of size {size} differ")


def _root_from_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    # With the right number of hashes the walk below ends at the root; RFC 9162, 2.1.3.2 checks that at the end instead.
    if len(proof) != inclusion_length(index, size):
        raise ProofError(
            f"inclusion: {len(proof)} hashes in place of {inclusion_length(index, size)} for index {index} of {size}"
        )
    node, last = index, size - 1
    computed = leaf_hash
    for sibling in proof:
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            node, last = _climb_promoted(node, last)
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    return computed


def _climb_promoted(node: int, last: int) -> tuple[int, int]:
    # The last leaf of an odd row is promoted (RFC 6962, 2.1): a node at the right edge without a sibling rises
    # unhashed, until it is a right child.
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _roots_from_consistency(old_root: bytes, old_size: int, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the old and the new root that the proof leads to. Requires 0 < old_size < size."""
    if len(proof) != len(consistency_coordinates(old_size, size)):
        raise ProofError(f"consistency: {len(proof)} hashes do not fit the sizes {old_size} and {size}")
    # An old tree that is a complete subtree of the new one is not repeated in the proof.
    hashes = [old_root, *proof] if old_size.bit_count() == 1 else proof
    # Up to where the last old leaf's subtree is no longer complete (RFC 9162, 2.1.4.2, step 4).
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_computed = computed = hashes[0]
    for sibling in hashes[1:]:
        if node & 1 or node == last:
            old_computed, computed = node_hash(sibling, old_computed), node_hash(sibling, computed)
            node, last = _climb_promoted(node, last)
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    return old_computed, computed
