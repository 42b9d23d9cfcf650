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


def counted(lot: Lot, kg: str, reason: str = "", *, by: Membership, entry: Entry | None = None, note: str = "") -> Lot:
    made = entry or farm.entry(farm.AUTUMN)
    found = Count(kg=Decimal(kg), reason=reason, note=note)
    return count(lot=lot, counted=found, entry=made, membership=by, at=farm.NOW)


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


def test_nothing_grows_by_counting_beyond_what_scales_differ(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    assert counted(lot, "1005", "scale", by=farmer).kg == Decimal(1005)
    # Not a little more each day, either.
    with pytest.raises(RefusedError, match=r"/kg: the books say 1000.* as a lot of its own"):
        counted(lot, "1005.001", "scale", by=farmer)
    assert counted(lot, "1005", by=farmer).kg == Decimal(1005)


def test_who_counted_too_little_counts_again(farmer: Membership) -> None:
    lot = counted(farm.make_lot(farmer), "100", "other", by=farmer)

    assert counted(lot, "1000", "other", by=farmer).kg == Decimal(1000)
    farm.make_milled(farmer, lot, use="900")
    with pytest.raises(RefusedError, match=r"the books say 100.000 kg"):
        counted(lot, "1000", "other", by=farmer)


@pytest.mark.parametrize("recalled", [False, True])
def test_what_is_held_or_recalled_becomes_less_only_with_a_remark(
    farmer: Membership,
    recalled: bool,  # noqa: FBT001
) -> None:
    lot = farm.make_lot(farmer)
    if recalled:
        farm.recall(lot, by=farmer)
        for found in lot.holds.filter(released_at=None):
            farm.release(found, by=farmer)
    else:
        farm.hold(lot, by=farmer)

    with pytest.raises(RefusedError, match=r"/note: the lot .* is held or recalled"):
        counted(lot, "900", "spoilage", by=farmer)
    assert counted(lot, "900", "spoilage", by=farmer, note="霉变，已销毁").kg == Decimal(900)
