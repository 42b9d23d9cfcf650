"""What the operator's staff may change of the market's ground, and what stays."""

import pytest
from django.test import Client

from accounts.models import Membership
from orders.models import DeliveryWindow, Grade, Lane, Node, Product
from tests.factories import market
from tests.factories.parties import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    user = make_user("运营")
    user.is_staff = user.is_superuser = True
    user.save()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def sent(**fields: object) -> dict[str, object]:
    rows = {f"{name}-{what}": 0 for name in ("grades", "windows") for what in ("INITIAL_FORMS", "TOTAL_FORMS")}
    return {**rows, **fields}


def test_a_product_is_set_up_with_grades_and_windows(desk: Client) -> None:
    said = {"code": "cherry", "name": "大樱桃", "name_en": "Cherries", "crop": "cherry", "shelf_life_hours": 96}
    said |= {"freeze_days": 3, "reference_fen_per_kg": 3000, "pack_grams": 2500}
    grade = {"grades-TOTAL_FORMS": 1, "grades-0-rank": 0, "grades-0-name": "特级", "grades-0-name_en": "Extra"}
    days = {"windows-TOTAL_FORMS": 1, "windows-0-starts_on": "2027-06-01", "windows-0-ends_on": "2027-06-10"}

    desk.post("/admin/orders/product/add/", sent(**said, **grade, **days))

    product = Product.objects.get()
    assert [product.name_en, product.pack_grams] == ["Cherries", 2500]
    assert Grade.objects.values_list("product", "rank", "name_en").get() == (product.pk, 0, "Extra")
    assert DeliveryWindow.objects.get().product == product


def test_names_change_and_what_records_name_stays(desk: Client) -> None:
    product = market.make_product()
    best, second = product.grades.all()
    grades: dict[str, object] = {"grades-TOTAL_FORMS": 2, "grades-INITIAL_FORMS": 2}
    for place, one in enumerate((best, second)):
        row = {"id": one.pk, "product": product.pk, "rank": 7 - place, "name": f"{place} 号", "name_en": ""}
        grades |= {f"grades-{place}-{name}": value for name, value in row.items()}
    said: dict[str, object] = {"code": "other", "crop": "cherry", "name": "稻谷", "name_en": "Paddy"}
    said |= {"shelf_life_hours": 1, "freeze_days": 1, "reference_fen_per_kg": 1, "pack_grams": 1}

    desk.post(f"/admin/orders/product/{product.pk}/change/", sent(**said, **grades))

    changed = Product.objects.get()
    assert [changed.code, changed.crop, changed.name, changed.name_en] == ["panjin-rice", "rice", "稻谷", "Paddy"]
    assert list(product.grades.values_list("rank", "name")) == [(0, "0 号"), (1, "1 号")]


def test_a_road_is_closed_and_nothing_is_deleted(desk: Client) -> None:
    product = market.make_product()
    road = Lane.objects.first()
    assert road

    desk.post(f"/admin/orders/lane/{road.pk}/change/", {"fen_per_kg": 30, "hours": 9, "closed": "on"})

    road.refresh_from_db()
    assert [road.fen_per_kg, road.hours, road.closed] == [30, 9, True]
    for name, pk in (("product", product.pk), ("node", Node.objects.first()), ("lane", road.pk)):
        key = getattr(pk, "pk", pk)
        assert desk.get(f"/admin/orders/{name}/").status_code == 200
        assert desk.post(f"/admin/orders/{name}/{key}/delete/", {"post": "yes"}).status_code == 403


def test_a_member_of_the_operator_who_is_no_staff_does_not_enter(client: Client, operator: Membership) -> None:
    client.force_login(operator.user)

    assert client.get("/admin/orders/product/").status_code == 302
