"""What laboratories found in a lot, beside the limits and grades of its production day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from traceability.models import Lot
from traceability.projections.projection import Recorded
from traceability.projections.standing import Standing, valid
from traceability.standards.grades import Grading, grade, products_of
from traceability.standards.judgement import Judgement, Result, Verdict, judge_all, overall, results_of


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedReport:
    """One laboratory report, each of its results beside its limit."""

    report: Standing
    judgements: Sequence[Judgement]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLot:
    """All reports on a lot, the newest first, the gravest verdict among them, and the grades that they speak to."""

    reports: Sequence[JudgedReport]
    verdict: Verdict
    gradings: Sequence[Grading]


def fails(report: JudgedReport) -> bool:
    """Whether a lot fails by this report: by a verified limit, or because the laboratory itself says so."""
    return report.verdict is Verdict.FAIL or report.report.body.get("conclusion") == "non_conforming"


def judged(lot: Lot, history: Sequence[Recorded]) -> JudgedLot:
    """Judge the reports in a lot's history by the editions in force on the day when it was produced.

    Where that day is unknown, the day of each report stands for it: limits only ever came later.
    """
    events = sorted(valid(history, "test.reported"), key=lambda one: (one.day, one.event.leaf.eseq), reverse=True)
    reports = [_judged_report(lot, one) for one in events]
    results = [one.result for report in reports for one in report.judgements]
    return JudgedLot(
        reports=reports,
        verdict=overall(chain.from_iterable(report.judgements for report in reports)),
        gradings=_gradings(lot, results),
    )


def _judged_report(lot: Lot, report: Standing) -> JudgedReport:
    judgements = judge_all(
        results_of(report.body),
        crop=lot.crop,
        product_form=lot.product_form,
        produced_on=lot.produced_on or report.day,
    )
    return JudgedReport(report=report, judgements=judgements, verdict=overall(judgements))


def _gradings(lot: Lot, results: Sequence[Result]) -> list[Grading]:
    on = lot.produced_on or date.max
    found = (grade(product, results, on=on) for product in products_of(lot.product_form, on=on))
    # A standard of which nothing was measured says nothing of this lot.
    return [one for one in found if one and any(check.result for check in one.checks)]
