from datetime import timedelta

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import NotYoursError, RefusedError
from traceability.services.lots import hand_over


def test_a_lot_passes_from_hand_to_hand(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)

    given = farm.give(lot, by=farmer, to=processor)

    assert (given.registrant, given.custodian) == (farmer.organisation, processor.organisation)
    assert farm.say(lot.entity).body == {"to": str(processor.organisation.public_id), "date": "2026-09-28"}


def test_who_gave_a_lot_away_cannot_give_it_again(
    farmer: Membership, processor: Membership, stranger: Membership
) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)

    with pytest.raises(NotYoursError):
        farm.give(lot, by=farmer, to=stranger)

    assert farm.give(lot, by=processor, to=stranger).custodian == stranger.organisation


def test_a_lot_is_not_handed_to_who_has_it(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    with pytest.raises(RefusedError, match="/to: is in your hands already"):
        farm.give(lot, by=farmer, to=farmer)


def test_nothing_is_handed_over_before_it_is_there(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    entry = farm.entry(farm.AUTUMN - timedelta(days=1))

    with pytest.raises(RefusedError, match="2026-09-28"):
        hand_over(lot=lot, to=processor.organisation, entry=entry, membership=farmer, at=farm.NOW)


def test_the_same_entry_twice_is_one_handing_over(farmer: Membership, processor: Membership) -> None:
    lot, entry = farm.make_lot(farmer), farm.entry(farm.AUTUMN)

    for _ in range(2):
        hand_over(lot=lot, to=processor.organisation, entry=entry, membership=farmer, at=farm.NOW)

    assert farm.say(lot.entity).eseq == 1
