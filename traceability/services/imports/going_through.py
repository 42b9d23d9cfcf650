"""Going through a sheet: every row written or tried, and what became of it counted."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from django.utils.crypto import salted_hmac

from accounts.models import Membership
from traceability.enums import SheetKind
from traceability.errors import InputError
from traceability.services.chain import ChainConflictError
from traceability.services.entries import Entry
from traceability.services.imports.growth import GROWTH
from traceability.services.imports.intakes import INTAKES
from traceability.services.imports.kind import SheetOf, midnight
from traceability.services.imports.plots import PLOTS
from traceability.services.rows import RowConflictError
from traceability.sheets import Problem, Row

_KINDS: dict[str, SheetOf] = {SheetKind.PLOTS: PLOTS, SheetKind.GROWTH: GROWTH, SheetKind.INTAKES: INTAKES}
KINDS: Mapping[str, SheetOf] = MappingProxyType(_KINDS)


def register(kind: SheetKind, sheet: SheetOf) -> None:
    """Take up the sheets of an app above, as that app starts."""
    _KINDS[kind] = sheet


class GoingThrough:
    """One pass over the rows of a sheet of one kind, for one member.

    `around` is the context in which each row is written. A row that names the same thing as an earlier one is refused,
    and so is one that was recorded before with other content; one that was recorded just so counts as good.
    """

    def __init__(
        self,
        kind: str,
        membership: Membership,
        *,
        clock: Callable[[], datetime],
        around: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self.kind = KINDS[kind]
        self.name = kind
        self.membership = membership
        self.clock = clock
        self.around = around
        self.rows = self.good = 0
        self.totals: dict[str, Decimal] = {}
        self.problems: list[Problem] = []
        self._lines: dict[UUID, int] = {}

    def take(self, row: Row) -> None:
        """Write one row, and count it."""
        self.rows += 1
        problem = None if row.problems else self._written(row)
        self.problems += row.problems
        if problem:
            self.problems.append(problem)
        elif not row.problems:
            self.good += 1
            for unit, amount in self.kind.total(row.values).items():
                self.totals[unit] = self.totals.get(unit, Decimal(0)) + amount

    def _written(self, row: Row) -> Problem | None:
        entry = Entry(id=self._record_id(row), time=midnight(row.values["day"]), imported=True)
        first = self._lines.setdefault(entry.id, row.line)
        if first != row.line:
            return Problem(row.line, "", "", "repeated_row", {"line": first})
        try:
            with self.around():
                self.kind.write(row.values, entry, self.membership, self.clock())
        except InputError as error:
            return self._problem(row, error)
        except (ChainConflictError, RowConflictError):
            return Problem(row.line, "", "", "differs_from_recorded", {})
        return None

    def _record_id(self, row: Row) -> UUID:
        # Ids are public, and rows name people: without the server's key nobody can tell from one what stood there.
        about = f"{self.membership.organisation.public_id}\n{self.name}\n{self.kind.identity(row.values)}"
        digest = salted_hmac("suyuan.import", about, algorithm="sha256").digest()
        return UUID(bytes=digest[:16], version=5)

    def _problem(self, row: Row, error: InputError) -> Problem:
        params = {name: str(value) for name, value in error.params.items()}
        column = self.kind.column_of(error.pointer, params)
        return Problem(row.line, column, str(row.values.get(column, ""))[:60], error.rule, params)
