"""Limits and grades by the edition that is in force on a day."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from traceability.standards.files import parts, rows
from traceability.standards.names import Name

# How surely a row of the tables is known, best first: A read in the official text, B in a secondary source, C recalled.
EVIDENCE = ("A", "B", "C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most of an analyte that a food may hold, by one edition of a standard."""

    standard: str
    effective_from: date
    # The last day, or None while no end is known.
    effective_to: date | None
    product_forms: tuple[str, ...]
    crop: str
    analyte: str
    limit: Decimal
    unit: str
    note: str
    method: str
    evidence: str

    @property
    def may_fail(self) -> bool:
        """Whether a lot may fail by this row alone: only where the official text was read."""
        return self.evidence == "A"

    def in_force(self, on: date) -> bool:
        """Tell whether the edition was in force on a day; its first and last days belong to it."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition of one grade of a product. `low` and `high` are its bounds, both included; None is open."""

    standard: str
    effective_from: date
    product: str
    product_form: str
    # A number, 1 the best; a name such as GI; or "all" for what every grade asks.
    grade: str
    analyte: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Analyte:
    """What a laboratory measures, under all its names, and what a passing result of it also settles."""

    analyte: str
    name: Name
    screens: str


@functools.cache
def limits() -> tuple[Limit, ...]:
    """Read all limits of all editions."""
    return tuple(map(_limit, rows("contaminant_limits.csv")))


@functools.cache
def criteria() -> tuple[Criterion, ...]:
    """Read all criteria of all grades."""
    return tuple(map(_criterion, rows("grades.csv")))


@functools.cache
def product_forms() -> dict[tuple[str, str], Name]:
    """Read the forms in which lots are sold, by crop and form."""
    return {
        (row["crop"], row["product_form"]): Name(row["english"], row["chinese"]) for row in rows("product_forms.csv")
    }


def analyte(name: str) -> Analyte:
    """Find an analyte under any of its names; one that the tables do not know stands for itself."""
    return _analytes().get(_key(name)) or Analyte(name, Name(name, name), "")


def limits_of(*, crop: str, product_form: str, analyte_name: str | None = None) -> list[Limit]:
    """List the limits of any edition for a form of a crop, newest edition first; of one analyte, or of all."""
    wanted = analyte(analyte_name).analyte if analyte_name is not None else None
    scope = _scopes().get((crop, product_form), frozenset())
    found = (
        limit
        for limit in limits()
        if wanted in {None, limit.analyte} and any((limit.crop, form) in scope for form in limit.product_forms)
    )
    return sorted(found, key=lambda limit: limit.effective_from, reverse=True)


def limits_in_force(*, crop: str, product_form: str, on: date) -> list[Limit]:
    """List the limits for a form of a crop that a lot produced on that day is judged by."""
    newest: dict[str, Limit] = {}
    for limit in limits_of(crop=crop, product_form=product_form):
        if limit.in_force(on):
            newest.setdefault(limit.analyte, limit)
    return sorted(newest.values(), key=lambda limit: limit.analyte)


def weakest(evidence: Iterable[str]) -> str:
    """Return the weakest of several evidence tags; A where there is none."""
    return max(evidence, default=EVIDENCE[0])


def _limit(row: dict[str, str]) -> Limit:
    return Limit(
        standard=row["standard"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
        product_forms=parts(row["product_form"]),
        crop=row["crop"],
        analyte=row["analyte"],
        limit=Decimal(row["limit"]),
        unit=row["unit"],
        note=row["note"],
        method=row["method"],
        evidence=_evidence(row["evidence"]),
    )


def _criterion(row: dict[str, str]) -> Criterion:
    low, high = _bounds(row["operator"], row["value"])
    return Criterion(
        standard=row["standard"],
        effective_from=date.fromisoformat(row["effective_from"]),
        product=row["product"],
        product_form=row["product_form"],
        grade=row["grade"],
        analyte=row["criterion"],
        low=low,
        high=high,
        unit=row["unit"],
        evidence=_evidence(row["evidence"]),
    )


def _bounds(operator: str, value: str) -> tuple[Decimal | None, Decimal | None]:
    match operator:
        case "<=":
            return None, Decimal(value)
        case ">=":
            return Decimal(value), None
        case "between":
            low, high = value.split("..")
            return Decimal(low), Decimal(high)
        case _:
            raise ValueError(f"grades.csv: the operator {operator!r} is unknown")


def _evidence(tag: str) -> str:
    if tag not in EVIDENCE:
        raise ValueError(f"the evidence {tag!r} is not one of {', '.join(EVIDENCE)}")
    return tag


@functools.cache
def _scopes() -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    scopes: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in rows("limit_scopes.csv"):
        covered = scopes.setdefault((row["crop"], row["product_form"]), set())
        covered.add((row["limit_crop"], row["limit_form"]))
    return {form: frozenset(covered) for form, covered in scopes.items()}


@functools.cache
def _analytes() -> dict[str, Analyte]:
    known = {}
    for row in rows("analytes.csv"):
        found = Analyte(row["analyte"], Name(row["english"], row["chinese"]), row["screens"])
        known.update({_key(name): found for name in (row["analyte"], row["chinese"], *parts(row["aliases"]))})
    return known


def _key(name: str) -> str:
    # Reports write brackets and spaces as they like.
    return name.casefold().replace(" ", "").translate(_BRACKETS)


_BRACKETS = str.maketrans("（）［］", "()[]")
