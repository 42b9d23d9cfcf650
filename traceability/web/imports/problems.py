"""What is wrong in a sheet, in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from django.utils.translation import gettext

from traceability.errors import MESSAGES
from traceability.models import SheetImport
from traceability.services.imports.going_through import KINDS
from traceability.sheets import Column, Problem


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the report: where, what stood there, and what is wrong with it."""

    line: int
    column: str
    value: str
    message: str


def told(found: SheetImport) -> "Report":
    """Tell all that is wrong, in the order of the file."""
    problems = [Problem(one["line"], one["field"], one["value"], one["rule"], one["params"]) for one in found.problems]
    return Report(problems, KINDS[found.kind].columns)


class Report(Sequence[Told]):
    """What is wrong in a sheet, each column by the heading of the template; put into words when it is looked at."""

    def __init__(self, problems: Sequence[Problem], columns: Sequence[Column]) -> None:
        self._problems = problems
        self._headings = {one.name: one.headings[0] for one in columns}

    def __len__(self) -> int:
        return len(self._problems)

    @overload
    def __getitem__(self, place: int) -> Told: ...
    @overload
    def __getitem__(self, place: slice) -> list[Told]: ...
    def __getitem__(self, place: int | slice) -> Told | list[Told]:
        """Tell one, or a page of them."""
        if isinstance(place, slice):
            return [self._told(one) for one in self._problems[place]]
        return self._told(self._problems[place])

    def _told(self, one: Problem) -> Told:
        return Told(
            line=one.line,
            column=self._headings.get(one.field, ""),
            value=one.value,
            message=gettext(MESSAGES[one.rule]).format(**one.params),
        )
