from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.enums import Provenance
from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of, errors_of, send, shown
from traceability.models import Plot, Season

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

PLOT = {
    "number": "DW-0417",
    "name": "东大方",
    "declared_value": "38.6",
    "declared_unit": "mu",
    "division_code": farm.VILLAGE,
}
BOUNDARY = farm.boundary_bytes().decode()


@pytest.fixture
def browser(farmer: Membership) -> Client:
    return client_of(farmer)


def test_a_plot_is_registered_with_its_boundary(browser: Client, farmer: Membership) -> None:
    answer = send(browser, "/plots/new/", **PLOT, boundary=BOUNDARY)

    plot = Plot.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/plots/{plot.pk}/")
    assert (plot.holder, plot.number, plot.measured_mu) == (farmer.organisation, "DW-0417", Decimal("38.31"))


def test_the_page_of_a_plot_shows_shape_area_and_place(browser: Client) -> None:
    send(browser, "/plots/new/", **PLOT, boundary=BOUNDARY)

    page = browser.get(f"/plots/{Plot.objects.get().pk}/").content.decode()

    assert '<svg class="plot-shape plot-shape--large"' in page
    assert "38.31" in page
    assert "Dawa District, Panjin, Liaoning" in page
    assert "122.0712" in page


def test_a_boundary_comes_from_a_file_or_a_point_as_well(browser: Client) -> None:
    file = SimpleUploadedFile("plot.geojson", BOUNDARY.encode(), "application/geo+json")

    send(browser, "/plots/new/", **PLOT, boundary_file=file)
    send(browser, "/plots/new/", **{**PLOT, "number": "P", "declared_value": "3"}, longitude="122.07", latitude="41.15")

    drawn, point = Plot.objects.get(number="DW-0417"), Plot.objects.get(number="P")
    assert drawn.measured_mu == Decimal("38.31")
    assert point.boundary == {"type": "Point", "coordinates": ["122.07", "41.15"]}


def test_an_area_is_read_in_the_unit_that_was_typed(browser: Client) -> None:
    send(browser, "/plots/new/", **{**PLOT, "declared_value": "2.5", "declared_unit": "ha"})

    plot = Plot.objects.get()
    assert plot.declared_mu == Decimal("37.50")
    assert farm.say(plot.entity).body["typed"] == {"value": "2.5", "unit": "ha"}


def test_an_area_that_disagrees_is_pointed_out(browser: Client) -> None:
    answer = send(browser, "/plots/new/", **{**PLOT, "declared_value": "20"}, boundary=BOUNDARY)

    page = browser.get(answer["Location"]).content.decode()
    assert page.count("The boundary encloses 38.31 mu, and 20.00 mu were declared.") >= 1


def test_pressing_twice_registers_once(browser: Client) -> None:
    form = browser.get("/plots/new/").context["form"]
    data = {**shown(form), **PLOT}

    answers = [browser.post("/plots/new/", data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Plot.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"number": ""}, "number", "This field is required."),
        ({"division_code": "2111"}, "division_code", "A village's division code has 12 digits"),
        ({"declared_value": "-1"}, "declared", "Ensure this value is greater than or equal to 0."),
        ({"declared_value": "0"}, "declared", "Must be above zero"),
        ({"day": "2026-11-25"}, "day", "Lies in the future"),
        ({"boundary": "{"}, "boundary", "Is not JSON"),
        (
            {"boundary": '{"type":"Polygon","coordinates":[[[1,1],[2,2],[2,1],[1,2],[1,1]]]}'},
            "boundary",
            "coordinates/0",
        ),
        ({"longitude": "122"}, "__all__", "A point needs longitude and latitude."),
        ({"longitude": "200", "latitude": "41"}, "longitude", "Ensure this value is less than or equal to 180."),
        ({"boundary": BOUNDARY, "longitude": "1", "latitude": "1"}, "__all__", "Say in one way only"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(browser: Client, typed: dict[str, Any], field: str, error: str) -> None:
    before = farm.footprint()

    page = send(browser, "/plots/new/", **{**PLOT, **typed})

    assert page.status_code == 200
    assert error in errors_of(page)[field][0]
    assert farm.footprint() == before


def test_it_is_said_in_chinese_to_who_reads_chinese(browser: Client) -> None:
    page = browser.post(
        "/plots/new/",
        {**shown(browser.get("/plots/new/").context["form"]), **PLOT, "division_code": "2111"},
        headers={"accept-language": "zh-CN"},
    )

    assert errors_of(page)["division_code"] == ["村级区划代码为 12 位数字"]
    assert "登记地块" in page.content.decode()


def test_a_registration_is_corrected_and_what_was_first_said_stays(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer, number="DW-1", boundary=farm.boundary_bytes())

    answer = send(browser, f"/plots/{plot.pk}/correct/", number="DW-2", reason="typing_error")

    plot.refresh_from_db()
    page = browser.get(answer["Location"]).content.decode()
    assert (plot.number, plot.measured_mu, bool(plot.boundary)) == ("DW-2", Decimal("38.31"), True)
    assert "corrected" in page


def test_a_correction_of_nothing_is_refused(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer)

    page = send(browser, f"/plots/{plot.pk}/correct/", reason="typing_error")

    assert errors_of(page) == {"__all__": ["body: A correction must change or withdraw something"]}


def test_a_retired_plot_says_so_and_takes_no_season(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer)

    send(browser, f"/plots/{plot.pk}/retire/", reason="given_up")

    assert "no longer farmed" in browser.get("/plots/").content.decode()
    page = send(browser, f"/plots/{plot.pk}/seasons/new/", crop="rice", variety="盐丰47", day="2026-04-20")
    assert errors_of(page)["__all__"] == [f"The plot {plot.number} is no longer farmed"]


def test_a_season_is_opened_and_shows_what_can_be_recorded(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer)

    answer = send(browser, f"/plots/{plot.pk}/seasons/new/", crop="rice", variety="盐丰47", day="2026-04-20")

    season = Season.objects.get()
    page = browser.get(answer["Location"]).content.decode()
    assert (season.area_mu, season.year, season.opened_on.isoformat()) == (Decimal("38.60"), 2026, "2026-04-20")
    for operation in (
        "irrigated",
        "fertilised",
        "sprayed",
        "observed",
        "tended",
        "photographed",
        "sown",
        "transplanted",
    ):
        assert f'href="/seasons/{season.pk}/log/{operation}/"' in page
    assert f'href="/seasons/{season.pk}/harvest/"' in page


def test_the_timeline_tells_who_vouches_and_what_only_the_owner_sees(browser: Client, farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="东大方")

    page = browser.get(f"/plots/{plot.pk}/").content.decode()

    assert "王家 · entered by log-in · on its way into the log" in page
    assert "plot name <b>东大方</b>" in page
    assert "only you see this" in page


def test_generated_data_are_labelled(browser: Client, settings: Settings, farmer: Membership) -> None:
    settings.DEMO = True
    farmer.organisation.provenance = Provenance.GENERATED
    farmer.organisation.save()
    season = farm.make_season(farmer)

    for url in ("/plots/", f"/plots/{season.plot_id}/", f"/seasons/{season.pk}/", "/lots/"):
        assert "Generated data" in browser.get(url).content.decode()


def test_lists_take_as_many_statements_for_three_rows_as_for_one(browser: Client, farmer: Membership) -> None:
    counts = []

    for more in (1, 2):
        for _ in range(more):
            farm.make_lot(farmer)
        for url in ("/plots/", "/lots/"):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(url).status_code == 200
            counts.append((url, len(queries)))

    assert counts[:2] == counts[2:]


def test_long_lists_have_pages(browser: Client, farmer: Membership) -> None:
    for number in range(21):
        farm.make_plot(farmer, number=f"N{number:02}")

    first, second = browser.get("/plots/").content.decode(), browser.get("/plots/?page=2").content.decode()

    assert "N19" in first
    assert "N20" not in first
    assert "N20" in second


def test_an_empty_farm_says_what_to_do(browser: Client) -> None:
    assert "Register a plot" in browser.get("/plots/").content.decode()
    assert "No lot yet." in browser.get("/lots/").content.decode()


def test_a_viewer_sees_and_is_offered_nothing_to_write(farmer: Membership, viewer: Membership) -> None:
    season = farm.make_season(farmer)
    browser = client_of(viewer)

    pages = [browser.get(url) for url in ("/plots/", f"/plots/{season.plot_id}/", f"/seasons/{season.pk}/")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    offered = "".join(page.content.decode() for page in pages)
    assert [link for link in ("/plots/new/", "/seasons/new/", "/log/", "/correct/") if link in offered] == []
    assert browser.get("/plots/new/").status_code == 403


def test_records_are_found_by_the_ids_of_their_forms(browser: Client) -> None:
    form = browser.get("/plots/new/").context["form"]

    browser.post("/plots/new/", {**shown(form), **PLOT})

    assert Plot.objects.get().pk == UUID(str(form["record_id"].value()))
