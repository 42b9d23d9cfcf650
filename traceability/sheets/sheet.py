"""A sheet of a known kind: its heading found, its rows read cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from traceability.errors import InputError
from traceability.sheets.cells import Reader, clean
from traceability.sheets.tables import Limits, Line, SheetError, lines

# A unit in brackets behind a heading.
_UNIT = re.compile(r"(.+?)[(\[]([^)\]]+)[)\]]\*?")
# A title may stand above the heading, and no more than that.
_HEADING_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how values call it, its headings (the first is the template's own), and the reader of a cell."""

    name: str
    headings: tuple[str, ...]
    read: Reader
    required: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell, or a whole row (no field), that breaks a rule of `traceability.errors.MESSAGES`."""

    line: int
    field: str
    value: str
    rule: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: values by the columns' names, empty cells left out; the cells as they stood; what is wrong.

    `texts` has the cells that values were read from, as they are shown to people.
    """

    line: int
    values: Mapping[str, Any]
    cells: Sequence[str]
    problems: Sequence[Problem]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    column: Column
    unit: str


class Sheet:
    """A file whose heading fits; `ignored` names the headings that mean nothing here."""

    def __init__(self, heading: Sequence[str], places: Mapping[int, _Place], body: Iterator[Line]) -> None:
        self.heading = tuple(heading)
        self.ignored = tuple(name for place, name in enumerate(heading) if place not in places and clean(name))
        self._places = places
        self._body = body

    def count(self) -> int:
        """Count the rows in place of reading them. Raises SheetError where the file itself breaks off."""
        return sum(1 for _ in self._body)

    def rows(self) -> Iterator[Row]:
        """Read the rows, once, in the order of the file. Raises SheetError where the file itself breaks off."""
        for number, cells in self._body:
            yield self._row(number, cells)

    def _row(self, number: int, cells: Sequence[str]) -> Row:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        texts: dict[str, str] = {}
        for place, there in self._places.items():
            cell = clean(cells[place]) if place < len(cells) else ""
            try:
                if cell:
                    texts[there.column.name] = cell
                    values[there.column.name] = there.column.read(cell, there.unit)
                elif there.column.required:
                    problems.append(Problem(number, there.column.name, "", "empty_text", {}))
            except InputError as error:
                problems.append(Problem(number, there.column.name, cell, error.rule, error.params))
        if any(clean(cell) for place, cell in enumerate(cells) if place >= len(self.heading)):
            problems.append(Problem(number, "", "", "cells_beyond_heading", {}))
        return Row(number, values, cells, problems, texts)


def open_sheet(data: bytes, columns: Sequence[Column], limits: Limits | None = None) -> Sheet:
    """Open a file and find its heading within the first lines. Raises SheetError, which says what is missing."""
    body = lines(data, limits or Limits())
    missing: list[str] = []
    for _, (number, cells) in zip(range(_HEADING_WITHIN), body, strict=False):
        places = _places(number, cells, columns)
        named = {there.column.name for there in places.values()}
        missing = [one.headings[0] for one in columns if one.required and one.name not in named]
        if not missing:
            return Sheet(cells, places, body)
    raise SheetError("", "headings_missing", names=", ".join(missing or [one.headings[0] for one in columns]))


def _places(number: int, cells: Sequence[str], columns: Sequence[Column]) -> dict[int, _Place]:
    known = {_key(heading): one for one in columns for heading in (one.name, *one.headings)}
    places: dict[int, _Place] = {}
    for place, cell in enumerate(cells):
        name, unit = _parted(clean(cell))
        column = known.get(_key(name))
        if column and any(there.column is column for there in places.values()):
            raise SheetError(f"/{number}", "repeated_heading", name=clean(cell)[:60])
        if column:
            places[place] = _Place(column, unit)
    return places


def _parted(heading: str) -> tuple[str, str]:
    found = _UNIT.fullmatch(heading)
    return (found[1], found[2].strip()) if found else (heading, "")


def _key(heading: str) -> str:
    return "".join(clean(heading).casefold().replace("_", " ").rstrip("*").split())
