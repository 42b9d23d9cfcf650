from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot, LotLink, ProcessPart, ProcessRun
from traceability.queries import history
from traceability.services.checks import rows
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.entries import Entry
from traceability.services.lots import hand_over
from traceability.services.stores import Count, count
from traceability.services.withdrawals import withdraw_run

LATER = farm.AUTUMN + timedelta(days=9)


def run_of(lot: Lot) -> UUID:
    return UUID(farm.say(lot.entity, number=0).body["process"]["entity"].partition(":")[2])


def take_back(lot: Lot, *, by: Membership, entry: Entry | None = None) -> None:
    made = entry or farm.entry(LATER)
    withdraw_run(run_id=run_of(lot), entry=made, reason="typing_error", membership=by, at=farm.NOW, explanation="错了")


def test_what_went_in_is_there_again_and_what_came_out_never_was(farmer: Membership) -> None:
    lot, other = farm.make_lot(farmer), farm.make_lot(farmer)
    rice = farm.make_milled(farmer, lot, other, use="400")

    take_back(rice, by=farmer)

    for one in (lot, other, rice):
        one.refresh_from_db()
    assert (lot.kg, other.kg, rice.kg) == (Decimal(1000), Decimal(1000), Decimal(0))
    assert [table.objects.count() for table in (ProcessRun, ProcessPart, LotLink)] == [0, 0, 0]
    said = history.of(f"process:{run_of(rice)}")[-1]
    assert (said.leaf.type, said.leaf.body["withdrawn"]) == ("process.corrected", True)
    assert said.private == {"explanation": "错了"}
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_the_same_withdrawal_twice_is_one_and_another_is_refused(farmer: Membership) -> None:
    lot, entry = farm.make_lot(farmer), farm.entry(LATER)
    rice = farm.make_milled(farmer, lot)

    for _ in range(2):
        take_back(rice, by=farmer, entry=entry)

    assert farm.say(rice.entity).eseq == 1
    with pytest.raises(RefusedError, match="withdrawn already"):
        take_back(rice, by=farmer)


def test_what_was_used_since_holds_its_run(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    rice = farm.make_milled(farmer, lot)
    farm.make_milled(farmer, rice, kg="100", use="100")

    with pytest.raises(RefusedError, match="something was used"):
        take_back(rice, by=farmer)


def test_what_was_counted_after_a_run_does_not_grow_by_taking_it_back(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    rice = farm.make_milled(farmer, lot, kg="300", use="400")
    again = farm.make_milled(farmer, lot, kg="80", use="100")
    found = Count(kg=Decimal(100), reason="pests")
    count(lot=lot, counted=found, entry=farm.entry(LATER), membership=farmer, at=farm.NOW)
    later = farm.make_milled(farmer, lot, kg="40", use="50")

    for run in (rice, again):
        with pytest.raises(RefusedError, match="weighed or counted since"):
            take_back(run, by=farmer)
    take_back(later, by=farmer)

    lot.refresh_from_db()
    assert lot.kg == Decimal(100)


def test_what_is_held_or_in_other_hands_cannot_be_taken_back(farmer: Membership, processor: Membership) -> None:
    held, given = (farm.make_milled(farmer, farm.make_lot(farmer)) for _ in range(2))
    farm.hold(held, by=farmer)
    hand_over(lot=given, to=processor.organisation, entry=farm.entry(LATER), membership=farmer, at=farm.NOW)

    with pytest.raises(RefusedError, match="held"):
        take_back(held, by=farmer)
    with pytest.raises(RefusedError, match="another party's hands"):
        take_back(given, by=farmer)


def test_anothers_run_is_not_there(farmer: Membership, stranger: Membership, viewer: Membership) -> None:
    rice = farm.make_milled(farmer, farm.make_lot(farmer))

    with pytest.raises(NotYoursError):
        take_back(rice, by=stranger)
    with pytest.raises(RefusedError, match="may look"):
        take_back(rice, by=viewer)


def test_a_run_is_not_corrected_piece_by_piece(farmer: Membership) -> None:
    rice = farm.make_milled(farmer, farm.make_lot(farmer))
    record = UUID(history.of(f"process:{run_of(rice)}")[0].leaf.id)
    alone = Correction(record_id=record, reason="other", withdrawn=True)

    with pytest.raises(RefusedError, match="cannot be corrected"):
        correct(correction=alone, entry=farm.entry(LATER), membership=farmer, at=farm.NOW)
