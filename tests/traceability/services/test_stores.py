from decimal import Decimal

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot
from traceability.services.entries import Entry
from traceability.services.stores import Count, count, put_away


def put(lot: Lot, place: str, *, by: Membership) -> Lot:
    return put_away(lot=lot, place=place, entry=farm.entry(farm.AUTUMN), membership=by, at=farm.NOW)


def counted(lot: Lot, kg: str, reason: str = "", *, by: Membership, entry: Entry | None = None) -> Lot:
    made = entry or farm.entry(farm.AUTUMN)
    return count(lot=lot, counted=Count(kg=Decimal(kg), reason=reason), entry=made, membership=by, at=farm.NOW)


def test_a_lot_lies_where_it_was_put_last_and_the_next_holder_puts_it_anew(
    farmer: Membership, processor: Membership
) -> None:
    lot = put(put(farm.make_lot(farmer), "东仓", by=farmer), "3号仓", by=farmer)
    assert lot.place == "3号仓"

    farm.accept(farm.ship(lot, by=farmer, to=processor), by=processor)

    lot.refresh_from_db()
    assert lot.place == ""
    assert put(lot, "筒仓 2", by=processor).place == "筒仓 2"


def test_a_count_replaces_what_the_books_say(farmer: Membership) -> None:
    lot = counted(farm.make_lot(farmer), "985.5", "pests", by=farmer)

    assert lot.kg == Decimal("985.5")
    assert farm.say(lot.entity).body == {
        "kg": "985.5",
        "book_kg": "1000.000",
        "reason": "pests",
        "date": "2026-09-28",
    }


def test_a_count_that_agrees_needs_no_reason_and_one_that_differs_does(farmer: Membership) -> None:
    lot = counted(farm.make_lot(farmer), "1000", by=farmer)

    with pytest.raises(RefusedError, match="/reason: the books say 1000"):
        counted(lot, "999", by=farmer)


def test_the_same_count_twice_is_one(farmer: Membership) -> None:
    lot, entry = farm.make_lot(farmer), farm.entry(farm.AUTUMN)

    for _ in range(2):
        gone = counted(lot, "0", "spoilage", by=farmer, entry=entry)

    assert (gone.kg, farm.say(lot.entity).eseq) == (Decimal(0), 1)


def test_only_who_has_it_puts_it_away_and_counts_it(farmer: Membership, stranger: Membership) -> None:
    lot = farm.make_lot(farmer)

    with pytest.raises(NotYoursError):
        put(lot, "东仓", by=stranger)
    with pytest.raises(NotYoursError):
        counted(lot, "1", "other", by=stranger)


def test_what_is_on_the_way_cannot_be_counted(farmer: Membership, processor: Membership) -> None:
    lot = farm.make_lot(farmer)
    farm.ship(lot, by=farmer, to=processor)

    with pytest.raises(RefusedError, match="on the way"):
        counted(lot, "1", "other", by=farmer)
