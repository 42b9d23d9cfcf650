from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.cards import card_of
from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import errors_of, send, shown
from traceability.models import Lot, Shipment
from traceability.queries import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment(farmer: Membership, processor: Membership) -> Shipment:
    return farm.ship(farm.make_lot(farmer, code="WJ-0928"), by=farmer, to=processor)


def weigh(desk: Client, shipment: Shipment, **typed: Any) -> Any:
    return send(desk, f"/plant/shipments/{shipment.pk}/weigh/", day="2026-09-29", **typed)


def test_a_delivery_is_weighed_and_accepted(desk: Client, shipment: Shipment) -> None:
    answer = weigh(
        desk,
        shipment,
        gross_kg="3258",
        tare_kg="2260",
        moisture_percent="19.8",
        impurity_percent="0.6",
        grade="二等",
        slip="GB-88",
        supplier_code="王家-3",
        moisture_deduction_kg="12",
    )

    shipment.refresh_from_db()
    said = history.of(shipment.lot.entity)[-1]
    assert (answer.status_code, shipment.state, shipment.received_kg) == (302, "ACCEPTED", Decimal(998))
    assert said.private == {"slip": "GB-88", "moisture_deduction_kg": "12", "payable_kg": "986"}
    assert "-2" in desk.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"net_kg": ["Needs the net weight, or gross and tare"]}),
        ({"net_kg": "900"}, {"difference_reason": ["1000.000 kg were shipped; say why the weight differs"]}),
        (
            {"gross_kg": "3000", "tare_kg": "2000", "net_kg": "999"},
            {"net_kg": ["Gross less tare are 1000 kg, which is not the net weight"]},
        ),
        ({"net_kg": "-1"}, {"net_kg": ["Ensure this value is greater than or equal to 0."]}),
        ({"net_kg": "x"}, {"net_kg": ["Enter a number."]}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(
    desk: Client, shipment: Shipment, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    before = farm.footprint()

    page = weigh(desk, shipment, **typed)

    assert errors_of(page) == errors
    assert farm.footprint() == before


def test_a_delivery_is_refused_with_its_reason(desk: Client, shipment: Shipment, farmer: Membership) -> None:
    send(desk, f"/plant/shipments/{shipment.pk}/refuse/", day="2026-09-29", reason="moisture", note="太湿")

    shipment.refresh_from_db()
    assert (shipment.state, shipment.lot.custodian) == ("REFUSED", farmer.organisation)


def scanned(desk: Client, code: str) -> Any:
    return desk.get("/plant/intake/", {"code": code}).context["found"]


def test_whatever_is_scanned_finds_the_delivery(desk: Client, shipment: Shipment, farmer: Membership) -> None:
    lot = shipment.lot
    codes = [
        "wj-0928",
        "SJ-0417",
        f"https://trace.example.cn/trace/{lot.pk}",
        str(shipment.pk),
        card_of(farmer.organisation),
    ]

    assert [scanned(desk, code).deliveries for code in codes] == [[shipment]] * 5


def test_the_label_of_the_whole_finds_the_part_that_was_shipped(
    desk: Client, farmer: Membership, processor: Membership
) -> None:
    lot = farm.make_lot(farmer)
    part = farm.ship(lot, by=farmer, to=processor, kg="300")

    assert scanned(desk, str(lot.pk)).deliveries == [part]


def test_a_suppliers_own_number_is_found_again(desk: Client, shipment: Shipment, processor: Membership) -> None:
    farm.accept(shipment, by=processor, supplier_code="王家-3")

    assert scanned(desk, "王家-3").lots == [shipment.lot]


def test_a_lot_that_was_not_shipped_here_is_named_with_its_holder(desk: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer, gtin="06901234567892", code="A1")

    page = desk.get("/plant/intake/", {"code": "https://id.gs1.org/01/06901234567892/10/A1"})

    assert page.context["found"].elsewhere == lot
    assert "is in the hands of 王家 and was not shipped to you" in page.content.decode()


def test_a_card_names_its_household_and_a_pseudonym_from_the_log_names_nobody(desk: Client, farmer: Membership) -> None:
    card, name = card_of(farmer.organisation), str(farmer.organisation.public_id)
    forged = f"{name}:{'A' * 43}"

    assert scanned(desk, card).supplier == farmer.organisation
    assert desk.get(f"/plant/intake/new/{card}/").status_code == 200
    for code in (name, f"https://trace.example.cn/parties/{name}", forged):
        page = desk.get("/plant/intake/", {"code": code})
        assert (page.context["found"].supplier, "王家" in page.content.decode()) == (None, False)
    assert [desk.get(f"/plant/intake/new/{one}/").status_code for one in (name, forged)] == [404, 404]


def test_a_strangers_lot_number_finds_nothing(desk: Client, farmer: Membership) -> None:
    farm.make_lot(farmer, code="A1")

    assert "Nothing here goes by that code." in desk.get("/plant/intake/", {"code": "A1"}).content.decode()


def test_a_delivery_without_a_record_becomes_a_lot(desk: Client, processor: Membership) -> None:
    answer = send(
        desk,
        "/plant/intake/new/",
        day="2026-09-29",
        goods="peanut:in shell",
        gross_kg="3000",
        tare_kg="1200",
        supplier_name="张三",
        supplier_code="ZS-1",
    )

    lot = Lot.objects.get()
    assert (answer.status_code, lot.kg, lot.crop) == (302, Decimal(1800), "peanut")
    assert (lot.custodian, lot.supplier_code) == (processor.organisation, "ZS-1")
    assert history.of(lot.entity)[0].private["supplier_name"] == "张三"


def test_the_same_form_twice_is_one_lot(desk: Client) -> None:
    typed = {"day": "2026-09-29", "goods": "rice:paddy", "net_kg": "10", "record_id": str(farm.entry().id)}

    for _ in range(2):
        send(desk, "/plant/intake/new/", **typed, opened_at="2026-09-29T08:00:00+08:00")

    assert Lot.objects.count() == 1


def test_what_was_weighed_wrong_is_put_right_by_a_record_that_points_back(desk: Client) -> None:
    send(desk, "/plant/intake/new/", day="2026-09-29", goods="rice:paddy", net_kg="1000")
    lot = Lot.objects.get()
    url = f"/records/{farm.say(lot.entity).id}/correct/"
    page: Any = desk.get(url)
    data = {**shown(page.context["form"], page.context["facts"]), "new-amount_value": "990", "reason": "typing_error"}

    desk.post(url, data)

    lot.refresh_from_db()
    assert (lot.kg, farm.say(lot.entity).type) == (Decimal(990), "lot.corrected")
