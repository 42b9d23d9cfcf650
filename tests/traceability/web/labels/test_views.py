import io
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import Settings

from accounts.cards import card_of
from accounts.models import Membership
from tests.factories import farm
from tests.factories.codes import GTIN, make_bagged_lot, make_bags
from tests.factories.pages import client_of, errors_of, send
from tests.traceability.labels.reading import codes_on
from traceability.models import BagCode, CodeBatch, Lot
from traceability.services.scans import count_scan, end_codes
from traceability.web.codes import qr_picture
from traceability.web.labels import forms
from traceability.web.labels.urls import urlpatterns

# Each party has its own there, whatever belongs to others.
OWN = {"home": 200, "card": 200, "card_qr": 200}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def lot(farmer: Membership) -> Lot:
    return make_bagged_lot(farmer)


@pytest.fixture
def bags(lot: Lot, farmer: Membership) -> list[BagCode]:
    return make_bags(lot, by=farmer)


@pytest.fixture
def addresses(lot: Lot, bags: list[BagCode]) -> Mapping[str, str]:
    batch = bags[0].batch_id
    found = {
        "home": reverse("labels:home"),
        "card": reverse("labels:card"),
        "card_qr": reverse("labels:card_qr"),
        "bags": reverse("labels:bags", args=[lot.pk]),
        "batch": reverse("labels:batch", args=[batch]),
        "clear": reverse("labels:clear", args=[batch]),
        "batch_sheet": reverse("labels:batch_sheet", args=[batch]) + "?paper=roll-50x30",
    }
    assert set(found) == {pattern.name for pattern in urlpatterns}
    return found


def statuses(member: Membership | None, addresses: Mapping[str, str], method: str = "get") -> dict[str, int]:
    client = client_of(member)
    return {name: getattr(client, method)(url).status_code for name, url in addresses.items()}


def test_the_owner_opens_every_page(farmer: Membership, addresses: Mapping[str, str]) -> None:
    assert statuses(farmer, addresses) == dict.fromkeys(addresses, 200) | {"clear": 302}


@pytest.mark.parametrize("method", ["get", "post"])
def test_to_a_stranger_nothing_of_anothers_is_there(
    stranger: Membership, addresses: Mapping[str, str], method: str
) -> None:
    before = (CodeBatch.objects.count(), BagCode.objects.count())

    assert statuses(stranger, addresses, method) == dict.fromkeys(addresses, 404) | OWN
    assert (CodeBatch.objects.count(), BagCode.objects.count()) == before


def test_the_owner_clears_a_flag_on_the_page(farmer: Membership, bags: list[BagCode]) -> None:
    BagCode.objects.filter(pk=bags[0].pk).update(copy_sign="PACE", flagged_at=farm.NOW, scans=7)
    client = client_of(farmer)
    page = reverse("labels:batch", args=[bags[0].batch_id])
    url = reverse("labels:clear", args=[bags[0].batch_id])
    assert url in client.get(page).content.decode()

    client.get(url, {"serial": bags[0].serial})
    assert BagCode.objects.get(pk=bags[0].pk).copy_sign == "PACE"
    answer = client.post(url, {"serial": bags[0].serial})

    assert answer["Location"] == page
    assert BagCode.objects.get(pk=bags[0].pk).copy_sign == ""
    assert url not in client.get(page).content.decode()
    assert client.post(url, {"serial": "NOPE"}).status_code == 404


def test_a_strangers_page_names_none_of_anothers_lots(stranger: Membership, lot: Lot, bags: list[BagCode]) -> None:
    page = client_of(stranger).get(reverse("labels:home")).content.decode()
    tried = client_of(stranger).get(reverse("labels:home"), {"lots": str(lot.pk), "count": "1", "paper": "roll-50x30"})

    assert lot.code not in page
    assert tried["Content-Type"].startswith("text/html")


def test_nobody_is_asked_to_log_in(addresses: Mapping[str, str]) -> None:
    assert set(statuses(None, addresses).values()) == {302}


def test_a_viewer_reads_and_prints_and_draws_nothing(viewer: Membership, addresses: Mapping[str, str]) -> None:
    assert statuses(viewer, addresses) == dict.fromkeys(addresses, 200) | {"bags": 403, "clear": 403}


def test_a_laboratory_labels_nothing_that_it_tests(
    farmer: Membership, laboratory: Membership, lot: Lot, addresses: Mapping[str, str]
) -> None:
    farm.make_sample(lot, by=farmer, laboratory=laboratory)

    assert statuses(laboratory, addresses) == dict.fromkeys(addresses, 404) | OWN


def test_who_holds_a_lot_labels_it_and_numbers_none_of_its_bags(
    farmer: Membership, processor: Membership, lot: Lot, bags: list[BagCode], addresses: Mapping[str, str]
) -> None:
    farm.give(lot, by=farmer, to=processor)
    sheet = client_of(processor).get(addresses["home"], {"lots": str(lot.pk), "count": "2", "paper": "roll-50x30"})

    assert statuses(processor, addresses) == dict.fromkeys(addresses, 404) | OWN
    assert sheet["Content-Type"] == "application/pdf"


def test_a_sheet_has_the_lots_that_were_ticked(farmer: Membership, lot: Lot) -> None:
    other = farm.make_lot(farmer)
    asked: dict[str, Any] = {"lots": [str(lot.pk), str(other.pk)], "count": 2, "paper": "a4-3x8"}

    response = client_of(farmer).get(reverse("labels:home"), asked)

    assert response["Content-Type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(response.content)).pages
    assert sorted(codes_on(page)) == sorted(
        [f"http://testserver/01/{GTIN}/10/PJ-1"] * 2 + [f"http://testserver/trace/{other.pk}"] * 2
    )
    text = page.extract_text()
    assert "(01)06901234000016(10)PJ-1" in text
    assert "Lot PJ-1" in text
    assert "Made on 2026-09-28" in text


def test_labels_lead_where_the_installation_says(farmer: Membership, lot: Lot, settings: Settings) -> None:
    settings.LABEL_ORIGIN = "https://trace.example.cn"
    asked: dict[str, Any] = {"lots": [str(lot.pk)], "count": 1, "paper": "roll-50x30"}

    response = client_of(farmer).get(reverse("labels:home"), asked)

    assert codes_on(PdfReader(io.BytesIO(response.content)).pages[0]) == [f"https://trace.example.cn/01/{GTIN}/10/PJ-1"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"count": 0}, "count"), ({"count": 2001}, "count"), ({"paper": "a3"}, "paper"), ({"lots": []}, "lots")],
)
def test_a_sheet_that_cannot_be_is_explained(farmer: Membership, lot: Lot, asked: dict[str, Any], field: str) -> None:
    whole: dict[str, Any] = {"lots": [str(lot.pk)], "count": 1, "paper": "a4-3x8", **asked}

    page = client_of(farmer).get(reverse("labels:home"), whole)

    assert list(errors_of(page)) == [field]


def test_too_many_labels_at_once_are_refused(farmer: Membership, lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_LABELS", 3)
    other = farm.make_lot(farmer)
    asked: dict[str, Any] = {"lots": [str(lot.pk), str(other.pk)], "count": 2, "paper": "a4-3x8"}

    assert list(errors_of(client_of(farmer).get(reverse("labels:home"), asked))) == ["count"]


def test_bags_get_numbers_once_however_often_the_button_is_pressed(farmer: Membership, lot: Lot) -> None:
    client, url = client_of(farmer), reverse("labels:bags", args=[lot.pk])
    page = client.get(url)
    sent = {"batch_id": page.context["form"]["batch_id"].value(), "count": "5"}

    first, again = client.post(url, sent), client.post(url, sent)

    assert first["Location"] == again["Location"] == reverse("labels:batch", args=[sent["batch_id"]])
    assert BagCode.objects.count() == 5


def test_a_count_that_is_too_large_is_explained(farmer: Membership, lot: Lot) -> None:
    assert list(errors_of(send(client_of(farmer), reverse("labels:bags", args=[lot.pk]), count="2001"))) == ["count"]


def test_bags_are_not_numbered_without_a_gtin(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    assert client_of(farmer).get(reverse("labels:bags", args=[lot.pk])).status_code == 404


def test_each_bag_has_its_label(farmer: Membership, bags: list[BagCode], addresses: Mapping[str, str]) -> None:
    response = client_of(farmer).get(addresses["batch_sheet"])

    found = [code for page in PdfReader(io.BytesIO(response.content)).pages for code in codes_on(page)]
    assert found == [f"http://testserver/01/{GTIN}/21/{one.serial}" for one in bags]


def test_without_a_paper_there_is_no_sheet(farmer: Membership, addresses: Mapping[str, str]) -> None:
    response = client_of(farmer).get(addresses["batch_sheet"].partition("?")[0])

    assert response["Location"] == addresses["batch"]


def test_the_owner_sees_scans_and_copies(
    farmer: Membership, lot: Lot, bags: list[BagCode], addresses: Mapping[str, str]
) -> None:
    count_scan(code=bags[0], at=farm.NOW)
    end_codes(lot=lot, serials=[bags[1].serial], membership=farmer, at=farm.AUTUMN)
    count_scan(code=bags[1], at=farm.NOW)

    home = client_of(farmer).get(addresses["home"]).content.decode()
    batch = client_of(farmer).get(addresses["batch"]).content.decode()

    assert "Codes that look copied" in home
    assert bags[1].serial in home
    assert bags[0].serial not in home
    assert "scanned after the bag was used up" in batch
    assert batch.index(bags[1].serial) < batch.index(bags[0].serial) < batch.index(bags[2].serial)


def test_bags_that_are_used_up_are_noted(farmer: Membership, bags: list[BagCode], addresses: Mapping[str, str]) -> None:
    typed = f"{bags[0].serial.lower()},\n {bags[1].serial}"

    response = client_of(farmer).post(addresses["batch"], {"serials": typed})

    assert response["Location"] == addresses["batch"]
    assert BagCode.objects.exclude(ended_at=None).count() == 2
    assert set(BagCode.objects.values_list("copy_sign", flat=True)) == {""}


def test_a_number_of_no_bag_is_explained(farmer: Membership, addresses: Mapping[str, str]) -> None:
    page = client_of(farmer).post(addresses["batch"], {"serials": "NOPE"})

    assert errors_of(page) == {"serials": ["The lot has no bag with the serial number NOPE"]}


def test_the_room_takes_the_same_queries_however_full_it_is(farmer: Membership) -> None:
    client = client_of(farmer)
    taken = []
    for number in range(3):
        make_bags(make_bagged_lot(farmer, code=f"PJ-{number}"), by=farmer)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("labels:home"))
        taken.append(len(queries))

    assert taken[0] == taken[2]


def test_the_card_names_its_party_and_its_code_is_found_at_the_scale(farmer: Membership, stranger: Membership) -> None:
    page = client_of(farmer).get(reverse("labels:card")).content.decode()
    drawn = client_of(farmer).get(reverse("labels:card_qr"))

    assert farmer.organisation.name in page
    assert drawn.content == qr_picture(card_of(farmer.organisation)).content
    assert drawn.content != client_of(stranger).get(reverse("labels:card_qr")).content
    assert drawn.headers["Cache-Control"] == "private, no-store"
