"""Going through a sheet: every row written or tried, and what became of it counted."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import Membership
from traceability.enums import SheetKind
from traceability.errors import InputError
from traceability.services.chain import ChainConflictError
from traceability.services.entries import Entry
from traceability.services.imports.growth import GROWTH
from traceability.services.imports.intakes import INTAKES
from traceability.services.imports.kind import SheetOf, Told, everything, midnight
from traceability.services.imports.plots import PLOTS
from traceability.services.rows import RowConflictError
from traceability.sheets import Problem, Row

_KINDS: dict[str, SheetOf] = {SheetKind.PLOTS: PLOTS, SheetKind.GROWTH: GROWTH, SheetKind.INTAKES: INTAKES}
KINDS: Mapping[str, SheetOf] = MappingProxyType(_KINDS)
# What one row may be refused with while the others stand.
_REFUSALS = (InputError, ChainConflictError, RowConflictError)
_DIGEST_BITS = 64


def register(kind: SheetKind, sheet: SheetOf) -> None:
    """Take up the sheets of an app above, as that app starts."""
    _KINDS[kind] = sheet


@dataclass(slots=True)
class Tally:
    """What became of some rows: how many there were, how many are good, what they come to, what is wrong."""

    rows: int = 0
    good: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count the rows of another one in."""
        self.rows += other.rows
        self.good += other.good
        self.problems += other.problems
        self.count(other.totals)

    def count(self, amounts: Mapping[str, Decimal]) -> None:
        """Add amounts to the sums, by unit."""
        for unit, amount in amounts.items():
            self.totals[unit] = self.totals.get(unit, Decimal(0)) + amount


class GoingThrough:
    """One pass over the rows of a sheet of one kind, for one member.

    A row that names the same thing as an earlier one is refused, and so is one that was recorded before with other
    content; one that was recorded just so counts as good. On `trial` nothing is to stay of what is written.
    """

    def __init__(
        self, kind: str, membership: Membership, *, clock: Callable[[], datetime], trial: bool = False
    ) -> None:
        self.kind = KINDS[kind]
        self.name = kind
        self.membership = membership
        self.clock = clock
        self._trial = self.kind.trial(membership, clock()) if trial and self.kind.trial else None
        # Of each thing that a row named: the first row's line, and what it said. One number each way: there may be as
        # many as a sheet has rows.
        self._first: dict[int, int] = {}

    def take(self, rows: Sequence[Row]) -> Tally:
        """Write rows inside the caller's transaction, and tell what became of them.

        The same rows may be taken again, where that transaction came to nothing.
        """
        problems = {row.line: list(row.problems) for row in rows}
        fresh: list[tuple[Row, Entry]] = []
        for row in rows:
            if row.problems:
                continue
            entry = self._entry(row)
            repeated = self._repeated(row, entry)
            if repeated:
                problems[row.line].append(repeated)
            else:
                fresh.append((row, entry))
        for line, problem in self._written(fresh).items():
            problems[line].append(problem)
        return self._tallied(rows, problems)

    def _tallied(self, rows: Sequence[Row], problems: Mapping[int, Sequence[Problem]]) -> Tally:
        tally = Tally(rows=len(rows), problems=[one for row in rows for one in problems[row.line]])
        for row in rows:
            if not problems[row.line]:
                tally.good += 1
                tally.count(self.kind.total(row.values))
        return tally

    def _entry(self, row: Row) -> Entry:
        return Entry(id=self._record_id(row), time=midnight(row.values["day"]), imported=True)

    def _repeated(self, row: Row, entry: Entry) -> Problem | None:
        said = _digest(row)
        line, before = divmod(self._first.setdefault(entry.id.int, row.line << _DIGEST_BITS | said), 1 << _DIGEST_BITS)
        if line == row.line:
            return None
        name = self.kind.named_by
        rule = "repeated_row" if said == before else "differs_from_line"
        return Problem(row.line, name if name in row.values else "", _shown(row, name), rule, {"line": line})

    def _written(self, rows: Sequence[tuple[Row, Entry]]) -> dict[int, Problem]:
        if self._trial:
            return self._told(rows, self._trial([(row.values, entry) for row, entry in rows], self.clock()))
        if self.kind.write_all and len(rows) > 1:
            return self._written_together(rows)
        alone = ((row.line, self._written_alone(row, entry)) for row, entry in rows)
        return {line: problem for line, problem in alone if problem}

    def _written_together(self, rows: Sequence[tuple[Row, Entry]]) -> dict[int, Problem]:
        if self.kind.write_all is None:
            raise ValueError(f"{self.name}: rows of this kind are written one by one")
        try:
            with transaction.atomic():
                told = self.kind.write_all([(row.values, entry) for row, entry in rows], self.membership, self.clock())
        except _REFUSALS:
            # One of them spoils them all in a way that shows only as they are written: it is in one of the halves.
            middle = len(rows) // 2
            return self._written(rows[:middle]) | self._written(rows[middle:])
        return self._told(rows, told)

    def _told(self, rows: Sequence[tuple[Row, Entry]], told: Told) -> dict[int, Problem]:
        return {row.line: self._problem(row, one) for (row, _), one in zip(rows, told, strict=True) if one}

    def _written_alone(self, row: Row, entry: Entry) -> Problem | None:
        try:
            with transaction.atomic():
                self.kind.write(row.values, entry, self.membership, self.clock())
        except InputError as error:
            return self._problem(row, error)
        except (ChainConflictError, RowConflictError):
            name = self.kind.named_by
            return Problem(row.line, name if name in row.values else "", _shown(row, name), "differs_from_recorded", {})
        return None

    def _record_id(self, row: Row) -> UUID:
        # Ids are public, and rows name people: without the server's key nobody can tell from one what stood there.
        about = f"{self.membership.organisation.public_id}\n{self.name}\n{self.kind.identity(row.values)}"
        digest = salted_hmac("suyuan.import", about, algorithm="sha256").digest()
        return UUID(bytes=digest[:16], version=5)

    def _problem(self, row: Row, error: InputError) -> Problem:
        params = {name: str(value) for name, value in error.params.items()}
        column = self.kind.column_of(error.pointer, params)
        return Problem(row.line, column, _shown(row, column), error.rule, params)


def _shown(row: Row, column: str) -> str:
    return row.texts.get(column, "")[:60]


def _digest(row: Row) -> int:
    return int.from_bytes(hashlib.blake2b(everything(row.values).encode(), digest_size=_DIGEST_BITS // 8).digest())
