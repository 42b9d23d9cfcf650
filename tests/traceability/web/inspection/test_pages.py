from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from tests.factories import farm, fruit
from tests.factories.pages import client_of, errors_of, send
from traceability.models import Certificate, Hold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def page_of(member: Membership, url: str) -> str:
    return str(client_of(member).get(url).content.decode())


def test_a_failed_lot_shows_everything_made_from_it_and_who_has_it(
    farmer: Membership, processor: Membership, laboratory: Membership
) -> None:
    lot = farm.make_lot(farmer, code="P-1")
    sample = farm.make_sample(lot, by=farmer, laboratory=laboratory)
    farm.give(lot, by=farmer, to=processor)
    rice = farm.make_milled(processor, lot, kg="450", use="600")
    farm.report(sample, by=laboratory, cadmium="0.31")

    for member in (farmer, laboratory):
        page = page_of(member, f"/inspection/lots/{lot.pk}/")
        assert "This lot is held" in page
        assert "辽宁检测中心 or a regulator may release it" in page
        assert "盘锦米业" in page
        assert "450 " in page
        assert rice.code in page
    assert "/release/" in page_of(laboratory, f"/inspection/lots/{lot.pk}/")
    assert "/release/" not in page_of(farmer, f"/inspection/lots/{lot.pk}/")


def test_a_custodian_holds_and_releases_a_lot(farmer: Membership) -> None:
    lot, browser = farm.make_lot(farmer), client_of(farmer)

    send(browser, f"/inspection/lots/{lot.pk}/hold/", reason="suspicion", note="异味")
    found = Hold.objects.get()
    assert "This lot is held" in page_of(farmer, f"/lots/{lot.pk}/")
    assert lot.code in page_of(farmer, "/inspection/")

    send(browser, f"/inspection/holds/{found.pk}/release/", reason="cleared")

    lot.refresh_from_db()
    assert not lot.held
    assert "released on" in page_of(farmer, f"/inspection/lots/{lot.pk}/")


def test_a_regulator_sees_failed_lots_and_overdue_certificates(
    farmer: Membership, processor: Membership, regulator: Membership, laboratory: Membership
) -> None:
    bare = farm.give(fruit.make_fruit(farmer, code="ST-1"), by=farmer, to=processor)
    failed = farm.make_lot(farmer, code="P-1")
    farm.report(farm.make_sample(failed, by=farmer, laboratory=laboratory), by=laboratory, cadmium="0.31")

    page = page_of(regulator, "/inspection/")

    assert "failed a test" in page
    assert "P-1" in page
    assert "sold without a certificate" in page
    assert bare.code in page


def test_a_certificate_is_issued_printed_collected_and_voided(farmer: Membership, processor: Membership) -> None:
    lot, browser = fruit.make_fruit(farmer), client_of(farmer)
    assert "needs a certificate" in page_of(farmer, "/inspection/")

    answer = send(
        browser,
        f"/inspection/lots/{lot.pk}/certificate/new/",
        basis=["quality_control", "own_test"],
        contact="13900000001",
        amount_value="240",
        amount_unit="jin",
        number="DG-0001",
        day="2026-06-12",
    )

    found = Certificate.objects.get()
    paper = page_of(farmer, f"{answer['Location']}paper/")
    assert (found.kg, found.basis, found.origin) == (
        Decimal(120),
        "quality_control own_test",
        "Dawa District, Panjin, Liaoning",
    )
    assert "<h1>承诺达标合格证</h1>" in paper
    assert "☑&nbsp;自行检测合格" in paper
    assert "☐&nbsp;委托检测合格" in paper
    assert "120 公斤" in paper
    assert "13900000001" in paper
    assert client_of(farmer).get(f"{answer['Location']}qr.svg")["Content-Type"] == "image/svg+xml"
    buyer = client_of(processor)
    assert buyer.get("/inspection/certificates/", {"number": "DG-0001"})["Location"] == answer["Location"]
    assert buyer.get(f"{answer['Location']}collect/").status_code == 404
    assert "Collect it" not in page_of(processor, answer["Location"])
    farm.ship(lot, by=farmer, to=processor)
    assert "Collect it" in page_of(processor, answer["Location"])
    send(buyer, f"{answer['Location']}collect/", day="2026-06-13")
    assert "盘锦米业" in page_of(farmer, answer["Location"])
    send(browser, f"{answer['Location']}void/", reason="wrong_content")
    assert "Voided on" in page_of(farmer, answer["Location"])
    assert "已作废" in page_of(farmer, f"{answer['Location']}paper/")


def test_what_is_wrong_with_a_certificate_is_said(farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)

    page: Any = send(client_of(farmer), f"/inspection/lots/{lot.pk}/certificate/new/", number="有汉字", contact="")

    assert errors_of(page) == {
        "basis": ["This field is required."],
        "contact": ["This field is required."],
        "number": ["Enter a valid value."],
    }


def test_an_unknown_number_is_told(farmer: Membership) -> None:
    assert "There is no certificate of this number" in page_of(farmer, "/inspection/certificates/?number=X-1")
