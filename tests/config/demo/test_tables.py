"""The story's tables, held against the rules that no service can check for them."""

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts import phones
from config.demo.tables import moment, table
from traceability.epcis.keys import has_check_digit
from traceability.standards.divisions import check_village, places_of

PROCESSES = table("trade")["processes"]


def test_moments_are_those_of_clocks_in_china() -> None:
    assert moment(datetime(2026, 9, 27, 0, 30)).isoformat() == "2026-09-27T00:30:00+08:00"  # noqa: DTZ001


def test_numbers_belong_to_nobody() -> None:
    for person in table("cast")["people"]:
        assert re.fullmatch(r"\+86130000000\d\d", person["phone"])
        assert phones.parse(person["phone"]) == person["phone"]


def test_companies_say_that_they_are_examples() -> None:
    names = [row["name"] for row in table("cast")["parties"] if row["kind"] != "HOUSEHOLD"]

    assert [name for name in names if "示例" not in name and "样例" not in name] == []


def test_places_lie_in_counties_that_the_tables_know() -> None:
    villages = [row["division_code"] for row in table("cast")["parties"] if row["kind"] == "HOUSEHOLD"]

    assert {places_of(code)[-1].english for code in villages} == {"Dawa District", "Heishan County"}
    for code in villages:
        check_village(code)


def test_gtins_bear_the_prefix_that_is_kept_for_examples() -> None:
    gtins = {one["gtin"] for row in PROCESSES for one in row["outputs"] if "gtin" in one}

    assert len(gtins) == 2
    assert all(gtin.startswith("0952") and has_check_digit(gtin) for gtin in gtins)


@pytest.mark.parametrize("row", PROCESSES, ids=lambda row: row["key"])
def test_what_comes_out_of_a_process_went_in(row: dict[str, Any]) -> None:
    into = sum(Decimal(one["kg"]) for one in row["inputs"])
    parts = (*row["outputs"], *row.get("by_products", ()), *row.get("losses", ()))
    out = sum(Decimal(one["kg"]) for one in parts)

    assert into * Decimal("0.99") < out <= into


@pytest.mark.parametrize("row", [row for row in PROCESSES if "moisture_in_percent" in row], ids=lambda row: row["key"])
def test_water_that_dries_off_leaves_the_dry_matter(row: dict[str, Any]) -> None:
    into = sum(Decimal(one["kg"]) for one in row["inputs"])
    dry = (100 - Decimal(row["moisture_in_percent"])) / (100 - Decimal(row["moisture_out_percent"]))
    water = next(Decimal(one["kg"]) for one in row["losses"] if one["reason"] == "moisture")

    assert abs(into * (1 - dry) - water) < 1


def test_no_lot_is_used_beyond_what_there_is() -> None:
    made = {row["key"]: Decimal(row["lot"]["kg"]) for row in table("trade")["harvests"]}
    made |= {row["key"]: Decimal(row["outputs"][0]["kg"]) for row in PROCESSES}
    corrected = {row["of"]: row for row in table("trade")["corrections"]}
    made["H6"] = Decimal(corrected["harvest H6"]["changes"]["kg"])
    used: Counter[str] = Counter()

    for row in PROCESSES:
        used.update({one["lot"]: Decimal(one["kg"]) for one in row["inputs"]})

    assert [key for key, kg in used.items() if kg > made[key]] == []
