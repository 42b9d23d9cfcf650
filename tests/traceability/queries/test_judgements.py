from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.models import Lot
from traceability.queries import history
from traceability.queries.judgements import JudgedLot, judged
from traceability.services.reports import Result, TestReport, report_test
from traceability.standards.judgement import Verdict

pytestmark = pytest.mark.django_db


def judge(lot: Lot) -> JudgedLot:
    return judged(lot, history.of(lot.entity))


def reported(lot: Lot, *results: Result, by: Membership, laboratory: Membership, number: str = "S-1") -> None:
    sample = farm.make_sample(lot, by=by, laboratory=laboratory, number=number)
    made = farm.entry(farm.AUTUMN + timedelta(days=12))
    report_test(sample=sample, entry=made, report=TestReport(results=results), membership=laboratory, at=farm.NOW)


def cadmium(value: str) -> Result:
    return Result(analyte="cadmium", value=Decimal(value), unit="mg/kg")


def test_a_lot_that_nobody_tested_is_judged_by_nothing(farmer: Membership) -> None:
    assert judge(farm.make_lot(farmer)) == JudgedLot(reports=[], verdict=Verdict.NO_LIMIT, gradings=[])


@pytest.mark.parametrize(("value", "verdict"), [("0.2", Verdict.PASS), ("0.21", Verdict.FAIL)])
def test_results_are_judged_by_the_limit_of_the_production_day(
    farmer: Membership, laboratory: Membership, value: str, verdict: Verdict
) -> None:
    lot = farm.make_lot(farmer)
    reported(lot, cadmium(value), by=farmer, laboratory=laboratory)

    found = judge(lot)

    (judgement,) = found.reports[0].judgements
    assert (found.verdict, judgement.limit and judgement.limit.standard) == (verdict, "GB 2762-2025 T2")


def test_a_lot_older_than_the_edition_is_not_judged_by_it(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    reported(lot, cadmium("9"), by=farmer, laboratory=laboratory)
    lot.produced_on = farm.SPRING.date()

    assert judge(lot).verdict == Verdict.NO_LIMIT


def test_the_gravest_of_several_reports_counts(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    reported(lot, cadmium("0.21"), by=farmer, laboratory=laboratory, number="S-1")
    reported(lot, cadmium("0.06"), by=farmer, laboratory=laboratory, number="S-2")

    found = judge(lot)

    assert ([one.verdict for one in found.reports], found.verdict) == ([Verdict.PASS, Verdict.FAIL], Verdict.FAIL)


def test_grades_are_told_where_something_of_them_was_measured(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    moisture = Result(analyte="moisture", value=Decimal("14.5"), unit="%")
    reported(lot, moisture, by=farmer, laboratory=laboratory)

    (grading,) = judge(lot).gradings

    assert (grading.standard, grading.grade, grading.missing) == ("GB 1350-2009", None, ("brown rice yield",))
