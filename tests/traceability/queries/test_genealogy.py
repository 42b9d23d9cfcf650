from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import Membership
from tests.factories import epcis, farm, stories
from tests.traceability.epcis import samples
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.queries import genealogy
from traceability.queries.genealogy import Family, accounted_share, books, family_of

pytestmark = pytest.mark.django_db
KG = Decimal


def family(lot: Lot) -> Family:
    return family_of(lot.pk, at=farm.NOW)


def names(found: Family, items: Any) -> list[str]:
    return [found.lines[one.item].name for one in items]


class TestProcesses:
    def test_a_blend_is_found_both_ways_with_what_it_holds_at_most(self, farmer: Membership) -> None:
        first, second = farm.make_lot(farmer, kg="1000"), farm.make_lot(farmer, kg="800")
        rice = farm.make_milled(farmer, first, second, kg="900", use="700")
        packed = stories.pack_rice(rice, by=farmer, kg=KG(400))

        down, up = family(first), family(packed)

        assert [(one.item, one.distance) for one in down.forward] == [(rice.pk, 1), (packed.pk, 2)]
        assert down.at_most == {first.pk: 1000, rice.pk: 700, packed.pk: 400}
        assert {(one.item, one.distance) for one in up.back} == {(rice.pk, 1), (first.pk, 2), (second.pk, 2)}
        assert (up.most_of(first.pk), up.most_of(rice.pk)) == (KG(400), KG(400))

    def test_books_tell_who_has_how_much(self, farmer: Membership, processor: Membership) -> None:
        paddy = farm.make_lot(farmer, kg="1000")
        rice = farm.make_milled(farmer, paddy, kg="600", use="900")
        packed = stories.pack_rice(rice, by=farmer, kg=KG(500))
        farm.give(paddy, by=farmer, to=processor)

        found = family(paddy)
        kept = books(found, [paddy.pk, rice.pk, packed.pk])

        assert [(one.holder, one.lots, one.in_stock, one.used, one.gone, one.most) for one in kept] == [
            ("王家", 2, KG(600), KG(500), KG(0), KG(600)),
            ("盘锦米业", 1, KG(100), KG(900), KG(0), KG(100)),
        ]
        assert accounted_share(found, [paddy.pk, rice.pk, packed.pk]) == 1

    def test_the_weight_of_a_harvest_is_what_is_left_and_what_was_taken(self, farmer: Membership) -> None:
        paddy = farm.make_lot(farmer, kg="1000")
        farm.make_milled(farmer, paddy, kg="100", use="300")
        farm.make_milled(farmer, paddy, kg="200", use="250")

        found = family(paddy)

        line = found.lines[paddy.pk]
        assert (line.left, line.taken, found.weighed(paddy.pk)) == (KG(450), KG(550), KG(1000))


class TestEpcis:
    def test_a_pallet_holds_what_lies_on_it_now(self, processor: Membership) -> None:
        out = samples.packing(
            eventID="urn:x:out", action="DELETE", childEPCs=[], childQuantityList=[samples.amount(samples.RICE, 450)]
        )
        out["eventTime"] = "2026-09-29T16:30:00+08:00"
        harvest = samples.observation(action="ADD")
        epcis.send(processor, harvest, samples.milling(), samples.packing(eventID="urn:x:in"), out)

        found = family(epcis.lot(samples.PADDY))

        assert names(found, found.forward) == ["BRAN-01", "RICE-01", samples.PALLET]
        assert [one.packed for one in found.forward] == [False, False, True]
        assert {found.lines[item].name: kg for item, kg in found.at_most.items()} == {
            "PJ240928A01": 1000,
            "RICE-01": 680,
            "BRAN-01": KG("95.5"),
            samples.PALLET: 50,
        }

    def test_a_packing_that_was_declared_wrong_never_was(self, processor: Membership) -> None:
        wrong = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00", "reason": "did_not_occur"}}
        said = samples.packing(eventID="urn:x:in")
        epcis.send(processor, samples.milling(), said, {**said, **wrong})

        assert family(epcis.lot(samples.RICE)).forward == []

    def test_what_was_sold_is_gone(self, processor: Membership) -> None:
        sold = samples.observation(action="DELETE", quantityList=[samples.amount(samples.RICE, 80)])
        epcis.send(processor, samples.milling(), sold)

        found = family(epcis.lot(samples.RICE))
        (book,) = books(found, [found.lot])

        assert (book.in_stock, book.used, book.gone) == (KG(600), KG(0), KG(80))
        assert accounted_share(found, [found.lot]) == KG(600) / KG(680)


def test_a_family_is_read_by_two_statements_whatever_its_size(
    farmer: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paddy = farm.make_lot(farmer)
    small = farm.make_milled(farmer, farm.make_lot(farmer))
    for _ in range(4):
        farm.make_milled(farmer, paddy, kg="10", use="20")

    for lot, size in ((small, 2), (paddy, 5)):
        with django_assert_num_queries(2):
            assert len(family(lot).lines) == size


def test_a_lot_alone_is_its_own_family(farmer: Membership) -> None:
    paddy = farm.make_lot(farmer)

    found = family(paddy)

    assert (found.back, found.forward, found.at_most) == ([], [], {paddy.pk: KG(1000)})


def test_a_family_has_an_end(farmer: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    paddy = farm.make_lot(farmer)
    for _ in range(3):
        farm.make_milled(farmer, paddy, kg="10", use="20")
    monkeypatch.setattr(genealogy, "MOST_LINKS", 3)
    assert len(family(paddy).forward) == 3

    monkeypatch.setattr(genealogy, "MOST_LINKS", 2)
    with pytest.raises(RefusedError, match="more than 2 links"):
        family(paddy)


def test_an_unknown_lot_has_no_family() -> None:
    found = family_of(UUID(int=1), at=farm.NOW)

    assert (found.back, found.forward, dict(found.lines)) == ([], [], {})
