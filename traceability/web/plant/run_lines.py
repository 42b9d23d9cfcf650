"""The lines of a run as a page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from traceability.enums import PartKind
from traceability.models import Lot, ProcessPart, ProcessRun
from traceability.web.trace.text import product
from traceability.web.words import word


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is called, its weight, and its lot where it has one."""

    name: str
    kg: Decimal
    lot: Lot | None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one kind."""

    label: str | Promise
    lines: list[Line]


def lines_of(run: ProcessRun) -> list[Lines]:
    """Give the lines of a run by kind. Requires that they were fetched with it."""
    parts = list(run.parts.all())
    found = [Lines(kind.label, [_line(one) for one in _of_kind(parts, kind)]) for kind in PartKind]
    return [one for one in found if one.lines]


def _of_kind(parts: Iterable[ProcessPart], kind: PartKind) -> list[ProcessPart]:
    return [one for one in parts if one.kind == kind]


def _line(part: ProcessPart) -> Line:
    if part.lot:
        return Line(product(part.lot), part.kg, part.lot)
    return Line(word(part.name) if part.kind == PartKind.LOSS else part.name, part.kg, None)
