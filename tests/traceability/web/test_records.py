from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of, errors_of, shown
from traceability.models import Lot, Opening, Season
from traceability.queries.records import find

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

SPRAYING: dict[str, Any] = {
    "product": "三环唑",
    "dose": {"value": "20", "unit": "g/mu"},
    "target": "稻瘟病",
    "phi_days": 21,
}


@pytest.fixture
def browser(farmer: Membership) -> Client:
    return client_of(farmer)


def amend(client: Client, record: UUID | str, **typed: Any) -> Any:
    """Open the page on which a record is corrected, type into it, and press the button."""
    url = f"/records/{record}/correct/"
    page: Any = client.get(url)
    facts = page.context["facts"]
    rows = [facts.rows.management_form, *facts.rows] if hasattr(facts, "rows") else []
    data = shown(page.context["form"], *([facts] if facts else []), *rows)
    return client.post(url, {**data, **typed})


def body_of(record: UUID | str) -> Any:
    found = find(UUID(str(record)))
    assert found
    return found.body


@dataclass(frozen=True)
class Case:
    """An operation as it was first said, what is typed into its correction, and what changes by that."""

    name: str
    said: dict[str, Any]
    typed: dict[str, str]
    changes: dict[str, Any]


CASES = [
    Case("sprayed", SPRAYING, {"new-phi_days": "30"}, {"phi_days": 30}),
    Case("irrigated", {"water_m3": "30"}, {"new-water_m3": "3"}, {"water_m3": "3"}),
    Case(
        "irrigated",
        {"depth_mm": "55", "typed": {"value": "5.5", "unit": "cm"}},
        {"new-depth_mm": "60"},
        {"depth_mm": "60", "typed": {"value": "6", "unit": "cm"}},
    ),
    Case("observed", {"stage": "30"}, {"new-stage": "65"}, {"stage": "65"}),
    Case("tended", {"operation": "weeding"}, {"new-operation_code": "pruning"}, {"operation": "pruning"}),
    Case("transplanted", {}, {"new-seedling_age_days": "35"}, {"seedling_age_days": 35}),
    Case(
        "fertilised",
        {"product": "尿素", "kg": "50", "typed": {"value": "100", "unit": "jin"}},
        {"new-amount_value": "60", "new-amount_unit": "kg"},
        {"kg": "60", "typed": {"value": "60", "unit": "kg"}},
    ),
    Case("sown", {"seed_kg": "3"}, {"new-day": "2026-06-02"}, {"date": "2026-06-02"}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_what_was_typed_anew_is_corrected(browser: Client, farmer: Membership, case: Case) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, case.name, by=farmer, **case.said)

    answer = amend(browser, record, **case.typed)

    leaf = farm.say(season.entity)
    assert (answer.status_code, answer["Location"]) == (302, f"/seasons/{season.pk}/")
    assert leaf.body["changes"] == case.changes
    assert "corrected" in browser.get(answer["Location"]).content.decode()


def test_a_record_is_withdrawn_whatever_else_the_form_says(browser: Client, farmer: Membership) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, "irrigated", by=farmer)

    amend(browser, record, withdrawn="on", reason="did_not_occur", **{"new-day": ""})

    assert farm.say(season.entity).body["withdrawn"] is True
    page = browser.get(f"/seasons/{season.pk}/").content.decode()
    assert '<li class="open withdrawn">' in page


def test_a_season_is_corrected(browser: Client, farmer: Membership) -> None:
    season = farm.make_season(farmer)

    amend(browser, season.pk, **{"new-variety": "盐粳456", "new-area_value": "2", "new-area_unit": "ha"})

    season.refresh_from_db()
    assert (season.variety, season.area_mu, season.opened_on) == ("盐粳456", Decimal("30.00"), date(2026, 4, 20))


def test_a_season_opened_by_mistake_goes_from_the_lists(browser: Client, farmer: Membership) -> None:
    season = farm.make_season(farmer)

    answer = amend(browser, season.pk, withdrawn="on", reason="did_not_occur")

    assert not Season.objects.exists()
    assert answer["Location"] == f"/plots/{season.plot_id}/"


def test_a_harvest_is_corrected_from_either_page(browser: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")
    assert lot.season

    amend(browser, farm.say(lot.season.entity).id, **{"new-amount_value": "999"})
    amend(browser, farm.say(lot.entity, number=0).id, **{"new-moisture_percent": "14.5", "new-product_name": "新稻谷"})

    lot = Lot.objects.select_related("season").get()
    assert lot.season
    assert (lot.kg, lot.season.harvested_kg) == (Decimal(999), Decimal(999))
    assert (lot.moisture_percent, lot.product_name) == (Decimal("14.50"), "新稻谷")


def test_a_laboratory_corrects_what_it_reported(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    record, desk = farm.report(sample, by=laboratory), client_of(laboratory)

    answer = amend(desk, record, **{"results-0-number": "0.16"})

    assert (answer.status_code, answer["Location"]) == (302, f"/lots/{sample.lot_id}/")
    assert [(one["analyte"], one.get("value"), one.get("lod")) for one in body_of(record)["results"]] == [
        ("cadmium", "0.16", None),
        ("lead", None, "0.02"),
    ]


def test_what_is_wrong_with_a_correction_is_said(browser: Client, farmer: Membership) -> None:
    record = farm.log(farm.make_season(farmer), "irrigated", by=farmer)

    nothing = amend(browser, record)
    early = amend(browser, record, **{"new-day": "2026-04-01"})

    assert errors_of(nothing) == {"__all__": ["body: A correction must change or withdraw something"]}
    assert errors_of(early) == {"new-day": ["Lies before 2026-04-20, the first day that can be told of here"]}


def test_personal_data_are_erased_and_the_page_no_longer_shows_them(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="东大方", boundary=farm.boundary_bytes())
    url = f"/records/{plot.pk}/erase/"
    form: Any = browser.get(url).context["form"]

    unsure = browser.post(url, {**shown(form), "paths": ["name"], "reason": "asked"})
    sure = browser.post(url, {**shown(form), "paths": ["name", "boundary"], "reason": "asked", "sure": "on"})

    page = browser.get(sure["Location"]).content.decode()
    assert errors_of(unsure) == {"sure": ["This field is required."]}
    assert Opening.objects.filter(record_id=plot.pk).count() == 0
    assert [word for word in ("东大方", "122.07", "<svg class=") if word in page] == []
    assert "Personal data erased" in page


def test_the_page_of_erasure_offers_what_is_there(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="东大方")

    form: Any = browser.get(f"/records/{plot.pk}/erase/").context["form"]

    assert form.fields["paths"].choices == [("name", "plot name")]
