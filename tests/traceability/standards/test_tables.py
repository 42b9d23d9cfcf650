from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from traceability.standards import tables
from traceability.standards.files import FOLDER, rows
from traceability.standards.tables import (
    Limit,
    analyte,
    criteria,
    limits,
    limits_in_force,
    limits_of,
    product_forms,
    weakest,
)

AUTUMN = date(2026, 10, 1)
SOURCE = Path(__file__).resolve().parents[4] / "shared" / "data"


def test_every_row_of_the_limits_loads() -> None:
    loaded = limits()

    assert len(loaded) == len(list(rows("contaminant_limits.csv"))) == 21
    assert sum(limit.may_fail for limit in loaded) == 16
    assert {limit.evidence for limit in loaded} == {"A", "B", "C"}


def test_every_row_of_the_grades_loads() -> None:
    assert len(criteria()) == len(list(rows("grades.csv"))) == 30
    assert all((row.low is None) is not (row.high is None) or row.analyte == "amylose" for row in criteria())


@pytest.mark.skipif(not SOURCE.is_dir(), reason=f"no tables at {SOURCE}")
@pytest.mark.parametrize("name", ["contaminant_limits.csv", "grades.csv"])
def test_the_tables_are_those_that_were_given(name: str) -> None:
    assert (FOLDER / name).read_bytes() == (SOURCE / name).read_bytes()


def test_a_limit_has_all_that_a_page_shows() -> None:
    (cadmium,) = limits_of(crop="rice", product_form="milled rice", analyte_name="镉")

    assert cadmium == Limit(
        standard="GB 2762-2025 T2",
        effective_from=date(2026, 9, 2),
        effective_to=None,
        product_forms=("paddy", "brown rice", "milled rice"),
        crop="rice",
        analyte="cadmium",
        limit=Decimal("0.2"),
        unit="mg/kg",
        note="paddy counted as brown rice",
        method="GB 5009.15",
        evidence="A",
    )


def test_every_limit_covers_a_form_that_is_sold() -> None:
    reached = {
        (limit.standard, limit.analyte, limit.crop, limit.product_forms)
        for crop, form in product_forms()
        for limit in limits_of(crop=crop, product_form=form)
    }

    assert reached == {(limit.standard, limit.analyte, limit.crop, limit.product_forms) for limit in limits()}


def test_every_scope_names_a_form_that_is_sold_and_a_food_of_the_limits() -> None:
    foods = {(limit.crop, form) for limit in limits() for form in limit.product_forms}

    for row in rows("limit_scopes.csv"):
        assert (row["crop"], row["product_form"]) in product_forms()
        assert (row["limit_crop"], row["limit_form"]) in foods


def test_every_analyte_has_a_name_in_both_languages() -> None:
    for name in {limit.analyte for limit in limits()} | {row.analyte for row in criteria()}:
        found = analyte(name)

        assert found.analyte == name
        assert found.name.chinese != found.name.english


@pytest.mark.parametrize(
    ("crop", "form", "analytes"),
    [
        (
            "rice",
            "milled rice",
            [
                "aflatoxin B1",
                "benzo[a]pyrene",
                "cadmium",
                "chromium",
                "inorganic arsenic",
                "lead",
                "ochratoxin A",
                "total mercury",
            ],
        ),
        ("peanut", "kernels", ["acid value (KOH)", "aflatoxin B1", "cadmium", "lead", "peroxide value"]),
        ("peanut", "peanut oil", ["aflatoxin B1", "benzo[a]pyrene", "lead", "total arsenic"]),
        ("cherry", "fresh fruit", ["cadmium", "lead"]),
        ("strawberry", "fresh fruit", ["cadmium", "lead"]),
        ("maize", "kernels", []),
        ("rice", "rice bran", []),
    ],
)
def test_a_form_has_its_limits(crop: str, form: str, analytes: list[str]) -> None:
    found = limits_in_force(crop=crop, product_form=form, on=AUTUMN)

    assert [limit.analyte for limit in found] == analytes


def test_brown_rice_and_milled_rice_have_their_own_arsenic() -> None:
    found = {
        form: limits_of(crop="rice", product_form=form, analyte_name="inorganic arsenic")[0].limit
        for form in ("paddy", "brown rice", "milled rice")
    }

    assert found == {"paddy": Decimal("0.35"), "brown rice": Decimal("0.35"), "milled rice": Decimal("0.2")}


def test_an_edition_counts_from_its_first_day() -> None:
    before = limits_in_force(crop="cherry", product_form="fresh fruit", on=date(2026, 9, 1))
    after = limits_in_force(crop="cherry", product_form="fresh fruit", on=date(2026, 9, 2))

    assert (before, len(after)) == ([], 2)


@pytest.fixture
def two_editions(monkeypatch: pytest.MonkeyPatch) -> None:
    (new,) = limits_of(crop="cherry", product_form="fresh fruit", analyte_name="lead")
    fields = {name: getattr(new, name) for name in Limit.__slots__}
    old = Limit(**{**fields, "standard": "older", "effective_from": date(2020, 1, 1), "limit": Decimal("0.3")})
    ended = Limit(
        **{**fields, "standard": "oldest", "effective_from": date(2010, 1, 1), "effective_to": date(2019, 12, 31)}
    )
    monkeypatch.setattr(tables, "limits", lambda: (ended, new, old))


@pytest.mark.usefixtures("two_editions")
@pytest.mark.parametrize(
    ("day", "standard"),
    [
        (date(2009, 12, 31), None),
        (date(2010, 1, 1), "oldest"),
        (date(2019, 12, 31), "oldest"),
        (date(2020, 1, 1), "older"),
        (date(2026, 9, 1), "older"),
        (date(2026, 9, 2), "GB 2762-2025 T1"),
        (date(2030, 1, 1), "GB 2762-2025 T1"),
    ],
)
def test_the_newest_edition_in_force_is_taken(day: date, standard: str | None) -> None:
    found = limits_in_force(crop="cherry", product_form="fresh fruit", on=day)

    assert [limit.standard for limit in found] == ([standard] if standard else [])


def test_editions_are_listed_newest_first(two_editions: None) -> None:
    found = limits_of(crop="cherry", product_form="fresh fruit")

    assert [limit.standard for limit in found] == ["GB 2762-2025 T1", "older", "oldest"]


@pytest.mark.parametrize("name", ["Pb", "pb", "铅", "铅（以Pb计）", "Lead", " lead "])
def test_an_analyte_is_known_under_all_its_names(name: str) -> None:
    assert analyte(name).analyte == "lead"


def test_an_unknown_analyte_stands_for_itself() -> None:
    found = analyte("嘧菌酯")

    assert (found.analyte, found.name.english, found.screens) == ("嘧菌酯", "嘧菌酯", "")


@pytest.mark.parametrize(("tags", "tag"), [([], "A"), (["A", "C", "B"], "C"), (["A", "B"], "B")])
def test_evidence_is_as_weak_as_its_weakest(tags: list[str], tag: str) -> None:
    assert weakest(tags) == tag


def test_an_unknown_operator_or_tag_stops_the_loading() -> None:
    with pytest.raises(ValueError, match="the operator '<' is unknown"):
        tables._bounds("<", "1")
    with pytest.raises(ValueError, match="the evidence 'D' is not one of A, B, C"):
        tables._evidence("D")


@pytest.mark.parametrize("line", ["1", "1,2,3"])
def test_a_row_of_another_width_stops_the_loading(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text(f"a,b\n{line}\n")
    monkeypatch.setattr("traceability.standards.files.FOLDER", tmp_path)

    with pytest.raises(ValueError, match=r"t\.csv: a row does not have the columns"):
        list(rows("t.csv"))
