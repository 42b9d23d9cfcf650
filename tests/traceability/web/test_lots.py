from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of, errors_of, send, shown
from traceability.models import Lot, Sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def browser(farmer: Membership) -> Client:
    return client_of(farmer)


def page_of(client: Client, lot: Lot) -> str:
    return str(client.get(f"/lots/{lot.pk}/").content.decode())


def test_a_lots_page_tells_what_it_is_and_where_it_came_from(browser: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer, code="PJ-1", moisture_percent=Decimal("14.5"))

    page = page_of(browser, lot)

    assert "<h1>稻谷</h1>" in page
    assert "1,000 " in page
    assert "14.5 " in page
    assert lot.epc in page
    assert f'href="/trace/{lot.pk}"' in page
    assert f'href="/seasons/{lot.season_id}/"' in page


def test_a_lot_with_a_gtin_leads_to_its_digital_link(browser: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer, gtin="06901234567892", code="PJ/1")

    assert 'href="/01/06901234567892/10/PJ%2F1"' in page_of(browser, lot)


def test_a_family_shows_both_ways_and_links_only_what_is_ones_own(
    browser: Client, farmer: Membership, processor: Membership
) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    rice = farm.make_milled(processor, lot)
    bag = farm.make_milled(processor, rice, kg="500", use="600")

    own, made = page_of(browser, lot), page_of(client_of(processor), bag)

    assert [f'href="/trace/{rice.pk}"' in own, f'href="/lots/{rice.pk}/"' in own] == [True, False]
    assert [f'href="/lots/{rice.pk}/"' in made, f'href="/lots/{lot.pk}/"' in made] == [True, True]
    assert "2 steps" in own
    assert "Made from" in made


def test_tests_stand_beside_limit_and_standard(browser: Client, farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    farm.report(farm.make_sample(lot, by=farmer, laboratory=laboratory), by=laboratory, cadmium="0.21")
    farm.make_sample(lot, by=farmer, laboratory=laboratory, number="S-2")

    page = page_of(browser, lot)

    assert "0.21 mg/kg" in page
    assert "0.2 mg/kg" in page
    assert "GB 2762-2025 T2" in page
    assert '<span class="badge badge--signal">fails</span>' in page
    assert "&lt; 0.02 mg/kg" in page
    assert "Sample S-2 waits at 辽宁检测中心." in page


def test_who_has_a_lot_is_offered_to_ship_it_unless_it_is_on_the_way(
    browser: Client, farmer: Membership, processor: Membership
) -> None:
    lot = farm.make_lot(farmer)
    assert f"/plant/lots/{lot.pk}/ship/" in page_of(browser, lot)

    shipment = farm.ship(lot, by=farmer, to=processor)

    for client in (browser, client_of(processor)):
        page = page_of(client, lot)
        assert "On the way to 盘锦米业" in page
        assert f"/plant/shipments/{shipment.pk}/" in page
        assert f"/plant/lots/{lot.pk}/ship/" not in page


def test_a_sample_is_given_to_a_laboratory_which_reports_on_it(
    browser: Client, farmer: Membership, laboratory: Membership
) -> None:
    lot = farm.make_lot(farmer)
    send(
        browser,
        f"/lots/{lot.pk}/samples/new/",
        day="2026-10-06",
        number="S-7",
        laboratory=laboratory.organisation.pk,
        purpose="own",
        amount_value="2",
        amount_unit="kg",
    )
    sample, desk = Sample.objects.get(), client_of(laboratory)

    assert "S-7" in desk.get("/samples/").content.decode()
    report(desk, sample, {"cadmium": "0.06", "lead": "0.05"}, report_no="R-1")

    leaf = farm.say(lot.entity)
    assert "reported" in desk.get("/samples/").content.decode()
    assert leaf.body["report_no"] == "R-1"
    assert leaf.body["results"] == [
        {"analyte": "cadmium", "value": "0.06", "unit": "mg/kg", "method": "GB 5009.15"},
        {"analyte": "lead", "value": "0.05", "unit": "mg/kg", "method": "GB 5009.12"},
    ]


def report(desk: Client, sample: Sample, numbers: dict[str, str], **typed: Any) -> Any:
    """Fill the rows that are offered for these analytes."""
    url = f"/samples/{sample.pk}/report/"
    page: Any = desk.get(url)
    rows = page.context["rows"]
    data = shown(page.context["head"], rows.management_form, *rows)
    for form in rows:
        name = form["analyte"].value()
        if name in numbers:
            data[form["number"].html_name] = numbers[name]
    looked_at: Any = desk.post(url, {**data, "day": "2026-10-10", **typed})
    if "draft" not in (looked_at.context or {}):
        return looked_at
    return desk.post("/inspection/reports/send/", {"draft": looked_at.context["draft"]})


def test_the_desk_offers_a_row_for_each_limit(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)

    page: Any = client_of(laboratory).get(f"/samples/{sample.pk}/report/")

    offered = [(form["analyte"].value(), form["unit"].value()) for form in page.context["rows"].initial_forms]
    assert ("cadmium", "mg/kg") in offered
    assert ("aflatoxin B1", "ug/kg") in offered
    assert "Sample S-1" in page.content.decode() or "sample S-1" in page.content.decode()


def test_what_was_not_detected_is_reported_as_below(farmer: Membership, laboratory: Membership) -> None:
    sample, desk = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory), client_of(laboratory)
    rows: Any = desk.get(f"/samples/{sample.pk}/report/").context["rows"]
    cadmium = next(form for form in rows if form["analyte"].value() == "cadmium")

    report(desk, sample, {"cadmium": "0.01"}, **{cadmium["found"].html_name: "below"})

    assert farm.say(sample.lot.entity).body["results"][0]["lod"] == "0.01"


@pytest.mark.parametrize(
    ("numbers", "typed", "error"),
    [
        ({}, {}, "Type at least one result."),
        ({"cadmium": "-1"}, {}, "Ensure this value is greater than or equal to 0."),
        ({"cadmium": "x"}, {}, "Enter a number."),
        ({"cadmium": "0.1", "lead": "0.1"}, {"results-5-analyte": "Cd"}, "One analyte stands in two rows."),
        ({"cadmium": "0.1"}, {"day": "2026-10-01"}, "Lies before 2026-10-06, the first day that can be told of here"),
    ],
)
def test_what_is_wrong_with_a_report_is_said(
    farmer: Membership, laboratory: Membership, numbers: dict[str, str], typed: dict[str, str], error: str
) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    before = farm.footprint()

    page = report(client_of(laboratory), sample, numbers, **typed)

    assert error in [text for texts in errors_of(page).values() for text in texts]
    assert farm.footprint() == before
