import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from tests.factories import farm
from traceability.models import Lot, LotLink
from traceability.queries.lots import (
    ancestors_of,
    descendants_of,
    lots_visible_to,
    samples_given_to,
    stock_of,
)

pytestmark = pytest.mark.django_db


def test_a_lot_is_seen_by_who_made_it_who_has_it_and_who_tests_it(
    farmer: Membership, processor: Membership, laboratory: Membership, stranger: Membership
) -> None:
    lot = farm.make_lot(farmer)
    farm.make_sample(lot, by=farmer, laboratory=laboratory)
    farm.give(lot, by=farmer, to=processor)
    farm.make_lot(stranger)

    for member in (farmer, processor, laboratory):
        assert list(lots_visible_to(member)) == [lot]
    assert lot not in lots_visible_to(stranger)


def test_two_samples_of_a_lot_show_it_once(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    for number in ("S-1", "S-2"):
        farm.make_sample(lot, by=farmer, laboratory=laboratory, number=number)

    assert list(lots_visible_to(laboratory)) == [lot]


def test_stock_is_what_is_left_in_ones_hands_the_oldest_first(farmer: Membership, processor: Membership) -> None:
    used, given, kept = (farm.make_lot(farmer) for _ in range(3))
    rice = farm.make_milled(farmer, used, use="1000")
    farm.give(given, by=farmer, to=processor)

    assert list(stock_of(farmer)) == [kept, rice]
    assert list(stock_of(processor)) == [given]


def test_samples_that_wait_come_first(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    first, second = (
        farm.make_sample(lot, by=farmer, laboratory=laboratory, number=number) for number in ("S-1", "S-2")
    )
    farm.report(first, by=laboratory)

    assert list(samples_given_to(laboratory)) == [second, first]
    assert list(samples_given_to(farmer)) == []


def test_a_family_goes_through_every_step_both_ways(farmer: Membership) -> None:
    paddy, more = farm.make_lot(farmer), farm.make_lot(farmer)
    rice = farm.make_milled(farmer, paddy, more, use="500")
    bag = farm.make_milled(farmer, rice, kg="100", use="100")

    assert [(one.lot, one.distance) for one in descendants_of(paddy)] == [(rice, 1), (bag, 2)]
    assert [one.distance for one in ancestors_of(bag)] == [1, 2, 2]
    assert {one.lot for one in ancestors_of(bag)} == {rice, paddy, more}
    assert ancestors_of(paddy) == []


def test_a_lot_made_over_into_itself_ends_the_walk(farmer: Membership) -> None:
    rice = farm.make_milled(farmer, farm.make_lot(farmer))
    bag = farm.make_milled(farmer, rice, kg="100", use="100")
    LotLink.objects.create(product=rice, source=bag, event=bag.pk)

    assert {one.lot for one in ancestors_of(bag)} == {rice, *Lot.objects.filter(product_form="paddy")}
    assert [one.lot for one in descendants_of(rice)] == [bag]


def test_a_family_takes_two_statements_however_deep(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    for _ in range(5):
        lot = farm.make_milled(farmer, lot, kg="90", use="90")

    with CaptureQueriesContext(connection) as queries:
        assert len(ancestors_of(lot)) == 5

    assert len(queries) == 2
