import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of, errors_of, send, shown
from traceability.models import Lot, Season

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

SPRAYING = {
    "product": "三环唑",
    "dose_value": "20",
    "dose_unit": "g/mu",
    "target": "稻瘟病",
    "phi_days": "21",
    "day": "2026-07-16",
}


@pytest.fixture
def browser(farmer: Membership) -> Client:
    return client_of(farmer)


@pytest.fixture
def season(farmer: Membership) -> Season:
    return farm.make_season(farmer)


def photo(name: str = "field.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 140, 70)).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    ("operation", "typed", "body"),
    [
        ("irrigated", {"water_m3": "30.5", "method": "flooding"}, {"water_m3": "30.5", "method": "flooding"}),
        (
            "fertilised",
            {"product": "尿素", "amount_value": "100", "amount_unit": "jin", "use": "base"},
            {"product": "尿素", "use": "base", "kg": "50", "typed": {"value": "100", "unit": "jin"}},
        ),
        (
            "sprayed",
            {name: value for name, value in SPRAYING.items() if name != "day"},
            {"product": "三环唑", "dose": {"value": "20", "unit": "g/mu"}, "target": "稻瘟病", "phi_days": 21},
        ),
        ("observed", {"stage": "65", "height_cm": "90"}, {"stage": "65", "height_cm": "90"}),
        ("tended", {"operation_code": "weeding"}, {"operation": "weeding"}),
        ("sown", {"seed_value": "3.5", "seed_unit": "kg", "method": "tray"}, {"seed_kg": "3.5", "method": "tray"}),
        ("transplanted", {"seedling_age_days": "35"}, {"seedling_age_days": 35}),
    ],
)
def test_each_operation_is_recorded_as_it_was_typed(
    browser: Client, season: Season, operation: str, typed: dict[str, str], body: dict[str, Any]
) -> None:
    answer = send(browser, f"/seasons/{season.pk}/log/{operation}/", day="2026-06-01", **typed)

    leaf = farm.say(season.entity)
    assert (answer.status_code, answer["Location"]) == (302, f"/seasons/{season.pk}/")
    assert (leaf.type, leaf.body) == (f"growth.{operation}", {**body, "date": "2026-06-01"})


def test_who_did_it_and_remarks_stay_private(browser: Client, season: Season) -> None:
    send(browser, f"/seasons/{season.pk}/log/irrigated/", day="2026-06-01", operator="王大伯", note="早上放水")

    leaf = farm.say(season.entity)
    page = browser.get(f"/seasons/{season.pk}/").content.decode()
    assert (set(leaf.commit), leaf.body) == ({"operator", "note"}, {"date": "2026-06-01"})
    assert "who did it <b>王大伯</b> · note <b>早上放水</b>" in page


def test_spraying_tells_from_when_on_harvest_is_allowed(browser: Client, season: Season) -> None:
    answer = send(browser, f"/seasons/{season.pk}/log/sprayed/", **{**SPRAYING, "day": "2026-11-20"})

    page = browser.get(answer["Location"]).content.decode()
    season.refresh_from_db()
    assert season.harvest_allowed_from == date(2026, 12, 11)
    assert "Recorded. Harvest is allowed from Dec. 11, 2026 on." in page
    assert "Do not harvest yet" in page


def test_a_photo_is_shown_to_who_may_see_the_season_and_to_nobody_else(
    browser: Client, season: Season, stranger: Membership
) -> None:
    send(browser, f"/seasons/{season.pk}/log/photographed/", day="2026-06-01", photo=photo())
    leaf = farm.say(season.entity)
    url = f"/records/{leaf.id}/photos/{leaf.attachments[0].sha256}/"

    shown_to_owner, shown_to_stranger = browser.get(url), client_of(stranger).get(url)

    assert url in browser.get(f"/seasons/{season.pk}/").content.decode()
    assert (shown_to_owner.status_code, shown_to_owner["Content-Type"]) == (200, "image/jpeg")
    assert shown_to_owner["X-Content-Type-Options"] == "nosniff"
    assert shown_to_stranger.status_code == 404
    assert browser.get(f"/records/{leaf.id}/photos/{'0' * 64}/").status_code == 404


def test_an_operation_that_nobody_knows_has_no_page(browser: Client, season: Season) -> None:
    assert browser.get(f"/seasons/{season.pk}/log/burned/").status_code == 404


def test_pressing_twice_records_once(browser: Client, season: Season) -> None:
    url = f"/seasons/{season.pk}/log/irrigated/"
    data = {**shown(browser.get(url).context["form"]), "day": "2026-06-01"}

    for _ in range(2):
        browser.post(url, data)

    assert farm.say(season.entity).eseq == 1


@pytest.mark.parametrize(
    ("operation", "typed", "wrong"),
    [
        (
            "irrigated",
            {"day": "2026-04-19"},
            {"day": ["Lies before 2026-04-20, the first day that can be told of here"]},
        ),
        ("irrigated", {"day": "2026-11-25"}, {"day": ["Lies in the future"]}),
        ("irrigated", {"water_m3": "-3"}, {"water_m3": ["Ensure this value is greater than or equal to 0."]}),
        ("irrigated", {"water_m3": "0"}, {"water_m3": ["Must be above zero"]}),
        ("irrigated", {"water_m3": "NaN"}, {"water_m3": ["Enter a number."]}),
        ("sprayed", {**SPRAYING, "phi_days": "-1"}, {"phi_days": ["Ensure this value is greater than or equal to 0."]}),
        ("sprayed", {**SPRAYING, "registration_no": "农药"}, {"registration_no": ["Must look like PD20060044"]}),
        (
            "observed",
            {"stage": "77777"},
            {"stage": ["Select a valid choice. 77777 is not one of the available choices."]},
        ),
        ("irrigated", {"note": "x" * 1001}, {"note": ["Ensure this value has at most 1000 characters (it has 1001)."]}),
        ("photographed", {}, {"photo": ["This field is required."]}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    browser: Client, season: Season, operation: str, typed: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    before = farm.footprint()

    page = send(browser, f"/seasons/{season.pk}/log/{operation}/", **{"day": "2026-06-01", **typed})

    assert errors_of(page) == wrong
    assert farm.footprint() == before


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<svg onload='alert(1)'/>", "Is no photo that can be read (JPEG, PNG or WebP)"),
        (b"\xff" * (10 * 1024 * 1024 + 1), "Has 10485761 bytes; at most 10485760 are taken"),
    ],
)
def test_what_is_no_photo_is_refused(browser: Client, season: Season, data: bytes, error: str) -> None:
    file = SimpleUploadedFile("photo.jpg", data, "image/jpeg")

    page = send(browser, f"/seasons/{season.pk}/log/photographed/", day="2026-06-01", photo=file)

    assert errors_of(page)["photo"] == [error]


def test_a_harvest_leads_to_its_lot(browser: Client, season: Season) -> None:
    answer = send(
        browser,
        f"/seasons/{season.pk}/harvest/",
        day="2026-09-28",
        amount_value="2001",
        amount_unit="jin",
        moisture_percent="14.5",
        product_name="稻谷",
        code="PJ-1",
    )

    lot = Lot.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/lots/{lot.pk}/")
    assert (lot.kg, lot.code, lot.produced_on, lot.moisture_percent) == (
        Decimal("1000.500"),
        "PJ-1",
        date(2026, 9, 28),
        Decimal("14.50"),
    )


def test_an_early_harvest_asks_for_a_reason_and_keeps_what_was_typed(browser: Client, season: Season) -> None:
    url = f"/seasons/{season.pk}/harvest/"
    send(browser, f"/seasons/{season.pk}/log/sprayed/", **{**SPRAYING, "day": "2026-09-20"})
    typed = {"day": "2026-09-28", "amount_value": "500", "amount_unit": "kg"}

    page = send(browser, url, **typed)

    assert errors_of(page)["interval_reason"] == [
        "Lies within the pre-harvest interval, which ends on 2026-10-11; say why"
    ]
    assert 'value="500"' in page.content.decode()
    assert send(browser, url, **typed, interval_reason="台风要来了").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"amount_value": "0"}, "amount", "Must be above zero"),
        ({"amount_value": "-5"}, "amount", "Ensure this value is greater than or equal to 0."),
        ({"amount_value": "20000", "amount_unit": "t"}, "__all__", "body/kg: Must not be above 10000000"),
        ({"code": "批次一"}, "code", "Must look like PJ20261001-03"),
        ({"gtin": "06901234567891"}, "gtin", "Has a wrong check digit"),
    ],
)
def test_what_is_wrong_with_a_harvest_is_said(
    browser: Client, season: Season, typed: dict[str, str], field: str, error: str
) -> None:
    before = farm.footprint()
    fine = {"day": "2026-09-28", "amount_value": "500", "amount_unit": "kg"}

    page = send(browser, f"/seasons/{season.pk}/harvest/", **{**fine, **typed})

    assert errors_of(page)[field] == [error]
    assert farm.footprint() == before


@pytest.mark.parametrize(
    ("typed", "faulty"),
    [
        ({"opened_at": "0001-01-01T00:00:00+00:00"}, True),
        ({"opened_at": "0001-01-01T00:00:00+14:00"}, True),
        ({"opened_at": "9999-12-31T23:59:59-12:00"}, True),
        ({"opened_at": "9999-12-31T23:59:59"}, True),
        ({"day": "0001-01-01"}, True),
        ({"day": "9999-12-31"}, True),
        ({"opened_at": "never"}, True),
        ({}, False),
    ],
)
def test_a_moment_at_the_ends_of_the_calendar_is_refused(
    browser: Client,
    season: Season,
    typed: dict[str, str],
    faulty: bool,  # noqa: FBT001
) -> None:
    answer = send(browser, f"/seasons/{season.pk}/log/irrigated/", **{"day": "2026-06-01", "water_m3": "30", **typed})

    assert answer.status_code == (200 if faulty else 302)
    assert bool(errors_of(answer)) is faulty
    assert farm.say(season.entity).type == ("season.opened" if faulty else "growth.irrigated")
