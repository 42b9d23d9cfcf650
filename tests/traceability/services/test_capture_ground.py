"""Whose word counts: what a party says of an item that it does not have in hand is told, and changes nothing."""

from typing import Any

import pytest

from accounts.models import Membership
from tests.factories import epcis, farm
from tests.factories.epcis import faults_of, lot, send
from tests.traceability.epcis.samples import BAG, PADDY, PALLET, RICE, amount, milling, observation, packing
from traceability.models import Lot
from traceability.queries import history
from traceability.queries.closures import closure
from traceability.queries.lots import ancestors_of, descendants_of
from traceability.services import captured_events

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

HARVEST = observation(eventID="urn:x:harvest", action="ADD")
WRONG = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00", "reason": "incorrect_data"}}
PRODUCT = "https://id.gs1.org/01/06901234000016"


@pytest.fixture
def given_away(farmer: Membership, processor: Membership) -> Lot:
    """Give a lot of 1000 kg that the farmer told of by EPCIS, and that the processor has in hand."""
    send(farmer, HARVEST)
    return farm.give(lot(PADDY), by=farmer, to=processor)


def adding(kg: int) -> dict[str, Any]:
    return observation(eventID="urn:x:more", action="ADD", quantityList=[amount(PADDY, kg)])


def said_of(item: Lot) -> dict[str, Any]:
    return dict(history.of(item.entity)[-1].leaf.body)


@pytest.mark.parametrize(
    "event",
    [
        adding(5000),
        observation(eventID="urn:x:sold", action="DELETE", quantityList=[amount(PADDY, 900)]),
        milling(eventID="urn:x:milling", inputQuantityList=[amount(PADDY, 900)]),
        {**HARVEST, **WRONG},
    ],
)
def test_who_gave_a_lot_away_changes_nothing_of_it(farmer: Membership, given_away: Lot, event: dict[str, Any]) -> None:
    job = send(farmer, event)

    given_away.refresh_from_db()
    assert job.errors == []
    assert (str(given_away.kg), str(given_away.produced_on)) == ("1000.000", "2026-09-28")
    assert {"effect", "kg", "date"}.isdisjoint(said_of(given_away))
    assert said_of(given_away)["said_only"] is True
    assert epcis.is_clean()


def test_a_first_look_at_what_was_given_away_is_no_stock(farmer: Membership, processor: Membership) -> None:
    send(farmer, observation(eventID="urn:x:named", quantityList=[], epcList=[PADDY]))
    given = farm.give(lot(PADDY), by=farmer, to=processor)

    send(farmer, observation(eventID="urn:x:seen", quantityList=[amount(PADDY, 10**6)]))

    given.refresh_from_db()
    assert given.kg is None
    assert (said_of(given)["quantity"], said_of(given)["uom"]) == ("1000000", "KGM")


def test_an_event_of_the_past_that_comes_late_counts_no_more(farmer: Membership, given_away: Lot) -> None:
    send(farmer, {**adding(5000), "eventTime": "2026-09-01T08:00:00+08:00"})

    given_away.refresh_from_db()
    assert str(given_away.kg) == "1000.000"


def test_who_has_it_in_hand_uses_it(processor: Membership, given_away: Lot) -> None:
    send(processor, milling(eventID="urn:x:milling", inputQuantityList=[amount(PADDY, 900)]))

    given_away.refresh_from_db()
    assert str(given_away.kg) == "100.000"
    assert [one.lot for one in ancestors_of(lot(RICE))] == [given_away]


def test_who_gets_it_back_may_take_back_what_was_said(
    farmer: Membership, processor: Membership, given_away: Lot
) -> None:
    farm.give(given_away, by=processor, to=farmer)

    send(farmer, {**HARVEST, **WRONG})

    given_away.refresh_from_db()
    assert given_away.kg is None


def test_who_gave_it_away_makes_nothing_of_it(farmer: Membership, given_away: Lot) -> None:
    send(farmer, milling(eventID="urn:x:milling"))

    assert ancestors_of(lot(RICE)) == []
    assert descendants_of(given_away) == []
    assert given_away.entity not in {event.leaf.entity for event in closure(lot(RICE).entity)}
    assert epcis.is_clean()


@pytest.mark.parametrize(
    "event",
    [
        milling(eventID="urn:x:into", inputQuantityList=[amount(BAG, 5)], outputQuantityList=[amount(PADDY, 5)]),
        {
            **milling(eventID="urn:x:into", inputQuantityList=[amount(RICE, 5)], outputQuantityList=[amount(PADDY, 5)]),
            "transformationID": "https://mill.example.cn/runs/17",
        },
        packing(eventID="urn:x:into", parentID=PADDY, childEPCs=[BAG], childQuantityList=[]),
    ],
)
def test_who_gave_it_away_gives_it_no_other_past(farmer: Membership, given_away: Lot, event: dict[str, Any]) -> None:
    before = {one.leaf.entity for one in closure(given_away.entity)}

    job = send(farmer, event)

    assert job.errors == []
    assert ancestors_of(given_away) == []
    assert {one.leaf.entity for one in closure(given_away.entity)} == before
    assert epcis.is_clean()


def test_what_was_made_of_several_keeps_what_was_in_hand(farmer: Membership, given_away: Lot) -> None:
    send(farmer, packing(eventID="urn:x:in", childEPCs=[BAG], childQuantityList=[amount(PADDY, 5)]))

    assert [one.lot.epc for one in ancestors_of(lot(PALLET))] == [BAG]
    assert descendants_of(given_away) == []


def test_who_gave_it_away_speaks_of_it_so_often_and_no_more(
    farmer: Membership, given_away: Lot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captured_events, "MOST_SAID", 3)
    events = [observation(eventID=f"urn:x:{number}") for number in range(4)]

    job = send(farmer, *events, proceed=True)
    later = send(farmer, observation(eventID="urn:x:later"))

    # The harvest was the first thing that the farmer said.
    assert job.captured == 2
    assert faults_of(later) == [("/epcisBody/eventList/0/quantityList/0", "too_many_items")]
    assert send(farmer, {**HARVEST, **WRONG}).errors == []


class TestProducts:
    """A GTIN alone, without lot or serial number, is nobody's: each party speaks of its own."""

    def of(self, member: Membership) -> Lot:
        return Lot.objects.get(epc=PRODUCT, registrant=member.organisation)

    def test_the_first_who_speaks_of_a_product_does_not_shut_out_the_second(
        self, farmer: Membership, stranger: Membership
    ) -> None:
        event = observation(action="ADD", quantityList=[amount(PRODUCT, 1000)])
        first = send(stranger, event)
        second = send(farmer, {**event, "quantityList": [amount(PRODUCT, 20)]})

        assert (first.errors, second.errors) == ([], [])
        assert [str(self.of(one).kg) for one in (stranger, farmer)] == ["1000.000", "20.000"]
        assert self.of(farmer).kind == "CLASS"
        assert epcis.is_clean()

    def test_what_others_make_of_a_product_is_no_past_of_ours(self, farmer: Membership, stranger: Membership) -> None:
        send(stranger, milling(eventID="urn:x:bad", outputQuantityList=[amount(PRODUCT, 5)]))
        send(farmer, milling(inputQuantityList=[amount(PRODUCT, 5)], outputQuantityList=[amount(BAG, 5)]))

        assert [one.lot for one in ancestors_of(lot(BAG))] == [self.of(farmer)]
        assert ancestors_of(self.of(farmer)) == []

    def test_two_events_of_one_party_speak_of_one_product(self, farmer: Membership) -> None:
        send(farmer, observation(eventID="urn:x:1", action="ADD", quantityList=[amount(PRODUCT, 1000)]))
        send(farmer, observation(eventID="urn:x:2", action="DELETE", quantityList=[amount(PRODUCT, 300)]))

        assert str(self.of(farmer).kg) == "700.000"
