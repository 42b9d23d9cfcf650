from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Membership
from accounts.services.prefixes import claim_prefix, confirm_prefix
from tests.factories import farm
from tests.factories.codes import make_bagged_lot, make_bags
from tests.factories.parties import MORNING, make_user
from traceability.enums import CopySign
from traceability.epcis.content_rules import has_characters
from traceability.errors import NotYoursError, RefusedError
from traceability.models import BagCode, CodeBatch, Lot
from traceability.queries.scans import batches_of, codes_of, first_scan_line, flagged_codes
from traceability.services import scans
from traceability.services.scans import clear_flag, count_scan, end_codes, make_codes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lot(farmer: Membership) -> Lot:
    return make_bagged_lot(farmer)


@pytest.fixture
def bag(lot: Lot, farmer: Membership) -> BagCode:
    return make_bags(lot, by=farmer, count=1)[0]


def scan(bag: BagCode, *moments: datetime) -> BagCode:
    for moment in moments:
        count_scan(code=bag, at=moment)
    bag.refresh_from_db()
    return bag


def test_serial_numbers_cannot_be_guessed_and_are_all_different(lot: Lot, farmer: Membership) -> None:
    serials = {one.serial for one in make_bags(lot, by=farmer, count=500)}

    assert len(serials) == 500
    assert len(scans.ALPHABET) ** scans.SERIAL_LENGTH >= 2**64
    assert all(has_characters(one, "X") and len(one) == 14 for one in serials)


def test_a_form_sent_twice_draws_once(lot: Lot, farmer: Membership) -> None:
    batch_id = uuid4()

    first = make_codes(lot=lot, count=2, batch_id=batch_id, membership=farmer, at=farm.NOW)
    again = make_codes(lot=lot, count=5, batch_id=batch_id, membership=farmer, at=farm.NOW)

    assert first == again
    assert BagCode.objects.count() == 2


@pytest.mark.parametrize(("count", "rule"), [(0, "below_minimum"), (2001, "above_maximum")])
def test_a_batch_is_neither_empty_nor_endless(lot: Lot, farmer: Membership, count: int, rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        make_codes(lot=lot, count=count, batch_id=uuid4(), membership=farmer, at=farm.NOW)

    assert refused.value.rule == rule


def test_a_lot_has_an_end_too(lot: Lot, farmer: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_OF_A_LOT", 4)
    make_bags(lot, by=farmer, count=3)

    with pytest.raises(RefusedError, match="more than 4 serial numbers"):
        make_bags(lot, by=farmer, count=2)

    assert BagCode.objects.count() == 3


def test_a_lot_without_a_gtin_has_no_bags(farmer: Membership) -> None:
    with pytest.raises(RefusedError, match="has no GTIN"):
        make_bags(farm.make_lot(farmer), by=farmer)


def test_nobody_draws_under_the_prefix_of_another(lot: Lot, farmer: Membership, stranger: Membership) -> None:
    claim = claim_prefix(by=stranger, prefix=lot.gtin[1:8], at=MORNING)
    operator = make_user("运营")
    operator.is_staff = True
    operator.save()
    make_bags(lot, by=farmer, count=1)
    confirm_prefix(claim=claim, by=operator, at=MORNING)

    with pytest.raises(RefusedError) as refused:
        make_bags(lot, by=farmer, count=1)

    assert (refused.value.pointer, refused.value.rule) == ("/lot", "gtin_of_another")
    assert BagCode.objects.count() == 1


def test_nobody_draws_for_anothers_lot(lot: Lot, stranger: Membership, viewer: Membership) -> None:
    with pytest.raises(NotYoursError):
        make_bags(lot, by=stranger)
    with pytest.raises(RefusedError):
        make_bags(lot, by=viewer)

    assert CodeBatch.objects.count() == 0


def test_the_first_scan_is_kept_to_the_minute(lot: Lot, bag: BagCode) -> None:
    scan(bag, farm.NOW + timedelta(seconds=42), farm.NOW + HOUR)

    line = first_scan_line(lot, bag.serial)

    assert line is not None
    assert (line.count, line.first_at, line.looks_copied) == (2, farm.NOW, False)


def test_a_bag_that_nobody_scanned_has_no_line(lot: Lot, bag: BagCode) -> None:
    assert first_scan_line(lot, bag.serial) is None
    assert first_scan_line(lot, None) is None
    assert first_scan_line(lot, "ANOTHER") is None


def test_another_lots_bag_has_no_line(lot: Lot, bag: BagCode, farmer: Membership) -> None:
    scan(bag, farm.NOW)

    assert first_scan_line(make_bagged_lot(farmer, code="PJ-2"), bag.serial) is None


def test_six_scans_in_an_hour_may_be_one_bags_and_seven_are_not(bag: BagCode) -> None:
    moments = [farm.NOW + timedelta(minutes=5 * number) for number in range(7)]

    assert scan(bag, *moments[:6]).copy_sign == ""
    assert scan(bag, moments[6]).copy_sign == CopySign.PACE
    assert bag.flagged_at == moments[6]


def test_twenty_scans_in_all_may_be_one_bags_and_twenty_one_are_not(bag: BagCode) -> None:
    moments = [farm.NOW + number * HOUR for number in range(21)]

    assert scan(bag, *moments[:20]).copy_sign == ""
    assert scan(bag, moments[20]).copy_sign == CopySign.MANY


def test_a_bag_that_is_no_more_cannot_be_scanned(lot: Lot, bag: BagCode, farmer: Membership) -> None:
    scan(bag, farm.NOW)
    ended = end_codes(lot=lot, serials=[bag.serial], membership=farmer, at=farm.NOW + HOUR)

    assert ended == 1
    assert scan(bag, farm.NOW + 2 * HOUR).copy_sign == CopySign.ENDED
    assert end_codes(lot=lot, serials=[bag.serial], membership=farmer, at=farm.NOW + 3 * HOUR) == 0


def test_the_first_sign_stays(bag: BagCode) -> None:
    scan(bag, *[farm.NOW + timedelta(minutes=number) for number in range(7)])

    flagged_at = bag.flagged_at
    scan(bag, *[farm.NOW + number * HOUR for number in range(1, 20)])

    assert (bag.copy_sign, bag.flagged_at, bag.scans) == (CopySign.PACE, flagged_at, 26)


def test_its_maker_clears_a_flag_and_counting_begins_anew(
    lot: Lot, bag: BagCode, farmer: Membership, stranger: Membership, viewer: Membership
) -> None:
    scan(bag, *[farm.NOW + timedelta(minutes=number) for number in range(7)])
    for member, error in ((stranger, NotYoursError), (viewer, RefusedError)):
        with pytest.raises(error):
            clear_flag(lot=lot, serial=bag.serial, membership=member)
    with pytest.raises(RefusedError, match="no bag with the serial number NOPE"):
        clear_flag(lot=lot, serial="NOPE", membership=farmer)

    clear_flag(lot=lot, serial=bag.serial, membership=farmer)

    scanned = scan(bag, farm.NOW + timedelta(minutes=8))
    assert (scanned.copy_sign, scanned.flagged_at, scanned.scans) == ("", None, 1)
    assert scanned.first_scanned_at == farm.NOW


def test_only_its_maker_ends_a_bag_and_only_one_that_is_there(
    lot: Lot, bag: BagCode, farmer: Membership, stranger: Membership
) -> None:
    with pytest.raises(NotYoursError):
        end_codes(lot=lot, serials=[bag.serial], membership=stranger, at=farm.NOW)
    with pytest.raises(RefusedError, match="no bag with the serial number NOPE"):
        end_codes(lot=lot, serials=[bag.serial, "NOPE"], membership=farmer, at=farm.NOW)

    bag.refresh_from_db()
    assert bag.ended_at is None


def test_the_owner_sees_counts_and_copies_and_nobody_else(lot: Lot, farmer: Membership, stranger: Membership) -> None:
    bags = make_bags(lot, by=farmer)
    scan(bags[0], farm.NOW)
    scan(bags[1], *[farm.NOW + timedelta(minutes=number) for number in range(7)])

    (counts,) = batches_of(farmer).values_list("bags", "scanned", "scans", "flagged")  # type: ignore[misc]
    (batch,) = batches_of(farmer)

    assert counts == (3, 2, 8, 1)
    assert [one.serial for one in codes_of(batch)] == [bags[1].serial, bags[0].serial, bags[2].serial]
    assert list(flagged_codes(farmer)) == [bags[1]]
    assert (list(batches_of(stranger)), list(flagged_codes(stranger))) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_scans_at_once_are_all_counted(farmer: Membership) -> None:
    bag = make_bags(make_bagged_lot(farmer), by=farmer, count=1)[0]

    def scan_once(number: int) -> None:
        count_scan(code=bag, at=farm.NOW + number * HOUR)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(scan_once, range(16)))

    bag.refresh_from_db()
    assert (bag.scans, bag.copy_sign) == (16, "")
