from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.enums import OrganisationKind
from accounts.models import Membership
from tests.factories import farm
from tests.factories.parties import make_member
from traceability.errors import RefusedError
from traceability.models import Hold
from traceability.services import holds
from traceability.services.holds import Grounds
from traceability.services.lots import LotFacts
from traceability.services.processes import Input, Process, complete_process

LATER = farm.AUTUMN + timedelta(days=7)


def test_a_held_lot_is_held_on_its_chain_and_in_its_row(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    found = farm.hold(lot, by=farmer)

    lot.refresh_from_db()
    leaf = farm.say(lot.entity)
    assert lot.held
    assert (leaf.type, leaf.id, leaf.body) == ("lot.held", str(found.pk), {"reason": "suspicion"})
    assert (found.reason, found.party, found.released_at) == ("suspicion", farmer.organisation, None)


def test_a_held_lot_is_not_handed_over(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer, code="A-1")
    farm.hold(lot, by=farmer)

    with pytest.raises(RefusedError) as caught:
        farm.give(lot, by=farmer, to=processor)

    assert (caught.value.pointer, caught.value.rule, caught.value.params) == ("/lot", "lot_held", {"name": "A-1"})


def test_a_held_lot_goes_into_no_process(farmer: Membership) -> None:
    free, held = farm.make_lot(farmer), farm.make_lot(farmer)
    farm.hold(held, by=farmer)
    before = farm.footprint()

    with pytest.raises(RefusedError) as caught:
        farm.make_milled(farmer, free, held, use="500")

    assert (caught.value.pointer, caught.value.rule) == ("/inputs/1/lot", "lot_held")
    assert farm.footprint() == before


def test_what_was_processed_before_the_hold_may_be_sent_again(farmer: Membership) -> None:
    lot, entry = farm.make_lot(farmer), farm.entry(LATER)
    process = Process(
        name="milling",
        inputs=[Input(lot=lot, kg=Decimal(100))],
        outputs=[LotFacts(kg=Decimal(100), product_form="milled rice")],
    )
    (made,) = complete_process(entry=entry, process=process, membership=farmer, at=farm.NOW)
    farm.hold(lot, by=farmer)

    assert complete_process(entry=entry, process=process, membership=farmer, at=farm.NOW) == [made]


def test_samples_are_still_taken_of_a_held_lot(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    farm.hold(lot, by=farmer)

    assert farm.make_sample(lot, by=farmer, laboratory=laboratory).lot == lot


def test_a_lot_is_free_after_each_hold_was_released(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    first, second = farm.hold(lot, by=farmer), farm.hold(lot, by=farmer, reason="recall")

    assert farm.release(first, by=farmer).held
    assert not farm.release(second, by=farmer).held
    assert farm.give(lot, by=farmer, to=processor).custodian == processor.organisation


def test_several_lots_are_held_in_one_with_what_it_rests_on(farmer: Membership, regulator: Membership) -> None:
    lots = [farm.make_lot(farmer), farm.make_lot(farmer)]
    grounds = Grounds(reason="authority", note="抽检")

    held = holds.hold(lots=lots, entry=farm.entry(farm.AUTUMN), reason=grounds, membership=regulator, at=farm.NOW)

    assert [(lot.pk, lot.held) for lot in held] == [(lot.pk, True) for lot in lots]
    assert {one.party for one in Hold.objects.all()} == {regulator.organisation}


def test_the_same_entry_twice_is_one_hold(farmer: Membership) -> None:
    lot, entry = farm.make_lot(farmer), farm.entry(farm.AUTUMN)

    for _ in range(2):
        holds.hold(lots=[lot], entry=entry, reason="suspicion", membership=farmer, at=farm.NOW)

    assert Hold.objects.count() == 1


def test_the_same_release_twice_is_one(farmer: Membership) -> None:
    found, entry = farm.hold(farm.make_lot(farmer), by=farmer), farm.entry(LATER)

    for _ in range(2):
        lot = holds.release(
            lot=found.lot, hold_id=found.pk, entry=entry, reason="cleared", membership=farmer, at=farm.NOW
        )

    assert (lot.held, farm.say(lot.entity).eseq) == (False, 2)


def test_a_hold_is_released_once(farmer: Membership) -> None:
    found = farm.hold(farm.make_lot(farmer), by=farmer)
    farm.release(found, by=farmer)

    with pytest.raises(RefusedError) as caught:
        farm.release(found, by=farmer)

    assert (caught.value.pointer, caught.value.rule) == ("/hold", "not_on_hold")


def test_a_hold_of_another_lot_is_none_of_this_one(farmer: Membership) -> None:
    found, other = farm.hold(farm.make_lot(farmer), by=farmer), farm.make_lot(farmer)

    for lot, hold_id in ((other, found.pk), (found.lot, uuid4())):
        with pytest.raises(RefusedError, match="/hold: there is no record"):
            holds.release(
                lot=lot,
                hold_id=hold_id,
                entry=farm.entry(LATER),
                reason="cleared",
                membership=farmer,
                at=farm.NOW,
            )


def test_who_neither_has_it_nor_watches_over_it_holds_nothing(
    farmer: Membership, viewer: Membership, stranger: Membership, laboratory: Membership, operator: Membership
) -> None:
    lot = farm.make_lot(farmer)

    for other in (viewer, stranger, laboratory, operator):
        with pytest.raises(RefusedError) as caught:
            farm.hold(lot, by=other, reason="failed_test")
        assert caught.value.rule == "hold_not_yours"


def test_the_custodian_gives_no_orders_of_an_authority(farmer: Membership, regulator: Membership) -> None:
    lot = farm.make_lot(farmer)

    with pytest.raises(RefusedError, match="may hold a lot"):
        farm.hold(lot, by=farmer, reason="authority")

    assert farm.hold(lot, by=regulator, reason="authority").lot == lot


def test_a_laboratory_holds_what_it_tested_and_only_for_that(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    farm.make_sample(lot, by=farmer, laboratory=laboratory)

    with pytest.raises(RefusedError, match="may hold a lot"):
        farm.hold(lot, by=laboratory, reason="suspicion")

    assert farm.hold(lot, by=laboratory, reason="failed_test").party == laboratory.organisation


def test_the_custodian_cannot_release_what_others_hold(
    farmer: Membership, laboratory: Membership, regulator: Membership
) -> None:
    lot = farm.make_lot(farmer)
    farm.make_sample(lot, by=farmer, laboratory=laboratory)
    found = farm.hold(lot, by=laboratory, reason="failed_test")

    with pytest.raises(RefusedError) as caught:
        farm.release(found, by=farmer)

    assert (caught.value.pointer, caught.value.rule) == ("/hold", "release_not_yours")
    assert not farm.release(found, by=regulator, reason="tested_again").held


def test_a_regulator_that_is_not_confirmed_has_no_say(farmer: Membership) -> None:
    waiting = make_member(OrganisationKind.REGULATOR, name="新局")
    waiting.organisation.confirmed_at = None
    waiting.organisation.save()
    found = farm.hold(farm.make_lot(farmer), by=farmer)

    with pytest.raises(RefusedError, match="may hold a lot"):
        farm.hold(found.lot, by=waiting, reason="authority")
    with pytest.raises(RefusedError, match="may release it"):
        farm.release(found, by=waiting)


@pytest.mark.parametrize("reason", ["", "bad weather"])
def test_a_reason_must_be_one_of_the_list(farmer: Membership, reason: str) -> None:
    with pytest.raises(Exception, match="/body"):
        farm.hold(farm.make_lot(farmer), by=farmer, reason=reason)

    assert Hold.objects.count() == 0
