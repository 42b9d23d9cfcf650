"""Laboratory results beside their limits, as a consumer reads them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from traceability.models import Lot
from traceability.projections.standing import Standing
from traceability.queries.trace import Story
from traceability.standards.grades import Check, grade, products_of
from traceability.standards.judgement import REASONS, VERDICTS, Judgement, Result, Verdict, judge_all, results_of
from traceability.standards.tables import analyte
from traceability.web.trace.text import full_day, in_words, plain, product_and_code

_FULL = Decimal(100)
_UNVERIFIED = frozenset({Verdict.UNVERIFIED_PASS, Verdict.UNVERIFIED_EXCEEDS})
_BAD = frozenset({Verdict.FAIL, Verdict.UNVERIFIED_EXCEEDS})
# Grades of a product that a place gives its name to: whether the lot may bear that name is for no measurement to say.
_PLACE_NAMED = "(GI)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRow:
    """One result: `share` is how much of the limit it takes, in percent up to 100; None where there is no limit."""

    # pytest takes any class of this name for a test.
    __test__ = False

    name: str
    value: str
    bound: str
    unit: str
    source: str
    verdict: str
    reason: str
    share: int | None
    bad: bool
    unverified: bool


@dataclass(frozen=True, slots=True)
class TestSheet:
    """One laboratory's report on one lot of the story."""

    __test__ = False

    of: str
    laboratory: str
    day: date
    rows: Sequence[TestRow]

    @property
    def day_text(self) -> str:
        """The day of the report."""
        return full_day(self.day)

    @property
    def failed(self) -> list[TestRow]:
        """The results by which the lot fails; what only an unverified limit says is not among them."""
        return [row for row in self.rows if row.bad and not row.unverified]


def sheets_of(story: Story) -> list[TestSheet]:
    """Judge every report in a story that was not withdrawn; those on the lot itself first."""
    reports = [one for one in story.standings() if one.type == "test.reported" and not one.withdrawn]
    reports.sort(key=lambda one: (one.event.leaf.entity != story.lot.entity, one.day))
    return [_sheet(one, story) for one in reports if one.event.leaf.entity in story.lots]


def _sheet(one: Standing, story: Story) -> TestSheet:
    lot = story.lots[one.event.leaf.entity]
    laboratory = story.parties.get(one.body["laboratory"])
    of = "" if lot.pk == story.lot.pk else product_and_code(lot)
    return TestSheet(
        of, laboratory.name if laboratory else "", one.day, list(_rows(results_of(one.body), lot, one.day))
    )


def _rows(results: Sequence[Result], lot: Lot, day: date) -> Iterator[TestRow]:
    on = lot.produced_on or day
    graded = _checks(results, lot, on)
    for judged in judge_all(results, crop=lot.crop, product_form=lot.product_form, produced_on=on):
        check = graded.get(analyte(judged.result.analyte).analyte) if judged.limit is None else None
        yield _graded(check, judged.result) if check else _limited(judged)


def _limited(judged: Judgement) -> TestRow:
    limit = judged.limit
    unit = limit.unit if limit else judged.result.unit
    value = _value(judged.result)
    return TestRow(
        name=_name(judged.result),
        value=value if unit == judged.result.unit else f"{value} {judged.result.unit}",
        bound=f"/ {plain(limit.limit)}" if limit else "",
        unit=unit,
        source=limit.standard if limit else "",
        verdict=_(VERDICTS[judged.verdict]),
        reason=_(REASONS[judged.reason]) if judged.reason else "",
        share=_share(judged.compared, limit.limit) if limit and judged.compared is not None else None,
        bad=judged.verdict in _BAD,
        unverified=judged.verdict in _UNVERIFIED,
    )


def _graded(check: Check, result: Result) -> TestRow:
    criterion = check.criterion
    bounds = [f"≥ {plain(criterion.low)}"] if criterion.low is not None else []
    bounds += [f"≤ {plain(criterion.high)}"] if criterion.high is not None else []
    most = criterion.high if criterion.high is not None else _FULL
    return TestRow(
        name=_name(result),
        value=_value(result),
        bound=" ".join(bounds),
        unit="" if result.unit == "points" else result.unit,
        source=criterion.standard,
        verdict=_("reached") if check.met else _("not reached"),
        reason="",
        share=_share(result.most, most),
        bad=False,
        unverified=criterion.evidence != "A",
    )


def _checks(results: Iterable[Result], lot: Lot, on: date) -> dict[str, Check]:
    listed = list(results)
    found: dict[str, Check] = {}
    for name in products_of(lot.product_form, on=on):
        grading = grade(name, listed, on=on) if _PLACE_NAMED not in name else None
        if grading and grading.possible:
            found |= {one.criterion.analyte: one for one in grading.checks if one.met is not None}
    return found


def _name(result: Result) -> str:
    return in_words(analyte(result.analyte).name)


def _value(result: Result) -> str:
    return plain(result.value) if result.value is not None else f"< {plain(result.most)}"


def _share(part: Decimal, whole: Decimal) -> int:
    return min(100, int(part * 100 / whole)) if whole else 100
