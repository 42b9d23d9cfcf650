"""Everything that is stored, against everything that follows from the leaves."""

from collections.abc import Callable, Generator, Iterator
from itertools import chain

from django.conf import settings
from django.db import connection

from traceability.ledger import Frontier
from traceability.models import LogState
from traceability.queries.proofs import MissingNodeError
from traceability.services.checks import entries, heads, openings, outbox, receipts, rows, tree
from traceability.services.checks.beside import check_beside
from traceability.services.checks.fault import Fault
from traceability.services.checks.second_path import check_by_database
from traceability.services.checks.snapshot import snapshot

# A stretch keeps the heads of the entities that it meets: so many in some tens of megabytes. A power of two, so that
# stretches are whole subtrees.
STRETCH = 65_536

Advance = Callable[[int], None]


def _quietly(_number: int) -> None:
    return


class Fsck:
    """Checks the whole log and all that rests on it, reading in a stream; faults come as they are found.

    `entries` and `entities` count what was checked; `frontier` is the tree that the leaves lead to, None where entries
    are missing.
    """

    def __init__(self, *, thorough: bool = True, files: bool = True, advance: Advance = _quietly) -> None:
        self._thorough, self._files, self._advance = thorough, files, advance
        self.frontier: Frontier | None = Frontier()
        self.entries = 0
        self.entities = 0

    def faults(self) -> Iterator[Fault]:
        """Check entries, tree and checkpoints, then what waits and the heads, then the domain rows."""
        yield from self.check_entries(0, (yield from end_of_log(0)), before=Frontier())
        yield from self.check_rest()
        yield from check_by_database()

    def faults_since(self, before: Frontier) -> Iterator[Fault]:
        """Check what is new since a tree that was found good, at a cost that follows what is new."""
        with snapshot():
            yield from self.audit_since(before)
            if self.frontier:
                yield from receipts.check_stretch(before.size, self.frontier.size)
                yield from heads.check_touched(before.size, self.frontier.size)
                yield from rows.check_touched(before.size, self.frontier.size, advance=self._count_entities)
            yield from outbox.check_outbox()

    def audit_since(self, before: Frontier) -> Iterator[Fault]:
        """Check stored bytes, chains, tree, checkpoints and state of what is new: what an auditor of the log would."""
        said = size()
        if said < before.size:
            text = f"size {said}; it had {before.size} entries when it was checked last"
            yield Fault("ledger_state", settings.LOG_ORIGIN, "shrunk", text)
            self.frontier = None
            return
        yield from tree.check_known(before)
        yield from self.check_entries(before.size, (yield from end_of_log(before.size)), before=before)
        yield from self._check_state()

    def check_entries(self, first: int, end: int, *, before: Frontier | None) -> Iterator[Fault]:
        """Check a range of entries, `before` being the tree up to there where it is known."""
        frontier, whole = before, True
        while first < end:
            stop = min(end, (first // STRETCH + 1) * STRETCH)
            # Past a hole no tree can be worked out; the stored nodes lead on, and the hole stays a finding.
            frontier = frontier or (yield from stored_frontier(first))
            check = entries.EntryCheck(first, frontier, thorough=self._thorough, files=self._files)
            yield from check.faults(stop)
            self.entries += check.checked
            self._advance(check.checked)
            first, frontier = stop, check.frontier
            whole = whole and frontier is not None
        self.frontier = frontier if whole else None

    def check_rest(self) -> Iterator[Fault]:
        """Check what is not an entry, beginning where `check_entries` ended."""
        with snapshot():
            yield from self._close()
        yield from rows.check_all(advance=self._count_entities)
        yield from check_beside()

    def _close(self) -> Iterator[Fault]:
        # As of one moment: what was integrated meanwhile, and then heads and outbox that fit it.
        end = size()
        if self.frontier is not None and self.frontier.size < end:
            known = self.frontier
            yield from self.check_entries(known.size, (yield from end_of_log(known.size)), before=known)
        yield from self._check_state()
        yield from chain(
            tree.check_extra_nodes(end),
            tree.check_all_checkpoints(end),
            entries.check_outside(end),
            outbox.check_outbox(),
            heads.check_all(),
            receipts.check_entries(),
            receipts.check_unowned(),
            openings.check_unowned(),
        )

    def _check_state(self) -> Iterator[Fault]:
        if self.frontier is not None:
            yield from tree.check_state(self.frontier)

    def _count_entities(self, number: int) -> None:
        self.entities += number
        self._advance(number)


def size() -> int:
    """Return the size of the log as its state has it."""
    state = LogState.objects.filter(origin=settings.LOG_ORIGIN).first()
    return state.size if state else 0


def end_of_log(first: int) -> Generator[Fault, None, int]:
    """Find how far entries from an index on can be checked, whatever a state that was tampered with says."""
    said = size()
    with snapshot(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(index) FILTER (WHERE index < %s), count(*) FROM ledger_entry WHERE index >= %s", [said, first]
        )
        last, count = cursor.fetchone()
    end = first if last is None else last + 1
    if end != said:
        yield Fault("ledger_state", settings.LOG_ORIGIN, "size", f"says {said}; the entries end at {end}")
    # A hole as wide as this cannot be walked through row by row.
    return int(min(end, first + 2 * count))


def stored_frontier(position: int) -> Generator[Fault, None, Frontier | None]:
    """Read the tree up to an index from the stored nodes; None, and a fault, where it cannot be read."""
    try:
        return tree.stored_frontier(position)
    except MissingNodeError as error:
        yield Fault("ledger_node", "-", "missing", f"the tree of {position} leaves cannot be read: {error}")
    return None
