"""The stored nodes and the signed checkpoints against the tree over the leaves' hashes."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import connection

from traceability.ledger import Frontier, LedgerError, open_checkpoint
from traceability.ledger.note import parse_note
from traceability.ledger.proof import root_coordinates
from traceability.queries import log, proofs, witnesses
from traceability.services.checks.fault import Fault
from traceability.services.checks.reading import binary_rows

Row = tuple[int, list[bytes]]


def stored_frontier(size: int) -> Frontier:
    """Read the frontier at a size from the stored nodes. Raises MissingNodeError."""
    frontier = Frontier()
    coordinates = root_coordinates(size)
    for (level, _), digest in zip(coordinates, proofs.subtrees(coordinates), strict=True):
        frontier.append_subtree(level, digest)
    return frontier


class TreeCheck:
    """Grows the tree by the hashes of leaves, comparing what is stored with what follows from them."""

    def __init__(self, before: Frontier) -> None:
        self.frontier = before.copy()

    def add(self, hashes: Sequence[bytes]) -> Iterator[Fault]:
        """Add the next leaves and check the nodes and the checkpoints that they complete."""
        first, end = self.frontier.size, self.frontier.size + len(hashes)
        taken, grown = 0, []
        for size, note in _checkpoints(first, end):
            grown.append(self.frontier.grow(hashes[taken : size - first]))
            taken = size - first
            yield from check_checkpoint(size, note, self.frontier.root())
        grown.append(self.frontier.grow(hashes[taken:]))
        for level, (index, row) in enumerate(_joined(grown)):
            if level >= 2 and level % 2 == 0:
                yield from _check_nodes(level, index, row)


def check_known(before: Frontier) -> Iterator[Fault]:
    """Compare a tree that was found good before with the stored nodes of its edge, and the newest checkpoint."""
    try:
        if stored_frontier(before.size).to_bytes() != before.to_bytes():
            yield Fault("ledger_node", "-", "edge", f"the nodes of the first {before.size} entries changed since")
        newest = log.checkpoint()
        if newest and newest.size <= before.size:
            yield from check_checkpoint(newest.size, newest.note, proofs.root(newest.size))
    except proofs.MissingNodeError as error:
        yield Fault("ledger_node", "-", "missing", str(error))


def check_checkpoint(size: int, note: str, root: bytes) -> Iterator[Fault]:
    """Check a signed checkpoint, and that it is of this size and root."""
    row = f"size={size}"
    try:
        checkpoint, opened = open_checkpoint(note, witnesses.vkeys(), origin=settings.LOG_ORIGIN)
    except LedgerError as error:
        yield Fault("ledger_checkpoint", row, "signature", str(error))
        return
    if opened.unverified or _rewritten(note) != note:
        yield Fault("ledger_checkpoint", row, "note", "holds more than the signatures of the keys that are known")
    if checkpoint.size != size:
        yield Fault("ledger_checkpoint", row, "size", f"the note is of size {checkpoint.size}")
    elif checkpoint.root != root:
        text = f"signs the root {checkpoint.root.hex()}; the leaves lead to {root.hex()}"
        yield Fault("ledger_checkpoint", row, "root", text)


def check_extra_nodes(size: int) -> Iterator[Fault]:
    """Find nodes that a tree of this size has no place for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, index FROM ledger_node"
            " WHERE level < 2 OR mod(level, 2) = 1 OR index < 0 OR index >= (%s >> level)",
            [size],
        )
        for level, index in cursor.fetchall():
            yield Fault("ledger_node", f"{level}/{index}", "extra", f"no tree of size {size} has this node")


def check_all_checkpoints(size: int) -> Iterator[Fault]:
    """Find checkpoints of sizes that the log never had, and published ones that are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size FROM traceability_publication AS publication"
            " WHERE NOT EXISTS (SELECT FROM ledger_checkpoint WHERE size = publication.size) ORDER BY size"
        )
        for (found,) in cursor.fetchall():
            yield Fault("ledger_checkpoint", f"size={found}", "missing", "it was published")
        cursor.execute("SELECT size FROM ledger_checkpoint WHERE size < 1 OR size > %s ORDER BY size", [size])
        for (found,) in cursor.fetchall():
            yield Fault("ledger_checkpoint", f"size={found}", "extra", f"the log has only {size} entries")


def check_state(frontier: Frontier) -> Iterator[Fault]:
    """Compare the integrator's state with the frontier that the leaves lead to, at the same size."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT origin, size, frontier FROM ledger_state")
        rows = cursor.fetchall()
        cursor.execute("SELECT EXISTS (SELECT FROM ledger_entry)")
        (has_entries,) = cursor.fetchone()
    for origin, size, data in rows:
        if origin != settings.LOG_ORIGIN:
            yield Fault("ledger_state", origin, "extra", f"this log is {settings.LOG_ORIGIN}")
        elif (size, bytes(data)) != (frontier.size, frontier.to_bytes()):
            yield Fault(
                "ledger_state", origin, "state", f"size {size} and frontier are not those of {frontier.size} leaves"
            )
    if has_entries and settings.LOG_ORIGIN not in {row[0] for row in rows}:
        yield Fault("ledger_state", settings.LOG_ORIGIN, "missing", "the log has entries and no state")


def _checkpoints(first: int, end: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size, note FROM ledger_checkpoint WHERE size > %s AND size <= %s ORDER BY size", [first, end]
        )
        return [(size, note) for size, note in cursor.fetchall()]


def _rewritten(note: str) -> str:
    text, signatures = parse_note(note)
    return f"{text}\n{''.join(one.line() for one in signatures)}"


def _joined(grown: Sequence[Sequence[Row]]) -> list[Row]:
    rows: list[Row] = []
    for part in grown:
        for level, (index, hashes) in enumerate(part):
            if level == len(rows):
                rows.append((index, []))
            rows[level][1].extend(hashes)
    return rows


def _check_nodes(level: int, first: int, hashes: Sequence[bytes]) -> Iterator[Fault]:
    statement = "SELECT index, hash FROM ledger_node WHERE level = %s AND index >= %s AND index < %s"
    found = dict(binary_rows(statement, [level, first, first + len(hashes)]))
    for index, digest in enumerate(hashes, first):
        if found.get(index) != digest:
            yield _node_fault(level, index, digest, found.get(index))


def _node_fault(level: int, index: int, digest: bytes, stored: bytes | None) -> Fault:
    if stored is None:
        return Fault("ledger_node", f"{level}/{index}", "missing", "the leaves lead to this node, and it is not stored")
    text = f"stored as {stored.hex()}; the leaves lead to {digest.hex()}"
    return Fault("ledger_node", f"{level}/{index}", "hash", text)
