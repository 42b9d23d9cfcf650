"""Laboratory results judged by the limits in force on the day when the lot was produced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from traceability.errors import UnitError
from traceability.msgids import gettext_noop as _
from traceability.standards.tables import Limit, analyte, limits_of
from traceability.standards.units import convert_share


class Verdict(StrEnum):
    """What a result means beside its limit. Only FAIL fails a lot."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    UNVERIFIED_PASS = "unverified_pass"  # noqa: S105
    UNVERIFIED_EXCEEDS = "unverified_exceeds"
    NO_LIMIT = "no_limit"
    UNDECIDED = "undecided"


VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.PASS: _("passes"),
        Verdict.FAIL: _("fails"),
        Verdict.UNVERIFIED_PASS: _("passes an unverified value"),
        Verdict.UNVERIFIED_EXCEEDS: _("exceeds an unverified value"),
        Verdict.NO_LIMIT: _("no limit"),
        Verdict.UNDECIDED: _("not decided yet"),
    }
)

# Why a verdict is what it is, where the numbers alone do not say it.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "below_detection": _("below the laboratory's limit of detection"),
        "detection_above_limit": _("below a limit of detection that is itself above the limit"),
        "settled_by_total": _("the total is within the limit, so that its part is as well"),
        "part_needed": _("the total is above the limit of its part: the part itself must be tested"),
        "settled_by_part": _("the part itself was tested"),
        "unit_not_convertible": _("the unit of the result cannot be compared with the limit's"),
        "not_in_force": _("no limit in force on the day of production"),
        "no_such_limit": _("no limit known for this product"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result of a laboratory: a value, or "below the limit of detection"."""

    analyte: str
    unit: str
    value: Decimal | None = None
    lod: Decimal | None = None
    method: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.lod is None):
            raise ValueError(f"result of {self.analyte}: needs a value or a limit of detection, and not both")

    @property
    def most(self) -> Decimal:
        """The most that can be there: the value, or the limit of detection that was not reached."""
        return (self.lod or Decimal(0)) if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A result beside the row that judges it: all that a page shows.

    `limit` is the row in force; with the reason `not_in_force` it is one of another time. `compared` is the result's
    number in the limit's unit. `reason` is a key of REASONS, or empty.
    """

    result: Result
    verdict: Verdict
    limit: Limit | None = None
    compared: Decimal | None = None
    reason: str = ""


def results_of(body: Mapping[str, Any]) -> list[Result]:
    """Read the results from the body of a `test.reported` event."""
    return [
        Result(
            analyte=analyte(item["analyte"]).analyte,
            unit=item["unit"],
            value=Decimal(item["value"]) if "value" in item else None,
            lod=Decimal(item["lod"]) if "lod" in item else None,
            method=item.get("method", ""),
        )
        for item in body["results"]
    ]


def judge(result: Result, *, crop: str, product_form: str, produced_on: date) -> Judgement:
    """Judge one result by the edition in force on the day of production.

    A result below detection passes. A row that was not read in the official text never fails a lot: the text binds, and
    what is remembered of it does not.
    """
    rows = limits_of(crop=crop, product_form=product_form, analyte_name=result.analyte)
    if limit := _in_force(rows, produced_on):
        return _compare(result, limit)
    if rows:
        return Judgement(result=result, verdict=Verdict.NO_LIMIT, limit=rows[0], reason="not_in_force")
    part = analyte(result.analyte).screens
    rows = limits_of(crop=crop, product_form=product_form, analyte_name=part) if part else []
    if limit := _in_force(rows, produced_on):
        return _screen(result, limit)
    return Judgement(result=result, verdict=Verdict.NO_LIMIT, reason="no_such_limit")


def judge_all(results: Sequence[Result], *, crop: str, product_form: str, produced_on: date) -> list[Judgement]:
    """Judge the results of a lot together, in their order: a total decides nothing where its part was tested."""
    judged = [judge(result, crop=crop, product_form=product_form, produced_on=produced_on) for result in results]
    tested = {analyte(result.analyte).analyte for result in results}
    return [
        replace(one, verdict=Verdict.NO_LIMIT, reason="settled_by_part")
        if one.reason in {"settled_by_total", "part_needed"} and analyte(one.result.analyte).screens in tested
        else one
        for one in judged
    ]


def overall(judgements: Iterable[Judgement]) -> Verdict:
    """Sum up the verdicts of a lot: the gravest one; NO_LIMIT where nothing was judged."""
    verdicts = {one.verdict for one in judgements}
    return next((verdict for verdict in _BY_GRAVITY if verdict in verdicts), Verdict.NO_LIMIT)


_BY_GRAVITY = (
    Verdict.FAIL,
    Verdict.UNVERIFIED_EXCEEDS,
    Verdict.UNDECIDED,
    Verdict.UNVERIFIED_PASS,
    Verdict.PASS,
)


def _in_force(rows: Iterable[Limit], day: date) -> Limit | None:
    return next((row for row in rows if row.in_force(day)), None)


def _compare(result: Result, limit: Limit) -> Judgement:
    try:
        compared = convert_share(result.most, result.unit, limit.unit)
    except UnitError:
        return Judgement(result=result, verdict=Verdict.UNDECIDED, limit=limit, reason="unit_not_convertible")
    exceeds = compared > limit.limit
    reason = ""
    if result.value is None:
        # Nothing was found: that passes, even where the laboratory could not have found as little as the limit.
        exceeds, reason = False, "detection_above_limit" if exceeds else "below_detection"
    verdict = _verdict(limit, exceeds=exceeds)
    return Judgement(result=result, verdict=verdict, limit=limit, compared=compared, reason=reason)


def _screen(result: Result, limit: Limit) -> Judgement:
    # GB 2762: where the total is within the limit of its part, the part need not be measured; where it is not, only the
    # part decides. The total itself has no limit and cannot fail.
    judged = _compare(result, limit)
    if judged.reason == "unit_not_convertible":
        return judged
    if judged.compared is not None and judged.compared <= limit.limit:
        return replace(judged, reason="settled_by_total")
    return replace(judged, verdict=Verdict.UNDECIDED, reason="part_needed")


def _verdict(limit: Limit, *, exceeds: bool) -> Verdict:
    if limit.may_fail:
        return Verdict.FAIL if exceeds else Verdict.PASS
    return Verdict.UNVERIFIED_EXCEEDS if exceeds else Verdict.UNVERIFIED_PASS
