"""Proofs from the stored nodes, each read by one statement."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.db import connection

from traceability.errors import TraceabilityError
from traceability.ledger import EMPTY_ROOT
from traceability.ledger.merkle import node_hash
from traceability.ledger.proof import (
    Coordinate,
    build_proof,
    consistency_coordinates,
    inclusion_coordinates,
    root_coordinates,
)


class MissingNodeError(TraceabilityError):
    """A node or entry that must be stored is not there: the log is smaller than asked for, or damaged."""


def inclusion(index: int, size: int) -> list[bytes]:
    """Build the proof that the tree of this size holds the entry.

    Requires 0 <= index < size <= the log's size. Raises ProofError, MissingNodeError.
    """
    return _proof(inclusion_coordinates(index, size))


def inclusions(indexes: Sequence[int], size: int) -> dict[int, list[bytes]]:
    """Build the proofs of several entries by the same one statement; by index.

    Requires what `inclusion` does of each. Raises ProofError, MissingNodeError.
    """
    groups = {index: inclusion_coordinates(index, size) for index in indexes}
    hashes = iter(_proof([group for proof in groups.values() for group in proof]))
    return {index: list(islice(hashes, len(proof))) for index, proof in groups.items()}


def consistency(old_size: int, size: int) -> list[bytes]:
    """Build the proof that the tree of `size` begins with the whole tree of `old_size`.

    Requires 0 < old_size <= size <= the log's size. Raises ProofError, MissingNodeError.
    """
    return _proof(consistency_coordinates(old_size, size))


def root(size: int) -> bytes:
    """Work out the root at a size from the stored nodes alone, by another way than the integrator's frontier.

    Raises MissingNodeError.
    """
    coordinates = root_coordinates(size)
    return _proof([coordinates])[0] if coordinates else EMPTY_ROOT


def subtrees(coordinates: Sequence[Coordinate]) -> list[bytes]:
    """Read the hashes of complete subtrees, in the order asked for. Raises MissingNodeError."""
    return _proof([one] for one in coordinates)


def _proof(groups: Iterable[Sequence[Coordinate]]) -> list[bytes]:
    asked = list(groups)
    stored = _read({place for group in asked for coordinate in group for place in stored_at(coordinate)})

    def node(level: int, index: int) -> bytes:
        hashes = [_found(stored, place) for place in stored_at((level, index))]
        return hashes[0] if len(hashes) == 1 else node_hash(*hashes)

    return build_proof(asked, node)


def stored_at(coordinate: Coordinate) -> list[Coordinate]:
    """Say which stored hashes give a subtree's: itself on an even level, its two children on an odd one."""
    level, index = coordinate
    return [coordinate] if level % 2 == 0 else [(level - 1, 2 * index), (level - 1, 2 * index + 1)]


_NODES = """
SELECT 0::smallint, index, leaf_hash FROM ledger_entry WHERE index = ANY(%s)
UNION ALL
SELECT level, index, hash FROM unnest(%s::smallint[], %s::bigint[]) AS asked (level, index)
JOIN ledger_node USING (level, index)
"""


def _read(places: set[Coordinate]) -> dict[Coordinate, bytes]:
    leaves = [index for level, index in places if level == 0]
    nodes = [place for place in places if place[0]]
    with connection.cursor() as cursor:
        cursor.execute(_NODES, [leaves, [level for level, _ in nodes], [index for _, index in nodes]])
        return {(level, index): bytes(digest) for level, index, digest in cursor.fetchall()}


def _found(stored: Mapping[Coordinate, bytes], place: Coordinate) -> bytes:
    try:
        return stored[place]
    except KeyError:
        level, index = place
        raise MissingNodeError(f"node {level}/{index}: not stored") from None
