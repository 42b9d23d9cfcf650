from datetime import date
from decimal import Decimal

import pytest

from traceability.standards.grades import Grading, grade, products_of
from traceability.standards.judgement import Result

AUTUMN = date(2026, 10, 1)
GI = {"amylose": "17.5", "gel consistency": "72", "protein": "7.1", "taste score": "82"}
UNITS = {"gel consistency": "mm", "taste score": "points"}


def results(**numbers: str) -> list[Result]:
    named = {name.replace("_", " "): number for name, number in numbers.items()}
    return [Result(analyte=name, unit=UNITS.get(name, "%"), value=Decimal(number)) for name, number in named.items()]


def graded(product: str, **numbers: str) -> Grading:
    found = grade(product, results(**numbers), on=AUTUMN)
    assert found is not None
    return found


def test_products_of_a_form_are_listed() -> None:
    assert products_of("milled rice", on=AUTUMN) == [
        "Panjin rice (GI)",
        "milled japonica rice",
        "premium japonica rice",
    ]
    assert products_of("milled rice", on=date(2010, 1, 1)) == ["Panjin rice (GI)"]
    assert products_of("fresh fruit", on=AUTUMN) == []


def test_panjin_rice_that_meets_every_criterion_is_panjin_rice() -> None:
    found = graded("Panjin rice (GI)", **GI)

    assert (found.grade, found.possible, found.missing) == ("GI", "GI", ())
    assert (found.standard, found.evidence) == ("GB/T 18824-2008", "B")
    assert [check.met for check in found.checks] == [True] * 4


@pytest.mark.parametrize(
    ("name", "number"),
    [("amylose", "14.99"), ("amylose", "20.01"), ("gel consistency", "69"), ("protein", "7.6"), ("taste score", "69")],
)
def test_one_criterion_missed_is_enough(name: str, number: str) -> None:
    found = graded("Panjin rice (GI)", **{**GI, name: number})

    assert (found.grade, found.possible) == (None, None)
    assert [check.criterion.analyte for check in found.checks if check.met is False] == [name]


@pytest.mark.parametrize("number", ["15.0", "20.0"])
def test_bounds_belong_to_the_grade(number: str) -> None:
    assert graded("Panjin rice (GI)", **{**GI, "amylose": number}).grade == "GI"


def test_what_was_not_measured_is_named() -> None:
    found = graded("Panjin rice (GI)", amylose="17.5", protein="7.1")

    assert (found.grade, found.possible, found.missing) == (None, "GI", ("gel consistency", "taste score"))


@pytest.mark.parametrize(
    ("rate", "best"), [("96", "1"), ("95.99", "2"), ("92", "3"), ("90", "4"), ("88", "5"), ("87.9", None)]
)
def test_the_best_grade_that_is_met_is_given(rate: str, best: str | None) -> None:
    found = graded("peanut kernels", pure_kernel_rate=rate, moisture="8.5")

    assert (found.grade, found.possible, found.missing, found.evidence) == (best, best, (), "C")


def test_what_every_grade_asks_rules_out_all_of_them() -> None:
    found = graded("peanut kernels", pure_kernel_rate="97", moisture="9.1")

    assert (found.grade, found.possible) == (None, None)


def test_a_lot_may_be_better_than_it_is_proven_to_be() -> None:
    found = graded("premium japonica rice", taste_score="85")

    assert (found.grade, found.possible, found.missing) == (None, "2", ("chalkiness degree",))


def test_grades_by_two_criteria_take_the_lower() -> None:
    assert graded("premium japonica rice", taste_score="91", chalkiness_degree="5.5").grade == "3"


def test_chinese_names_and_other_units_are_understood() -> None:
    found = grade(
        "milled japonica rice",
        [
            Result(analyte="碎米总量", unit="g/100g", value=Decimal("9.5")),
            Result(analyte="水分", unit="%", value=Decimal("15.5")),
        ],
        on=AUTUMN,
    )

    assert found is not None
    assert found.grade == "1"


def test_a_result_in_a_foreign_unit_answers_nothing() -> None:
    found = grade("japonica paddy", [Result(analyte="moisture", unit="points", value=Decimal(9))], on=AUTUMN)

    assert found is not None
    assert found.missing == ("brown rice yield", "moisture")


@pytest.mark.parametrize(("lod", "missing"), [("7.5", ()), ("7.6", ("protein",))])
def test_below_detection_proves_a_most_value_only(lod: str, missing: tuple[str, ...]) -> None:
    measured = [
        *results(**{name: number for name, number in GI.items() if name != "protein"}),
        Result(analyte="protein", unit="%", lod=Decimal(lod)),
    ]

    found = grade("Panjin rice (GI)", measured, on=AUTUMN)

    assert found is not None
    assert found.missing == missing


def test_below_detection_proves_no_least_value() -> None:
    found = grade("Panjin rice (GI)", [Result(analyte="taste score", unit="points", lod=Decimal(90))], on=AUTUMN)

    assert found is not None
    assert "taste score" in found.missing


def test_there_is_no_grade_before_the_first_edition_or_for_another_product() -> None:
    assert grade("peanut kernels", [], on=date(2009, 1, 19)) is None
    assert grade("sweet cherry", [], on=AUTUMN) is None
