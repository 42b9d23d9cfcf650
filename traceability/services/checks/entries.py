"""The entries of a stretch of the log: stored bytes, columns, chains, tree and details."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from traceability.ledger import CanonicalError, Frontier, LeafError
from traceability.ledger.canonical import read_quickly, write_profiled
from traceability.ledger.leaf import parse_leaf
from traceability.services.checks.details import NAMES, DetailCheck, Read
from traceability.services.checks.fault import Fault
from traceability.services.checks.links import LinkCheck, is_linkable
from traceability.services.checks.receipts import check_receipts
from traceability.services.checks.tree import TreeCheck

# Long enough to spread the cost of a statement, short enough to stay in some megabytes.
_BATCH = 8192
# index, record, entity, eseq, prev, leaf, leaf hash
Entry = tuple[int, str, str, int, bytes | None, bytes, bytes]
_COLUMNS = ("id", "entity", "eseq", "prev")


class EntryCheck:
    """Checks the entries from an index on, in the log's order, `before` being the tree up to there where it is known.

    With `thorough` every member is held against its rule; with `files` stored attachments are read, too. Memory grows
    with the number of entities in the stretch: a long log is checked in several. `frontier` is None once entries are
    missing, for then no tree follows.
    """

    def __init__(self, first: int, before: Frontier | None, *, thorough: bool, files: bool) -> None:
        self._next = first
        self._thorough = thorough
        self._links = LinkCheck()
        self._tree = TreeCheck(before) if before else None
        self._details = DetailCheck(files=files)
        self.checked = 0

    @property
    def frontier(self) -> Frontier | None:
        """The tree over all entries checked so far."""
        return self._tree.frontier if self._tree else None

    def faults(self, end: int) -> Iterator[Fault]:
        """Check all entries below an index."""
        while self._next < end:
            first, self._next = self._next, min(end, (self._next // _BATCH + 1) * _BATCH)
            rows = _read(first, self._next)
            yield from self._check_whole(first, [row[0] for row in rows])
            hashes: list[bytes] = []
            detailed: list[Read] = []
            yield from self._check_rows(rows, hashes, detailed)
            yield from self._links.settle()
            if self._tree:
                yield from self._tree.add(hashes)
            yield from self._details.faults(first, self._next, detailed)
            yield from check_receipts(first, self._next)
            self.checked += len(rows)

    def _check_whole(self, first: int, indices: Sequence[int]) -> Iterator[Fault]:
        if len(indices) == self._next - first:
            return
        self._tree = None
        for index in sorted(set(range(first, self._next)).difference(indices)):
            yield Fault("ledger_entry", f"index={index}", "missing", "the log has entries behind it, and not this one")

    def _check_rows(self, rows: Sequence[Entry], hashes: list[bytes], detailed: list[Read]) -> Iterator[Fault]:
        for row in rows:
            index, record, entity, eseq, prev, leaf, stored = row
            digest = sha256(b"\x00" + leaf).digest()
            if digest != stored:
                text = f"the leaf hashes to {digest.hex()}, not to {stored.hex()}"
                yield Fault("ledger_entry", f"index={index}", "hash", text)
                digest = _agreed(record, digest, stored)
            hashes.append(digest)
            members = self._members(leaf)
            if members is None:
                self._links.stand_in(entity, eseq, digest)
                yield Fault("ledger_entry", f"index={index}", "leaf", _why_not(leaf))
                continue
            if (record, entity, eseq, prev and prev.hex()) != tuple(members[name] for name in _COLUMNS):
                yield from _differing(row, members)
            self._links.add(index, members, digest)
            if not NAMES.isdisjoint(members):
                detailed.append((index, leaf, members))

    def _members(self, leaf: bytes) -> Mapping[str, Any] | None:
        try:
            if self._thorough:
                parse_leaf(leaf)
            members = read_quickly(leaf)
            sound = write_profiled(members) == leaf and is_linkable(members) and members["log"] == settings.LOG_ORIGIN
        except (CanonicalError, LeafError, ValueError, LookupError):
            return None
        return members if sound else None


def check_outside(size: int) -> Iterator[Fault]:
    """Find entries that stand outside of the log as its state has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT index FROM ledger_entry WHERE index < 0 OR index >= %s ORDER BY index", [size])
        for (index,) in cursor.fetchall():
            yield Fault("ledger_entry", f"index={index}", "extra", f"the log has only {size} entries")


_COPY = """
COPY (
    SELECT index, record_id::text, entity, eseq, prev, leaf, leaf_hash FROM ledger_entry
    WHERE index >= {first} AND index < {end} ORDER BY index
) TO STDOUT (FORMAT BINARY)
"""


def _read(first: int, end: int) -> list[Entry]:
    # Two integers of our own, written into the text: with DEBUG, Django's cursor takes no parameters for COPY.
    with connection.cursor() as cursor, cursor.copy(_COPY.format(first=first, end=end)) as copy:
        copy.set_types(["int8", "text", "text", "int8", "bytea", "bytea", "bytea"])
        return list(copy.rows())


def _agreed(record: str, digest: bytes, stored: bytes) -> bytes:
    """Choose between the leaf's own hash and the stored one by what the receipt says.

    Whichever was changed, the other leads to the tree that was signed: one fault is not taken for many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaf_hash FROM traceability_receipt WHERE record_id = %s::uuid", [record])
        found = cursor.fetchone()
    return stored if found and bytes(found[0]) == stored else digest


def _why_not(leaf: bytes) -> str:
    try:
        found = parse_leaf(leaf)
    except LeafError as error:
        return str(error)
    return f"belongs to the log {found.log}"


def _differing(row: Entry, members: Mapping[str, Any]) -> Iterator[Fault]:
    columns = (row[1], row[2], row[3], row[4] and row[4].hex())
    for name, column in zip(_COLUMNS, columns, strict=True):
        if members[name] != column:
            yield Fault("ledger_entry", f"index={row[0]}", name, f"the row says {column}, the leaf {members[name]}")
