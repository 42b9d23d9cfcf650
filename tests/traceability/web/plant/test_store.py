from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import farm
from tests.factories.counting import statements
from tests.factories.pages import client_of, errors_of, send
from traceability.balance.forecast import Forecast
from traceability.models import Lot, Season, Shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot(farmer: Membership, processor: Membership) -> Lot:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    lot.refresh_from_db()
    return lot


def test_a_lot_is_put_away_and_shown_at_its_place(desk: Client, lot: Lot) -> None:
    send(desk, f"/plant/lots/{lot.pk}/put-away/", day="2026-09-29", place="3号仓")

    (place,) = desk.get("/plant/stock/").context["places"]
    assert (place.place, place.kg, place.lots) == ("3号仓", Decimal(1000), [lot])


def test_a_count_that_differs_is_asked_why(desk: Client, lot: Lot) -> None:
    url = f"/plant/lots/{lot.pk}/count/"

    page = send(desk, url, day="2026-09-29", kg="990")
    send(desk, url, day="2026-09-29", kg="990", reason="pests")

    lot.refresh_from_db()
    assert errors_of(page) == {"reason": ["The books say 1000.000 kg; say why the count differs"]}
    assert lot.kg == Decimal(990)


def test_the_stock_takes_the_same_number_of_statements(
    desk: Client, farmer: Membership, processor: Membership, lot: Lot
) -> None:
    one = statements(desk, "/plant/stock/")

    for _ in range(2):
        farm.give(farm.make_lot(farmer), by=farmer, to=processor)

    assert statements(desk, "/plant/stock/") == one


def test_a_part_is_shipped_and_taken_back(desk: Client, lot: Lot, processor: Membership, farmer: Membership) -> None:
    mill = client_of(processor)
    shop = farmer.organisation
    shop.kind = "COOPERATIVE"
    shop.save()

    answer = send(mill, f"/plant/lots/{lot.pk}/ship/", day="2026-09-29", to=shop.pk, kg="400", vehicle="辽L12345")
    shipment = Shipment.objects.get()
    send(desk, f"/plant/shipments/{shipment.pk}/take-back/")

    shipment.refresh_from_db()
    lot.refresh_from_db()
    assert answer["Location"] == f"/plant/shipments/{shipment.pk}/"
    assert (shipment.kg, shipment.state, lot.kg) == (Decimal(400), "VOIDED", Decimal(600))


def test_incoming_names_what_grows_at_who_shipped_here_and_promises_nothing(
    desk: Client, farmer: Membership, stranger: Membership, lot: Lot
) -> None:
    season = farm.make_season(farmer, variety="盐丰48")
    farm.make_season(stranger, variety="别家的")

    page = desk.get("/plant/incoming/")

    assert [(one.season, one.forecast) for one, _stage in page.context["growing"]] == [
        (season, Forecast(Decimal(1000), Decimal(1000), Decimal(1000), harvests=1))
    ]
    assert "Nobody has promised you this harvest" in page.content.decode()


def test_incoming_says_where_there_is_no_harvest_to_go_by(desk: Client, farmer: Membership, lot: Lot) -> None:
    farm.make_season(farmer, crop="peanut", variety="小白沙")

    page = desk.get("/plant/incoming/")

    assert [one.forecast for one, _stage in page.context["growing"]] == [None]
    assert page.context["usual_kg"] == 0
    assert "no harvest to go by" in page.content.decode()


def test_incoming_forecasts_a_field_by_earlier_harvests_of_its_crop(
    desk: Client, farmer: Membership, stranger: Membership, lot: Lot
) -> None:
    Season.objects.filter(lots=lot).update(crop="peanut")
    for member, kg, area in ((farmer, 500, 1), (farmer, 1300, 2), (farmer, 800, 1), (stranger, 9000, 1)):
        past = farm.make_season(member)
        Season.objects.filter(pk=past.pk).update(year=2025, harvested_kg=kg, area_mu=area)
    season = farm.make_season(farmer, variety="盐丰48")
    Season.objects.filter(pk=season.pk).update(area_mu=Decimal("38.6"))

    page = desk.get("/plant/incoming/")

    ((growing, _stage),) = page.context["growing"]
    assert growing.forecast == Forecast(Decimal(19300), Decimal(25090), Decimal(30880), harvests=3)
    assert page.context["usual_kg"] == Decimal(25090)
    assert "25,090" in page.content.decode()
