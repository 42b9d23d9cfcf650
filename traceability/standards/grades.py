"""The grade of a lot by its quality results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from traceability.errors import UnitError
from traceability.standards.judgement import Result
from traceability.standards.tables import Criterion, analyte, criteria, weakest
from traceability.standards.units import convert_share

_EVERY_GRADE = "all"


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion beside the result that answers it; `met` is None where none does."""

    criterion: Criterion
    result: Result | None
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """The grade that the results prove, by one standard for one product.

    `grade` is None where no grade is proven. `possible` is the best grade that no result speaks against, and `missing`
    names what must still be measured to prove it. `checks` are those of the possible grade; where there is none, those
    of the lowest. `evidence` is the weakest tag among them: all but A are unverified.
    """

    product: str
    standard: str
    grade: str | None
    possible: str | None
    missing: tuple[str, ...]
    checks: tuple[Check, ...]
    evidence: str


def products_of(product_form: str, *, on: date) -> list[str]:
    """List the products of a form that have grades in force on a day.

    A product that a place gives its name to, such as Panjin rice, is among them wherever the lot comes from.
    """
    return sorted({row.product for row in criteria() if row.product_form == product_form and row.effective_from <= on})


def grade(product: str, results: Iterable[Result], *, on: date) -> Grading | None:
    """Grade a lot as one product by the edition in force on its production day; None where there is none."""
    rows = _in_force(product, on)
    if not rows:
        return None
    measured = {analyte(result.analyte).analyte: result for result in results}
    # From the best down: a lot has the first grade whose every criterion it meets.
    graded = [(name, _checks(rows, name, measured)) for name in _grades(rows)]
    proven = next((name for name, checks in graded if all(check.met for check in checks)), None)
    possible, shown = next(((name, checks) for name, checks in graded if not _fails(checks)), (None, graded[-1][1]))
    return Grading(
        product=product,
        standard=rows[0].standard,
        grade=proven,
        possible=possible,
        missing=tuple(check.criterion.analyte for check in shown if check.met is None),
        checks=shown,
        evidence=weakest(check.criterion.evidence for check in shown),
    )


def _in_force(product: str, on: date) -> Sequence[Criterion]:
    rows = [row for row in criteria() if row.product == product and row.effective_from <= on]
    newest = max((row.effective_from for row in rows), default=on)
    return [row for row in rows if row.effective_from == newest]


def _grades(rows: Iterable[Criterion]) -> list[str]:
    names = {row.grade for row in rows} - {_EVERY_GRADE}
    return sorted(names, key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))


def _checks(rows: Iterable[Criterion], name: str, measured: dict[str, Result]) -> tuple[Check, ...]:
    asked = (row for row in rows if row.grade in {name, _EVERY_GRADE})
    return tuple(_check(row, measured.get(row.analyte)) for row in asked)


def _check(criterion: Criterion, result: Result | None) -> Check:
    if result is None:
        return Check(criterion, None, None)
    try:
        number = convert_share(result.most, result.unit, criterion.unit)
    except UnitError:
        return Check(criterion, result, None)
    low_enough = criterion.high is None or number <= criterion.high
    # Below detection is somewhere under that number, and proves nothing about a least value.
    if result.value is None and (criterion.low is not None or not low_enough):
        return Check(criterion, result, None)
    return Check(criterion, result, low_enough and (criterion.low is None or number >= criterion.low))


def _fails(checks: Iterable[Check]) -> bool:
    return any(check.met is False for check in checks)
