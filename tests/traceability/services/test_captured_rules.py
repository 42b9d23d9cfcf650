"""What the trade forbids a captured event: to use what is held or underway, to take back what others build on."""

from typing import Any

import pytest

from accounts.models import Membership
from tests.factories import epcis, farm
from tests.factories.epcis import faults_of, lot, send
from tests.traceability.epcis.samples import BAG, BRAN, PADDY, PALLET, RICE, amount, milling, observation, packing
from traceability.queries.lots import ancestors_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

HARVEST = observation(eventID="urn:x:harvest", action="ADD")
MILLING = milling(eventID="urn:x:milling")
SOLD = observation(eventID="urn:x:sold", action="DELETE", quantityList=[amount(PADDY, 100)])
PACKED = packing(eventID="urn:x:packed", childEPCs=[], childQuantityList=[amount(PADDY, 100)])
WRONG = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00", "reason": "incorrect_data"}}
RUN = {"transformationID": "https://mill.example.cn/runs/17"}
FIRST = "/epcisBody/eventList/0/"


def ancestors(epc: str) -> list[str]:
    return [one.lot.epc for one in ancestors_of(lot(epc))]


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {member: value for member, value in event.items() if member != name}


USES = [(MILLING, "inputQuantityList/0"), (SOLD, "quantityList/0"), (PACKED, "childQuantityList/0")]


@pytest.mark.parametrize(("event", "pointer"), USES)
def test_what_is_held_is_neither_used_nor_packed(farmer: Membership, event: dict[str, Any], pointer: str) -> None:
    send(farmer, HARVEST)
    found = farm.hold(lot(PADDY), by=farmer)

    job = send(farmer, event)

    assert faults_of(job) == [(FIRST + pointer, "lot_held")]
    assert str(lot(PADDY).kg) == "1000.000"
    farm.release(found, by=farmer)
    assert send(farmer, event).errors == []
    assert epcis.is_clean()


@pytest.mark.parametrize(("event", "pointer"), USES)
def test_what_is_on_the_way_is_neither_used_nor_packed(
    farmer: Membership, processor: Membership, event: dict[str, Any], pointer: str
) -> None:
    send(farmer, HARVEST)
    farm.ship(lot(PADDY), by=farmer, to=processor)

    job = send(farmer, event)

    assert faults_of(job) == [(FIRST + pointer, "lot_on_the_way")]
    assert str(lot(PADDY).kg) == "1000.000"


def test_what_is_held_is_still_seen_and_taken_out_of_its_package(farmer: Membership) -> None:
    send(farmer, HARVEST, PACKED)
    farm.hold(lot(PADDY), by=farmer)

    out = {**PACKED, "eventID": "urn:x:out", "action": "DELETE"}

    assert send(farmer, observation(eventID="urn:x:seen"), out).errors == []


def test_good_events_beside_one_that_uses_what_is_held_are_kept(farmer: Membership) -> None:
    send(farmer, HARVEST)
    farm.hold(lot(PADDY), by=farmer)

    job = send(farmer, MILLING, observation(eventID="urn:x:seen"), proceed=True)

    assert (job.captured, faults_of(job)) == (1, [(FIRST + "inputQuantityList/0", "lot_held")])


def test_what_was_passed_on_keeps_its_past(processor: Membership, stranger: Membership) -> None:
    send(processor, HARVEST, MILLING)
    farm.give(lot(RICE), by=processor, to=stranger)

    job = send(processor, {**MILLING, **WRONG})

    assert faults_of(job) == [(FIRST + "outputQuantityList/0", "passed_on_since")]
    assert ancestors(RICE) == [PADDY]


def test_a_declaration_that_names_nothing_does_not_slip_through(processor: Membership, stranger: Membership) -> None:
    send(processor, MILLING)
    farm.give(lot(BRAN), by=processor, to=stranger)

    job = send(processor, {**MILLING, "outputQuantityList": [amount(RICE, 1)], **WRONG})

    assert faults_of(job) == [(FIRST + "errorDeclaration", "passed_on_since")]


def test_what_was_used_or_packed_keeps_its_past_until_that_is_taken_back(processor: Membership) -> None:
    packed = packing(eventID="urn:x:packing")
    send(processor, MILLING, packed)

    assert faults_of(send(processor, {**MILLING, **WRONG})) == [(FIRST + "outputQuantityList/0", "used_since")]
    assert faults_of(send(processor, {**packed, **WRONG}, {**MILLING, **WRONG})) == []

    assert (ancestors(RICE), ancestors(PALLET)) == ([], [])
    assert epcis.is_clean()


def test_use_in_the_same_document_counts(processor: Membership) -> None:
    job = send(processor, MILLING, packing(eventID="urn:x:packing"), {**MILLING, **WRONG})

    assert faults_of(job) == [("/epcisBody/eventList/2/outputQuantityList/0", "used_since")]


def test_a_package_that_was_passed_on_still_tells_what_is_in_it(processor: Membership, stranger: Membership) -> None:
    packed = packing(eventID="urn:x:packing")
    send(processor, packed)
    farm.give(lot(PALLET), by=processor, to=stranger)

    assert faults_of(send(processor, {**packed, **WRONG})) == [(FIRST + "parentID", "passed_on_since")]
    assert sorted(ancestors(PALLET)) == sorted([BAG, RICE])


def test_inputs_of_a_whole_stay_when_what_came_of_it_was_passed_on(processor: Membership, stranger: Membership) -> None:
    into = without(milling(eventID="urn:x:into", **RUN), "outputQuantityList")
    out = without(milling(eventID="urn:x:made", **RUN), "inputQuantityList")
    send(processor, into, out)
    farm.give(lot(RICE), by=processor, to=stranger)

    job = send(processor, {**into, **WRONG})

    assert faults_of(job) == [(FIRST + "errorDeclaration", "passed_on_since")]
    assert ancestors(RICE) == [PADDY]


def test_what_was_held_or_tested_is_not_taken_back(processor: Membership, laboratory: Membership) -> None:
    send(processor, MILLING)
    farm.report(farm.make_sample(lot(BRAN), by=processor, laboratory=laboratory), by=laboratory)
    assert faults_of(send(processor, {**MILLING, **WRONG})) == [(FIRST + "outputQuantityList/1", "used_since")]

    farm.hold(lot(RICE), by=processor)
    assert faults_of(send(processor, {**MILLING, **WRONG})) == [(FIRST + "outputQuantityList/0", "lot_held")]


def test_what_went_in_and_is_on_the_way_does_not_become_more(processor: Membership, stranger: Membership) -> None:
    send(processor, HARVEST, {**MILLING, "inputQuantityList": [amount(PADDY, 400)]})
    farm.ship(lot(PADDY), by=processor, to=stranger)

    job = send(processor, {**MILLING, "inputQuantityList": [amount(PADDY, 400)], **WRONG})

    assert faults_of(job) == [(FIRST + "inputQuantityList/0", "lot_on_the_way")]
