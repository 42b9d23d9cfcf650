from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.enums import ShipmentState
from traceability.errors import InputError, NotYoursError, RefusedError
from traceability.models import Lot, LotLink, Shipment
from traceability.queries import history
from traceability.queries.lots import lots_visible_to, stock_of
from traceability.services import shipments
from traceability.services.checks import rows
from traceability.services.corrections import correct
from traceability.services.shipments import Acceptance, Consignment, Refusal
from traceability.services.weighing import Weighing

LATER = farm.AUTUMN + timedelta(hours=3)


def send_back(shipment: Shipment, *, by: Membership) -> Shipment:
    made = farm.entry(LATER)
    return shipments.refuse(
        shipment=shipment, refusal=Refusal(reason="moisture"), entry=made, membership=by, at=farm.NOW
    )


def take_back(shipment: Shipment, *, by: Membership) -> Shipment:
    return shipments.void(shipment=shipment, entry=farm.entry(LATER), membership=by, at=farm.NOW)


def test_a_lot_changes_hands_when_it_is_accepted_and_not_before(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    shipment = farm.ship(lot, by=farmer, to=processor)
    lot.refresh_from_db()
    assert (lot.custodian, shipment.state, shipment.kg) == (farmer.organisation, "SHIPPED", Decimal(1000))

    answered = farm.accept(shipment, by=processor, kg="998", moisture_percent=Decimal("19.6"), supplier_code="WJ-17")

    lot.refresh_from_db()
    assert (lot.custodian, lot.kg, lot.moisture_percent) == (processor.organisation, Decimal(998), Decimal("19.6"))
    assert (lot.supplier_code, answered.state, answered.received_kg) == ("WJ-17", "ACCEPTED", Decimal(998))


def test_on_the_way_it_is_visible_to_both_and_in_the_stock_of_neither(
    farmer: Membership, processor: Membership, stranger: Membership
) -> None:
    lot = farm.make_lot(farmer)
    farm.ship(lot, by=farmer, to=processor)

    assert [lot in lots_visible_to(one) for one in (farmer, processor, stranger)] == [True, True, False]
    assert [list(stock_of(one)) for one in (farmer, processor)] == [[], []]


def test_what_is_on_the_way_is_neither_used_nor_shipped_nor_made_less(
    farmer: Membership, processor: Membership, stranger: Membership
) -> None:
    lot = farm.make_lot(farmer)
    farm.ship(lot, by=farmer, to=processor)
    harvested = farm.say(lot.entity, number=0).id
    weighed_again = farm.correction(harvested, kg="900")

    with pytest.raises(RefusedError, match=r"/inputs/0/lot: .* on the way"):
        farm.make_milled(farmer, lot)
    with pytest.raises(RefusedError, match=r"/lot: .* on the way"):
        farm.ship(lot, by=farmer, to=stranger)
    with pytest.raises(RefusedError, match=r"/lot: .* on the way"):
        farm.give(lot, by=farmer, to=stranger)
    with pytest.raises(RefusedError, match="on the way"):
        correct(correction=weighed_again, entry=farm.entry(LATER), membership=farmer, at=farm.NOW)


@pytest.mark.parametrize(("answer", "state"), [(send_back, "REFUSED"), (take_back, "VOIDED")])
def test_what_is_refused_or_taken_back_stays_where_it_was(
    farmer: Membership, processor: Membership, answer: Any, state: str
) -> None:
    lot = farm.make_lot(farmer)
    shipment = farm.ship(lot, by=farmer, to=processor)

    answered = answer(shipment, by=processor if state == "REFUSED" else farmer)

    lot.refresh_from_db()
    assert (answered.state, answered.received_kg) == (state, None)
    assert (lot.custodian, lot.kg) == (farmer.organisation, Decimal(1000))
    assert list(stock_of(farmer)) == [lot]
    assert lot not in lots_visible_to(processor)
    assert farm.ship(lot, by=farmer, to=processor).state == ShipmentState.SHIPPED


def test_a_shipment_is_answered_once(farmer: Membership, processor: Membership) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)
    farm.accept(shipment, by=processor)

    with pytest.raises(RefusedError, match="answered or taken back already"):
        send_back(shipment, by=processor)
    with pytest.raises(RefusedError, match="answered or taken back already"):
        take_back(shipment, by=farmer)


def test_only_the_receiver_accepts_and_only_the_sender_takes_back(
    farmer: Membership, processor: Membership, stranger: Membership
) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)
    before = farm.footprint()

    for wrong in (farmer, stranger):
        with pytest.raises(NotYoursError):
            farm.accept(shipment, by=wrong)
        with pytest.raises(NotYoursError):
            send_back(shipment, by=wrong)
    for wrong in (processor, stranger):
        with pytest.raises(NotYoursError):
            take_back(shipment, by=wrong)

    assert farm.footprint() == before


def test_a_viewer_ships_nothing(farmer: Membership, viewer: Membership, processor: Membership) -> None:
    with pytest.raises(RefusedError, match="may look"):
        farm.ship(farm.make_lot(farmer), by=viewer, to=processor)


def test_a_part_is_divided_off_and_the_rest_stays(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer, moisture_percent=Decimal("20.0"))

    shipment = farm.ship(lot, by=farmer, to=processor, kg="400")

    lot.refresh_from_db()
    part = shipment.lot
    assert (lot.kg, part.kg, part.moisture_percent, part.crop) == (Decimal(600), Decimal(400), Decimal("20.00"), "rice")
    assert list(LotLink.objects.values_list("product", "source")) == [(part.pk, lot.pk)]
    assert list(stock_of(farmer)) == [lot]


@pytest.mark.parametrize(
    ("kg", "pointer", "rule"),
    [("1000.001", "/kg", "more_than_there_is"), ("0", "/body/kg", "not_positive")],
)
def test_no_more_is_shipped_than_there_is(
    farmer: Membership, processor: Membership, kg: str, pointer: str, rule: str
) -> None:
    lot = farm.make_lot(farmer)

    with pytest.raises(InputError) as caught:
        farm.ship(lot, by=farmer, to=processor, kg=kg)

    assert caught.value.rule == rule


def test_nothing_is_shipped_to_who_has_it_and_nothing_that_is_gone(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)

    with pytest.raises(RefusedError, match="/to: is in your hands already"):
        farm.ship(lot, by=farmer, to=farmer)
    farm.make_milled(farmer, lot)
    with pytest.raises(RefusedError, match=r"/kg: of .* nothing is left"):
        farm.ship(lot, by=farmer, to=processor)


def test_what_is_held_is_not_shipped(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    farm.hold(lot, by=farmer)

    with pytest.raises(RefusedError, match="/lot"):
        farm.ship(lot, by=farmer, to=processor, kg="10")


def test_a_weight_that_differs_needs_its_reason_and_is_marked(farmer: Membership, processor: Membership) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)
    with pytest.raises(RefusedError, match=r"/difference_reason: 1000.* kg were shipped"):
        farm.accept(shipment, by=processor, kg="990")

    farm.accept(shipment, by=processor, kg="990", reason="路上撒漏")

    event = history.of(shipment.lot.entity)[-1]
    assert (event.leaf.body["kg"], event.leaf.body["differs"]) == ("990", True)
    assert event.private["difference_reason"] == "路上撒漏"


def test_gross_less_tare_is_the_net_weight_and_deductions_take_nothing_off_the_lot(
    farmer: Membership, processor: Membership
) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)
    weighing = Weighing(
        gross_kg=Decimal(3260),
        tare_kg=Decimal(2260),
        moisture_percent=Decimal("16.0"),
        impurity_percent=Decimal("1.5"),
        moisture_deduction_kg=Decimal("17.5"),
        impurity_deduction_kg=Decimal(5),
        slip="GB-17",
    )

    shipments.accept(
        shipment=shipment,
        acceptance=Acceptance(weighing=weighing),
        entry=farm.entry(LATER),
        membership=processor,
        at=farm.NOW,
    )

    event = history.of(shipment.lot.entity)[-1]
    assert Lot.objects.get(pk=shipment.lot_id).kg == 1000
    assert event.leaf.body["gross_kg"] == "3260"
    assert {name: event.private[name] for name in ("slip", "payable_kg")} == {"slip": "GB-17", "payable_kg": "977.5"}


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({}, "/net_kg", "weight_missing"),
        ({"gross_kg": "1000"}, "/net_kg", "weight_missing"),
        ({"gross_kg": "1000", "tare_kg": "1000"}, "/tare_kg", "not_positive"),
        ({"gross_kg": "1000", "tare_kg": "10", "net_kg": "991"}, "/net_kg", "weights_differ"),
    ],
)
def test_weights_that_do_not_agree_are_refused(said: dict[str, str], pointer: str, rule: str) -> None:
    with pytest.raises(RefusedError) as caught:
        Weighing(**{name: Decimal(kg) for name, kg in said.items()}).net()  # type: ignore[arg-type]

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)


def test_no_more_is_deducted_than_there_is() -> None:
    with pytest.raises(RefusedError, match="/moisture_deduction_kg: must be above zero"):
        Weighing(net_kg=Decimal(10), moisture_deduction_kg=Decimal(10)).payable()


def test_the_same_entries_twice_are_one_shipment_and_one_acceptance(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    sent, taken = farm.entry(farm.AUTUMN), farm.entry(LATER)
    part = Consignment(to=processor.organisation, kg=Decimal(600))
    weighed = Acceptance(weighing=Weighing(net_kg=Decimal(598)))

    for _ in range(2):
        one = shipments.ship(lot=lot, consignment=part, entry=sent, membership=farmer, at=farm.NOW)
    for _ in range(2):
        shipments.accept(shipment=one, acceptance=weighed, entry=taken, membership=processor, at=farm.NOW)
    shipments.ship(lot=lot, consignment=part, entry=sent, membership=farmer, at=farm.NOW)

    lot.refresh_from_db()
    assert (Shipment.objects.get().received_kg, lot.kg) == (Decimal(598), Decimal(400))
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_a_whole_lot_that_comes_twice_is_not_divided(farmer: Membership, processor: Membership) -> None:
    lot, sent = farm.make_lot(farmer), farm.entry(farm.AUTUMN)
    whole = Consignment(to=processor.organisation, kg=Decimal(1000))

    for _ in range(2):
        shipment = shipments.ship(lot=lot, consignment=whole, entry=sent, membership=farmer, at=farm.NOW)

    assert (shipment.lot, Lot.objects.count()) == (lot, 1)
