"""Everything that is stored, against everything that follows from the leaves."""

from collections.abc import Callable, Generator, Iterator
from itertools import chain

from django.conf import settings

from traceability.ledger import Frontier
from traceability.models import LogState
from traceability.queries.proofs import MissingNodeError
from traceability.services.checks import entries, heads, openings, outbox, receipts, rows, tree
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
        yield from self.check_entries(size())
        yield from self.check_rest()
        yield from check_by_database()

    def check_entries(self, end: int, *, before: Frontier | None = None) -> Iterator[Fault]:
        """Check the entries from the end of a known tree up to an index."""
        frontier: Frontier | None = before or Frontier()
        position = frontier.size if frontier else 0
        while position < end:
            stop = min(end, (position // STRETCH + 1) * STRETCH)
            # Past a hole no tree can be worked out; the stored nodes lead on, and the hole stays a finding.
            frontier = frontier or (yield from _stored(position))
            frontier = yield from self._stretch(frontier or Frontier(), stop)
            if frontier is None:
                self.frontier = None
            position = stop
        if self.frontier is not None:
            self.frontier = frontier

    def check_rest(self) -> Iterator[Fault]:
        """Check what is not an entry, beginning where `check_entries` ended."""
        with snapshot():
            yield from self._close()
        yield from rows.check_all(advance=self._count_entities)

    def _close(self) -> Iterator[Fault]:
        # As of one moment: what was integrated meanwhile, and then heads and outbox that fit it.
        end = size()
        if self.frontier is not None:
            yield from self.check_entries(end, before=self.frontier)
        if self.frontier is not None:
            yield from tree.check_state(self.frontier)
        yield from chain(
            tree.check_extra_nodes(end),
            tree.check_extra_checkpoints(end),
            entries.check_outside(end),
            outbox.check_outbox(),
            heads.check_all(),
            receipts.check_unowned(),
            openings.check_unowned(),
        )

    def _stretch(self, before: Frontier, end: int) -> Generator[Fault, None, Frontier | None]:
        check = entries.EntryCheck(before, thorough=self._thorough, files=self._files)
        yield from check.faults(end)
        self.entries += check.checked
        self._advance(check.checked)
        return check.frontier

    def _count_entities(self, number: int) -> None:
        self.entities += number
        self._advance(number)


def size() -> int:
    """Return the size of the log as its state has it."""
    state = LogState.objects.filter(origin=settings.LOG_ORIGIN).first()
    return state.size if state else 0


def _stored(position: int) -> Generator[Fault, None, Frontier | None]:
    try:
        return tree.stored_frontier(position)
    except MissingNodeError as error:
        yield Fault("ledger_node", "-", "missing", f"the tree of {position} leaves cannot be read: {error}")
    return None
