from datetime import date
from decimal import Decimal

import pytest

from tests.traceability.events.bodies import BODIES
from traceability.standards.judgement import (
    REASONS,
    VERDICTS,
    Judgement,
    Result,
    Verdict,
    judge,
    judge_all,
    overall,
    results_of,
)
from traceability.standards.tables import limits, product_forms

AUTUMN = date(2026, 10, 1)


def value(analyte: str, number: str, unit: str = "mg/kg") -> Result:
    return Result(analyte=analyte, unit=unit, value=Decimal(number))


def below(analyte: str, number: str, unit: str = "mg/kg") -> Result:
    return Result(analyte=analyte, unit=unit, lod=Decimal(number))


def milled(*results: Result, on: date = AUTUMN) -> list[Judgement]:
    return judge_all(results, crop="rice", product_form="milled rice", produced_on=on)


@pytest.mark.parametrize(
    ("result", "verdict", "reason"),
    [
        (value("cadmium", "0.2"), Verdict.PASS, ""),
        (value("cadmium", "0.200001"), Verdict.FAIL, ""),
        (value("镉", "200", "ug/kg"), Verdict.PASS, ""),
        (value("Cd", "200.1", "µg/kg"), Verdict.FAIL, ""),
        (value("cadmium", "0.00002", "%"), Verdict.PASS, ""),
        (value("cadmium", "0.000021", "g/100g"), Verdict.FAIL, ""),
        (below("cadmium", "0.002"), Verdict.PASS, "below_detection"),
        (below("cadmium", "0.5"), Verdict.PASS, "detection_above_limit"),
        (value("cadmium", "3", "mm"), Verdict.UNDECIDED, "unit_not_convertible"),
        (value("aflatoxin B1", "10", "ug/kg"), Verdict.UNVERIFIED_PASS, ""),
        (value("aflatoxin B1", "0.0101"), Verdict.UNVERIFIED_EXCEEDS, ""),
        (below("ochratoxin A", "0.001"), Verdict.UNVERIFIED_PASS, "below_detection"),
        (value("carbendazim", "0.1"), Verdict.NO_LIMIT, "no_such_limit"),
        (value("acid value (KOH)", "1", "mg/g"), Verdict.NO_LIMIT, "no_such_limit"),
    ],
)
def test_a_result_of_milled_rice_is_judged(result: Result, verdict: Verdict, reason: str) -> None:
    (judged,) = milled(result)

    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_a_judgement_has_all_that_a_page_shows() -> None:
    (judged,) = milled(value("lead", "150", "ug/kg"))

    assert judged.limit is not None
    assert (judged.result.value, judged.result.unit, judged.compared) == (Decimal(150), "ug/kg", Decimal("0.15"))
    assert (judged.limit.standard, judged.limit.limit, judged.limit.unit) == (
        "GB 2762-2025 T1",
        Decimal("0.2"),
        "mg/kg",
    )
    assert (judged.limit.method, judged.limit.evidence) == ("GB 5009.12", "A")


def test_a_lot_made_before_the_edition_has_no_limit_in_force() -> None:
    (judged,) = milled(value("cadmium", "0.9"), on=date(2026, 9, 1))

    assert (judged.verdict, judged.reason) == (Verdict.NO_LIMIT, "not_in_force")
    assert judged.limit is not None
    assert judged.limit.effective_from == date(2026, 9, 2)


def test_total_arsenic_within_the_limit_settles_the_inorganic_part() -> None:
    (judged,) = milled(value("total arsenic", "0.2"))

    assert (judged.verdict, judged.reason) == (Verdict.PASS, "settled_by_total")
    assert judged.limit is not None
    assert judged.limit.analyte == "inorganic arsenic"


@pytest.mark.parametrize("result", [value("总砷", "0.21"), below("As", "0.21")])
def test_more_total_arsenic_asks_for_the_inorganic_part_and_fails_nothing(result: Result) -> None:
    (judged,) = milled(result)

    assert (judged.verdict, judged.reason) == (Verdict.UNDECIDED, "part_needed")


@pytest.mark.parametrize(("inorganic", "verdict"), [("0.15", Verdict.PASS), ("0.25", Verdict.FAIL)])
@pytest.mark.parametrize("total", ["0.1", "0.3"])
def test_where_the_part_was_tested_it_decides(total: str, inorganic: str, verdict: Verdict) -> None:
    first, second = milled(value("total arsenic", total), value("无机砷", inorganic))

    assert (first.verdict, first.reason) == (Verdict.NO_LIMIT, "settled_by_part")
    assert second.verdict is verdict


def test_total_arsenic_in_an_unknown_unit_settles_nothing() -> None:
    (judged,) = milled(value("total arsenic", "0.1", "points"))

    assert (judged.verdict, judged.reason) == (Verdict.UNDECIDED, "unit_not_convertible")


def test_total_arsenic_before_the_edition_has_no_limit() -> None:
    (judged,) = milled(value("total arsenic", "0.9"), on=date(2026, 1, 1))

    assert (judged.verdict, judged.reason) == (Verdict.NO_LIMIT, "no_such_limit")


def test_oil_has_a_limit_of_its_own_for_total_arsenic() -> None:
    judged = judge(value("total arsenic", "0.11"), crop="peanut", product_form="peanut oil", produced_on=AUTUMN)

    assert judged.verdict is Verdict.FAIL


def test_brown_rice_may_hold_more_inorganic_arsenic() -> None:
    judged = judge(value("inorganic arsenic", "0.3"), crop="rice", product_form="brown rice", produced_on=AUTUMN)

    assert judged.verdict is Verdict.PASS


def test_strawberries_have_the_stricter_lead_limit_of_today() -> None:
    judged = judge(value("lead", "0.15"), crop="strawberry", product_form="fresh fruit", produced_on=AUTUMN)

    assert judged.verdict is Verdict.FAIL


@pytest.mark.parametrize("factor", [Decimal(1), Decimal("1.000001")])
def test_only_rows_read_in_the_official_text_fail_a_lot(factor: Decimal) -> None:
    for crop, form in product_forms():
        for limit in limits():
            result = Result(analyte=limit.analyte, unit=limit.unit, value=limit.limit * factor)
            judged = judge(result, crop=crop, product_form=form, produced_on=AUTUMN)

            assert judged.verdict is not Verdict.FAIL or (judged.limit is not None and judged.limit.evidence == "A")
            assert judged.verdict not in {Verdict.PASS, Verdict.UNVERIFIED_PASS} or judged.limit is not None


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([], Verdict.NO_LIMIT),
        ([value("carbendazim", "1")], Verdict.NO_LIMIT),
        ([value("lead", "0.1"), value("carbendazim", "1")], Verdict.PASS),
        ([value("lead", "0.1"), value("ochratoxin A", "1", "ug/kg")], Verdict.UNVERIFIED_PASS),
        ([value("total arsenic", "0.3"), value("ochratoxin A", "1", "ug/kg")], Verdict.UNDECIDED),
        ([value("total arsenic", "0.3"), value("ochratoxin A", "9", "ug/kg")], Verdict.UNVERIFIED_EXCEEDS),
        ([value("lead", "0.3"), value("ochratoxin A", "9", "ug/kg")], Verdict.FAIL),
    ],
)
def test_the_gravest_verdict_stands_for_the_lot(results: list[Result], verdict: Verdict) -> None:
    assert overall(milled(*results)) is verdict


def test_results_are_read_from_the_body_of_an_event() -> None:
    assert results_of(BODIES["test.reported"]) == [
        Result(analyte="cadmium", unit="mg/kg", value=Decimal("0.05"), method="GB 5009.15"),
        Result(analyte="lead", unit="mg/kg", lod=Decimal("0.02")),
    ]


@pytest.mark.parametrize("number", [None, Decimal(1)])
def test_a_result_is_either_a_value_or_below_detection(number: Decimal | None) -> None:
    with pytest.raises(ValueError, match="needs a value or a limit of detection"):
        Result(analyte="lead", unit="mg/kg", value=number, lod=number)


def test_a_value_of_nothing_is_a_value() -> None:
    (judged,) = milled(value("lead", "0"))

    assert (judged.verdict, judged.compared, judged.reason) == (Verdict.PASS, Decimal(0), "")


def test_every_verdict_and_reason_has_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert all(REASONS.values())
