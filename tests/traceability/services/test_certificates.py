from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from tests.factories import farm, fruit
from traceability.errors import InputError, NotYoursError, RefusedError
from traceability.models import Certificate
from traceability.queries.certificates import certificate_of, certificates_seen_by, may_collect, overdue, to_issue
from traceability.services import certificates
from traceability.services.erasure import Erasure, erase_personal

TODAY = date(2026, 11, 22)


def refusal(pointer_and_rule: tuple[str, str], **call: Any) -> None:
    before = Certificate.objects.count()
    with pytest.raises(InputError) as caught:
        fruit.issue(**call)
    assert (caught.value.pointer, caught.value.rule) == pointer_and_rule
    assert Certificate.objects.count() == before


def test_a_producer_promises_in_the_orders_words(farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)

    found = fruit.issue(lot, by=farmer, number="DG-0001")

    leaf = farm.say(lot.entity)
    assert (found.number, found.form, found.issuer, found.issued_on) == (
        "DG-0001",
        "producer",
        farmer.organisation,
        date(2026, 6, 11),
    )
    assert found.promise == "未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。对承诺的真实性负责"
    assert (found.basis, found.kg, found.voided_on) == ("quality_control", Decimal(100), None)
    assert certificate_of(lot) == found
    # Whom to call is committed to, and not told.
    assert "13900000001" not in str(leaf.body)
    assert set(leaf.commit) == {"contact"}


def test_without_a_number_it_gets_one_of_its_own(farmer: Membership) -> None:
    numbers = {fruit.issue(fruit.make_fruit(farmer), by=farmer).number for _ in range(3)}

    assert len(numbers) == 3
    assert all(number.startswith("20260611-") for number in numbers)


def test_the_same_entry_twice_is_one_certificate(farmer: Membership) -> None:
    lot, entry = fruit.make_fruit(farmer), farm.entry(fruit.PICKED)

    for _ in range(2):
        certificates.issue(lot=lot, entry=entry, facts=fruit.facts(), membership=farmer, at=farm.NOW)

    assert Certificate.objects.count() == 1


def test_a_number_is_taken_once_by_its_issuer(farmer: Membership, stranger: Membership) -> None:
    fruit.issue(fruit.make_fruit(farmer), by=farmer, number="A-1")

    refusal(("/number", "number_taken"), lot=fruit.make_fruit(farmer), by=farmer, number="A-1")
    assert fruit.issue(fruit.make_fruit(stranger), by=stranger, number="A-1").number == "A-1"


def test_no_certificate_on_a_held_lot(farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    farm.hold(lot, by=farmer)

    refusal(("", "lot_held"), lot=lot, by=farmer)


def test_no_certificate_for_grain(farmer: Membership) -> None:
    refusal(("", "outside_the_order"), lot=farm.make_lot(farmer), by=farmer, days=150)


def test_only_who_has_the_lot_issues_one(farmer: Membership, stranger: Membership, viewer: Membership) -> None:
    lot = fruit.make_fruit(farmer)

    with pytest.raises(NotYoursError):
        fruit.issue(lot, by=stranger)
    with pytest.raises(RefusedError, match="not add to them"):
        fruit.issue(lot, by=viewer)


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"basis": []}, "/basis", "no_basis"),
        ({"basis": ["hope"]}, "/body/basis/0", "not_in_list"),
        ({"kg": Decimal("200.001")}, "/kg", "more_than_there_is"),
        ({"basis": ["entrusted_test"]}, "/basis", "no_test_on_record"),
        ({"contact": ""}, "/commit", "missing_member"),
        ({"number": "有汉字"}, "/body/number", "wrong_format"),
    ],
)
def test_what_breaks_a_rule_is_named(farmer: Membership, said: dict[str, Any], pointer: str, rule: str) -> None:
    refusal((pointer, rule), lot=fruit.make_fruit(farmer), by=farmer, **said)


def test_an_entrusted_test_must_be_there_and_have_passed(farmer: Membership, laboratory: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    farm.report(farm.make_sample(lot, by=farmer, laboratory=laboratory), by=laboratory, cadmium="0.01")

    assert fruit.issue(lot, by=farmer, basis=["entrusted_test"]).basis == "entrusted_test"


def test_one_stands_at_a_time_and_a_voided_one_makes_room(farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    first = fruit.issue(lot, by=farmer)
    refusal(("", "certificate_exists"), lot=lot, by=farmer)

    voided = fruit.void(first, by=farmer)

    assert (voided.voided_on, voided.void_reason) == (date(2026, 6, 13), "wrong_content")
    assert certificate_of(lot) is None
    second = fruit.issue(lot, by=farmer, days=4)
    assert certificate_of(lot) == second


def test_a_certificate_is_voided_once_by_its_issuer_with_a_reason(farmer: Membership, stranger: Membership) -> None:
    found = fruit.issue(fruit.make_fruit(farmer), by=farmer)

    with pytest.raises(NotYoursError):
        fruit.void(found, by=stranger)
    with pytest.raises(InputError, match="/body/reason"):
        fruit.void(found, by=farmer, reason="whim")
    fruit.void(found, by=farmer)
    with pytest.raises(RefusedError, match="was voided"):
        fruit.void(found, by=farmer)


def test_a_buyer_collects_it(farmer: Membership, processor: Membership) -> None:
    found = fruit.issue(fruit.make_fruit(farmer), by=farmer)
    farm.ship(found.lot, by=farmer, to=processor)

    fruit.collect(found, by=processor)

    (taken,) = found.collections.all()
    assert (taken.collector, taken.collected_on) == (processor.organisation, date(2026, 6, 12))
    with pytest.raises(RefusedError, match="your own certificate"):
        fruit.collect(found, by=farmer)


def test_who_has_nothing_to_do_with_the_goods_collects_nothing(farmer: Membership, stranger: Membership) -> None:
    found = fruit.issue(fruit.make_fruit(farmer), by=farmer)
    before = farm.footprint()

    with pytest.raises(RefusedError, match="neither with you nor on its way to you"):
        fruit.collect(found, by=stranger)

    assert farm.footprint() == before
    assert list(certificates_seen_by(stranger)) == []


def test_who_had_the_lot_or_has_what_it_became_may_collect(
    farmer: Membership, processor: Membership, stranger: Membership, laboratory: Membership
) -> None:
    lot = fruit.make_fruit(farmer)
    found = fruit.issue(lot, by=farmer)
    farm.give(lot, by=farmer, to=processor)
    farm.give(lot, by=processor, to=stranger)
    boxes = fruit.pack(lot, by=stranger)

    found.lot.refresh_from_db()
    assert [may_collect(one, found) for one in (processor, stranger, laboratory)] == [True, True, False]
    farm.ship(boxes, by=stranger, to=laboratory)
    assert may_collect(laboratory, found)


def test_a_party_collects_a_certificate_once(farmer: Membership, processor: Membership) -> None:
    found = fruit.issue(fruit.make_fruit(farmer), by=farmer)
    farm.ship(found.lot, by=farmer, to=processor)
    entry = farm.entry(fruit.PICKED + timedelta(days=2))
    for _ in range(2):
        certificates.collect(certificate=found, entry=entry, membership=processor, at=farm.NOW)

    with pytest.raises(RefusedError, match="you collected the certificate"):
        fruit.collect(found, by=processor)

    assert found.collections.count() == 1


def test_nobody_collects_what_is_void(farmer: Membership, processor: Membership) -> None:
    found = fruit.issue(fruit.make_fruit(farmer), by=farmer)
    fruit.void(found, by=farmer)

    with pytest.raises(RefusedError, match="was voided"):
        fruit.collect(found, by=processor)


def test_what_one_producers_lots_became_carries_theirs_on(farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    found = fruit.issue(lot, by=farmer)

    boxes = fruit.pack(lot, by=farmer)

    assert certificate_of(boxes) == found


def test_what_was_mixed_from_several_producers_needs_its_own(
    farmer: Membership, stranger: Membership, processor: Membership
) -> None:
    lots = [fruit.make_fruit(farmer), fruit.make_fruit(stranger)]
    for lot, member in zip(lots, (farmer, stranger), strict=True):
        found = fruit.issue(lot, by=member)
        farm.give(lot, by=member, to=processor)
        fruit.collect(found, by=processor)
    mixed = fruit.pack(*lots, by=processor, name="blending")
    assert certificate_of(mixed) is None
    assert to_issue(processor, on=TODAY, most=10) == [mixed]

    own = fruit.issue(mixed, by=processor, days=2)

    assert (own.form, own.promise[:8]) == ("buyer", "已按规定收取并保")
    assert certificate_of(mixed) == own
    assert to_issue(processor, on=TODAY, most=10) == []


def test_what_was_passed_on_without_a_certificate_or_not_collected_is_overdue(
    farmer: Membership, processor: Membership
) -> None:
    bare, papered, rice = fruit.make_fruit(farmer), fruit.make_fruit(farmer), farm.make_lot(farmer)
    found = fruit.issue(papered, by=farmer)
    for lot in (bare, papered, rice):
        farm.give(lot, by=farmer, to=processor)

    assert {(one.lot, one.certificate) for one in overdue(on=TODAY, most=10)} == {(bare, None), (papered, found)}
    fruit.collect(found, by=processor)
    assert [one.lot for one in overdue(on=TODAY, most=10)] == [bare]


def test_whom_to_call_is_kept_for_half_a_year_and_may_go_then(farmer: Membership) -> None:
    found = fruit.issue(fruit.make_fruit(farmer), by=farmer)
    end = fruit.PICKED + timedelta(days=1 + 184)

    with pytest.raises(RefusedError, match="must be kept until 2026-12-12"):
        erase_personal(
            erasure=Erasure(record_id=found.pk),
            entry=farm.entry(farm.NOW),
            membership=farmer,
            at=end - timedelta(days=1),
        )
    erase_personal(erasure=Erasure(record_id=found.pk), entry=farm.entry(end), membership=farmer, at=end)

    assert farm.say(found.lot.entity).type == "personal.erased"
