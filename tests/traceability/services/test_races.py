"""Two at once: the same kilograms, the same number, the same entry."""

from decimal import Decimal
from functools import partial

import pytest

from accounts.models import Membership
from tests.factories import farm
from tests.factories.together import at_once
from traceability.enums import ShipmentState
from traceability.errors import RefusedError
from traceability.models import Lot, Plot, Shipment
from traceability.services import shipments
from traceability.services.checks import rows
from traceability.services.plots import register_plot

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_kilograms_are_not_used_twice(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")

    results = at_once(*[lambda: farm.make_milled(farmer, lot, kg="200", use="300")] * 6)

    lot.refresh_from_db()
    made = [one for one in results if isinstance(one, Lot)]
    assert (len(made), lot.kg) == (3, Decimal(100))
    assert {type(one) for one in results} == {Lot, RefusedError}
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_the_same_number_is_taken_once(farmer: Membership) -> None:
    results = at_once(*[lambda: farm.make_plot(farmer, number="DW-0417")] * 4)

    assert Plot.objects.filter(number="DW-0417").count() == 1
    assert sum(isinstance(one, Plot) for one in results) == 1
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_the_same_entry_is_recorded_once_and_answered_alike(farmer: Membership) -> None:
    entry, facts = farm.entry(), farm.plot_facts()

    def register() -> Plot:
        return register_plot(entry=entry, facts=facts, membership=farmer, at=farm.NOW)

    results = at_once(*[register] * 4)

    assert results == [Plot.objects.get()] * 4
    assert farm.say(f"plot:{entry.id}").eseq == 0


def test_eight_who_draw_on_one_lot_at_once_never_take_more_than_it_holds(
    farmer: Membership, processor: Membership
) -> None:
    lot = farm.make_lot(farmer, kg="1000")

    def draw(number: int) -> object:
        if number % 2:
            return farm.ship(lot, by=farmer, to=processor, kg="170")
        return farm.make_milled(farmer, lot, kg="100", use="170")

    results = at_once(*[partial(draw, number) for number in range(8)])

    lot.refresh_from_db()
    taken = [one for one in results if isinstance(one, Lot | Shipment)]
    assert (len(taken), lot.kg) == (5, Decimal(150))
    assert {one.rule for one in results if isinstance(one, RefusedError)} == {"more_than_there_is"}
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_who_accepts_and_who_takes_back_at_once_are_not_both_right(farmer: Membership, processor: Membership) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)

    results = at_once(
        lambda: farm.accept(shipment, by=processor),
        lambda: shipments.void(shipment=shipment, entry=farm.entry(farm.AUTUMN), membership=farmer, at=farm.NOW),
    )

    assert sorted(type(one).__name__ for one in results) == ["RefusedError", "Shipment"]
    shipment.refresh_from_db()
    shipment.lot.refresh_from_db()
    accepted = shipment.state == ShipmentState.ACCEPTED
    assert shipment.lot.custodian == (processor if accepted else farmer).organisation
    assert list(rows.check_all(advance=lambda _count: None)) == []
