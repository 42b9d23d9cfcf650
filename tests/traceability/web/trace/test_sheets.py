from datetime import date
from typing import Any

import pytest
from django.utils import translation

from tests.traceability.web.trace.tellings import LABORATORY, LOT, event, story
from traceability.models import Lot
from traceability.web.trace.sheets import TestRow, sheets_of


def rows(*results: dict[str, str], language: str = "en", form: str = "milled rice") -> list[TestRow]:
    lot = Lot(pk=LOT, crop="rice", product_form=form, produced_on=date(2026, 10, 9), code="A1")
    body: dict[str, Any] = {"laboratory": LABORATORY, "date": "2026-10-10", "results": list(results)}
    with translation.override(language):
        (sheet,) = sheets_of(story(event("test.reported", body), lots=[lot]))
    return list(sheet.rows)


def test_a_result_under_its_limit_passes_with_its_share() -> None:
    (row,) = rows({"analyte": "Cd", "value": "0.06", "unit": "mg/kg"})

    assert (row.name, row.value, row.bound, row.unit) == ("cadmium", "0.06", "/ 0.2", "mg/kg")
    assert (row.source, row.verdict, row.share, row.bad) == ("GB 2762-2025 T2", "passes", 30, False)


def test_a_result_above_its_limit_fails_with_a_full_bar() -> None:
    (row,) = rows({"analyte": "cadmium", "value": "0.31", "unit": "mg/kg"})

    assert (row.verdict, row.share, row.bad) == ("fails", 100, True)


def test_another_unit_is_compared_in_the_unit_of_the_limit() -> None:
    (row,) = rows({"analyte": "cadmium", "value": "60", "unit": "ug/kg"})

    assert (row.value, row.bound, row.unit, row.share) == ("60 ug/kg", "/ 0.2", "mg/kg", 30)


def test_a_limit_that_was_not_read_in_the_official_text_is_unverified() -> None:
    (row,) = rows({"analyte": "AFB1", "value": "3", "unit": "ug/kg"})

    assert row.unverified
    assert row.verdict == "passes an unverified value"


def test_a_quality_is_held_against_the_grade_that_it_reaches() -> None:
    (row,) = rows({"analyte": "taste score", "value": "82", "unit": "points"})

    assert (row.value, row.bound, row.unit, row.verdict, row.unverified) == ("82", "≥ 80", "", "reached", True)
    assert row.source == "GB/T 1354-2018"
    assert row.share == 82


def test_what_nobody_limits_is_shown_as_it_is() -> None:
    (row,) = rows({"analyte": "selenium", "value": "0.03", "unit": "mg/kg"})

    assert (row.name, row.bound, row.source, row.share, row.verdict) == ("selenium", "", "", None, "no limit")


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "镉"), ("en", "cadmium")])
def test_names_are_those_of_the_readers_language(language: str, name: str) -> None:
    (row,) = rows({"analyte": "cadmium", "value": "0.06", "unit": "mg/kg"}, language=language)

    assert row.name == name


def test_reports_on_the_lot_itself_come_first_and_others_name_theirs() -> None:
    other = Lot(crop="rice", product_form="paddy", produced_on=date(2026, 9, 28), code="P1")
    own = Lot(pk=LOT, crop="rice", product_form="milled rice", produced_on=date(2026, 10, 9), code="A1")
    result = [{"analyte": "cadmium", "value": "0.06", "unit": "mg/kg"}]
    early = {"laboratory": LABORATORY, "date": "2026-10-01", "results": result}
    late = {"laboratory": LABORATORY, "date": "2026-10-10", "results": result}
    events = (event("test.reported", early, entity=other.entity), event("test.reported", late, eseq=1))

    with translation.override("en"):
        told = [(sheet.of, sheet.day_text) for sheet in sheets_of(story(*events, lots=[own, other]))]

    assert told == [("", "Oct 10, 2026"), ("paddy P1", "Oct 1, 2026")]
