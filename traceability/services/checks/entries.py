"""The entries of a stretch of the log: stored bytes, columns, chains, tree and details."""

from collections.abc import Generator, Iterator, Sequence
from hashlib import sha256
from operator import attrgetter, itemgetter

import msgspec
from django.conf import settings
from django.db import connection
from orjson import loads

from traceability.ledger import Frontier, LeafError, leaf_hash
from traceability.ledger.leaf import parse_leaf
from traceability.services.checks.details import DetailCheck, Read
from traceability.services.checks.fault import Fault
from traceability.services.checks.links import LinkCheck
from traceability.services.checks.reading import binary_rows
from traceability.services.checks.tree import TreeCheck

# Rows to a statement: enough to spread its cost, few enough to stay in some megabytes.
_BATCH = 8192
# Leaves that are taken apart at once.
_PART = 1024
# Index, record, entity, eseq, prev in hex, leaf hash, leaf.
Entry = tuple[int, str, str, int, str | None, bytes, bytes]
_columns, _place = itemgetter(1, 2, 3, 4), itemgetter(0, 2, 3, 4)
_stored_hash, _leaf = itemgetter(5), itemgetter(6)


class _Linking(msgspec.Struct, gc=False):
    """The members that columns and chains are compared with; of those beyond them only whether they are there."""

    id: str
    entity: str
    eseq: int
    prev: str | None
    log: str
    inputs: msgspec.Raw = msgspec.Raw()
    commit: msgspec.Raw = msgspec.Raw()
    attachments: msgspec.Raw = msgspec.Raw()
    sig: msgspec.Raw = msgspec.Raw()


# A third of the time that a whole leaf takes.
_decode = msgspec.json.Decoder(_Linking).decode
_said = attrgetter("id", "entity", "eseq", "prev")
_log = attrgetter("log")


def _details(members: _Linking) -> msgspec.Raw:
    return members.inputs or members.commit or members.attachments or members.sig


class EntryCheck:
    """Checks the entries from an index on, in the log's order, `before` being the tree up to there where it is known.

    With `thorough` the form of every leaf and each of its members is held against its rule; with `files` stored
    attachments are read, too. Memory grows with the number of entities in the stretch: a long log is checked in
    several. `frontier` is None once entries are missing, for then no tree follows.
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
            rows: list[Entry] = binary_rows(_READ, [first, self._next])
            yield from self._check_whole(first, rows)
            hashes: list[bytes] = []
            for start in range(0, len(rows), _PART):
                yield from self._check_rows(rows[start : start + _PART], hashes)
            yield from self._links.settle()
            if self._tree:
                yield from self._tree.add(hashes)
            self.checked += len(rows)

    def _check_whole(self, first: int, rows: Sequence[Entry]) -> Iterator[Fault]:
        if len(rows) == self._next - first:
            return
        self._tree = None
        there = {row[0] for row in rows}
        for index in range(first, self._next):
            if index not in there:
                yield Fault("ledger_entry", f"index={index}", "missing", "the log has entries behind it, not this one")

    def _check_rows(self, rows: Sequence[Entry], hashes: list[bytes]) -> Iterator[Fault]:
        # All at once, where all is well: a loop in Python over every row takes half as long again.
        digests = [sha256(b"\x00" + row[6]).digest() for row in rows]
        read: Sequence[_Linking | None] | None = self._read(rows, digests)
        if read is None:
            digests, read = yield from _look_closer(rows)
        hashes += digests
        self._links.add(map(_place, rows), digests)
        detailed = [(row[0], row[6]) for row, members in zip(rows, read, strict=True) if members and _details(members)]
        yield from self._check_details(detailed)

    def _check_details(self, leaves: Sequence[tuple[int, bytes]]) -> Iterator[Fault]:
        detailed: list[Read] = []
        for index, leaf in leaves:
            try:
                parse_leaf(leaf)
            except LeafError as error:
                yield Fault("ledger_entry", f"index={index}", "leaf", str(error))
                continue
            members = loads(leaf)
            self._links.add_inputs(index, members.get("inputs", ()))
            detailed.append((index, leaf, members))
        yield from self._details.faults(detailed)

    def _read(self, rows: Sequence[Entry], digests: Sequence[bytes]) -> list[_Linking] | None:
        """Return the linking members of all leaves, or None where one row or more is not as it should be."""
        leaves = list(map(_leaf, rows))
        try:
            if self._thorough:
                for leaf in leaves:
                    parse_leaf(leaf)
            read = list(map(_decode, leaves))
        except (LeafError, msgspec.DecodeError, UnicodeError):
            return None
        sound = (
            list(map(_stored_hash, rows)) == digests
            and list(map(_said, read)) == list(map(_columns, rows))
            and set(map(_log, read)) == {settings.LOG_ORIGIN}
        )
        return read if sound else None


def check_outside(size: int) -> Iterator[Fault]:
    """Find entries that stand outside of the log as its state has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT index FROM ledger_entry WHERE index < 0 OR index >= %s ORDER BY index", [size])
        for (index,) in cursor.fetchall():
            yield Fault("ledger_entry", f"index={index}", "extra", f"the log has only {size} entries")


_READ = """
SELECT index, record_id::text, entity, eseq, encode(prev, 'hex'), leaf_hash, leaf FROM ledger_entry
WHERE index >= %s AND index < %s ORDER BY index
"""


def _look_closer(rows: Sequence[Entry]) -> Generator[Fault, None, tuple[list[bytes], list[_Linking | None]]]:
    """Say which rows are not as they should be; return the hashes to go on with, and the leaves that can be read."""
    digests: list[bytes] = []
    read: list[_Linking | None] = []
    for row in rows:
        digest, stored, place = leaf_hash(row[6]), row[5], f"index={row[0]}"
        if digest != stored:
            yield Fault("ledger_entry", place, "hash", f"the leaf hashes to {digest.hex()}, not to {stored.hex()}")
            digest = _agreed(row[1], digest, stored)
        digests.append(digest)
        try:
            leaf = parse_leaf(row[6])
        except LeafError as error:
            yield Fault("ledger_entry", place, "leaf", str(error))
            read.append(None)
            continue
        read.append(_decode(row[6]))
        columns = ((leaf.id, leaf.entity, leaf.eseq, leaf.prev, leaf.log), (*_columns(row), settings.LOG_ORIGIN))
        for name, says, column in zip(("id", "entity", "eseq", "prev", "log"), *columns, strict=True):
            if says != column:
                yield Fault("ledger_entry", place, name, f"the row says {column}, the leaf {says}")
    return digests, read


def _agreed(record: str, digest: bytes, stored: bytes) -> bytes:
    """Choose between the leaf's own hash and the stored one by what the receipt says.

    Whichever was changed, the other leads to the tree that was signed: one fault is not taken for many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaf_hash FROM traceability_receipt WHERE record_id = %s::uuid", [record])
        found = cursor.fetchone()
    return stored if found and bytes(found[0]) == stored else digest
