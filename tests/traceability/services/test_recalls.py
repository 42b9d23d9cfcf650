from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.enums import OrganisationKind
from accounts.models import Membership
from tests.factories import farm, log, stories
from tests.factories.parties import make_member
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Hold, Lot, Notice, Recall, TaskRequest
from traceability.queries.recalls import banner_of, deadlines, holders_of, recalls_visible_to, totals, unread_notices
from traceability.services import recalls
from traceability.services.fsck import Fsck
from traceability.services.locks import lock_lots
from traceability.services.recalls import Found, Order

pytestmark = pytest.mark.django_db
KG = Decimal


def opened(lot: Lot, *, by: Membership, level: str = "1", drill: bool = False) -> Recall:
    order = Order(level=level, reason="contaminant", note="镉", drill=drill)
    return recalls.open_recall(lot=lot, order=order, entry=farm.entry(farm.NOW), membership=by, at=farm.NOW)


def found(kg: int, *, destroyed: int = 0) -> Found:
    return Found(found_kg=KG(kg), blocked_kg=KG(kg), destroyed_kg=KG(destroyed))


def answered(recall: Recall, said: Found, *, by: Membership) -> Recall:
    return recalls.answer(recall=recall, found=said, entry=farm.entry(farm.NOW), membership=by, at=farm.NOW)


def test_a_recall_names_holds_and_tells_of_all_that_was_made(regulator: Membership) -> None:
    told = stories.rice()

    recall = opened(told.harvest, by=regulator)

    named = set(recall.recalled.values_list("lot_id", "at_most_kg"))
    assert named == {(told.harvest.pk, KG(21400)), (told.bag.pk, KG(14900))}
    assert set(Hold.objects.values_list("lot_id", "reason")) == {(pk, "recall") for pk, _ in named}
    assert list(Notice.objects.values_list("organisation", flat=True)) == [told.mill.organisation_id]
    assert TaskRequest.objects.filter(name="traceability.deliver_notice").count() == 1
    assert (recall.level, recall.lots_count, recall.party, recall.drill) == ("1", 2, regulator.organisation, False)
    assert unread_notices(told.mill).count() == 1
    assert list(Fsck().faults()) == []


def test_what_is_upstream_of_the_lot_is_left_alone(regulator: Membership) -> None:
    told = stories.rice()

    recall = opened(told.bag, by=regulator)

    assert list(recall.recalled.values_list("lot", flat=True)) == [told.bag.pk]


def test_the_same_entry_twice_is_one_recall(regulator: Membership) -> None:
    lot = stories.rice().bag
    entry = farm.entry(farm.NOW)
    order = Order(level="2", reason="labelling")

    for _ in range(2):
        recalls.open_recall(lot=lot, order=order, entry=entry, membership=regulator, at=farm.NOW)

    assert Recall.objects.count() == Hold.objects.count() == 1


def test_a_party_has_one_open_recall_of_a_lot(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.bag, by=regulator)

    with pytest.raises(RefusedError) as refused:
        opened(told.bag, by=regulator)
    opened(told.bag, by=regulator, drill=True)
    opened(told.bag, by=told.mill)

    assert refused.value.rule == "recall_open_already"
    recalls.close(recall=recall, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW)
    assert opened(told.bag, by=regulator) != recall


def test_what_a_party_holds_for_a_recall_it_does_not_hold_again(regulator: Membership) -> None:
    told = stories.rice()

    first = opened(told.bag, by=regulator)
    wider = opened(told.harvest, by=regulator)

    assert sorted(Hold.objects.values_list("lot_id", flat=True)) == sorted([told.bag.pk, told.harvest.pk])
    assert {one.recalled.count() for one in (first, wider)} == {1, 2}
    assert list(Fsck().faults()) == []


def test_a_lot_that_is_made_while_the_recall_waits_for_its_locks_is_taken_in(
    regulator: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = stories.rice()
    made: list[Lot] = []

    def lock(lots: list[Lot]) -> list[Lot]:
        if len(lots) == 2 and not made:
            made.append(stories.pack_rice(told.bag, by=told.mill, kg=KG(500)))
        return lock_lots(lots)

    monkeypatch.setattr(recalls, "lock_lots", lock)
    recall = opened(told.harvest, by=regulator)

    assert recall.lots_count == 3
    assert recall.recalled.filter(lot=made[0]).exists()
    assert Lot.objects.get(pk=made[0].pk).held


def test_a_drill_holds_nothing_and_tells_nobody(processor: Membership, regulator: Membership) -> None:
    told = stories.rice()

    drill = opened(told.harvest, by=told.mill, drill=True)
    later = farm.entry(farm.NOW + timedelta(minutes=7))
    closed = recalls.close(recall=drill, entry=later, membership=told.mill, at=later.time)

    assert (closed.drill, closed.lots_count, closed.minutes, closed.accounted_percent) == (True, 2, 7, KG(100))
    assert not Hold.objects.exists()
    assert not Notice.objects.exists()
    assert not drill.recalled.exists()
    assert banner_of(told.bag) is None
    assert list(Fsck().faults()) == []


def test_who_has_nothing_to_do_with_a_lot_does_not_recall_it(stranger: Membership, laboratory: Membership) -> None:
    lot = stories.rice().bag

    for member in (stranger, laboratory):
        with pytest.raises(RefusedError) as refused:
            opened(lot, by=member)
        assert refused.value.rule == "recall_not_yours"


def test_holders_answer_and_the_last_answer_counts(regulator: Membership, stranger: Membership) -> None:
    told = stories.rice()
    recall = opened(told.harvest, by=regulator)

    answered(recall, found(14000), by=told.mill)
    answered(recall, found(14900, destroyed=100), by=told.mill)

    sums = totals(recall)
    assert (sums.holders, sums.answered) == (1, 1)
    assert (sums.found_kg, sums.blocked_kg, sums.destroyed_kg) == (KG(14900), KG(14900), KG(100))
    with pytest.raises(NotYoursError):
        answered(recall, found(1), by=stranger)


def test_nobody_destroys_more_than_was_found(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.bag, by=regulator)

    with pytest.raises(RefusedError) as refused:
        answered(recall, found(10, destroyed=11), by=told.mill)

    assert (refused.value.pointer, refused.value.rule) == ("/destroyed_kg", "more_than_found")


def test_what_is_made_of_recalled_stock_later_shows_the_banner_and_is_taken_in(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.bag, by=regulator)
    farm.release(Hold.objects.get(lot=told.bag), by=regulator)
    later = stories.pack_rice(Lot.objects.get(pk=told.bag.pk), by=told.mill, kg=KG(500))

    before = banner_of(later)
    widened = recalls.widen(recall=recall, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW)

    assert before == recall
    assert widened.lots_count == 2
    assert Lot.objects.get(pk=later.pk).held
    with pytest.raises(RefusedError) as refused:
        recalls.widen(recall=recall, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW)
    assert refused.value.rule == "nothing_to_widen"


def test_a_closed_recall_marks_its_lots_and_takes_no_more(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.bag, by=regulator)
    answered(recall, found(100, destroyed=100), by=told.mill)

    closed = recalls.close(recall=recall, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW)

    assert closed.closed_at == farm.NOW
    assert banner_of(told.bag) == recall
    assert farm.say(recall.entity).body == {"destroyed_kg": "100.000", "found_kg": "100.000", "minutes": 0}
    with pytest.raises(RefusedError):
        answered(recall, found(1), by=told.mill)
    with pytest.raises(RefusedError):
        recalls.close(recall=recall, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW)


def test_the_level_changes_and_with_it_the_deadlines(regulator: Membership) -> None:
    recall = opened(stories.rice().bag, by=regulator, level="3")
    entry = farm.entry(farm.NOW)

    changed = recalls.set_level(recall=recall, level="1", entry=entry, membership=regulator, at=farm.NOW)
    begun, finished = deadlines(changed, at=farm.NOW + timedelta(hours=25))

    assert changed.level == "1"
    assert (begun.by, begun.passed) == (farm.NOW + timedelta(hours=24), True)
    # Sunday the 22nd of November 2026, and ten working days on.
    assert finished.by.isoformat() == "2026-12-05T00:00:00+08:00"
    assert not finished.passed


def test_only_who_is_concerned_sees_a_recall(regulator: Membership, stranger: Membership) -> None:
    told = stories.rice()
    recall = opened(told.harvest, by=regulator)
    drill = opened(told.bag, by=told.mill, drill=True)

    assert set(recalls_visible_to(regulator)) == {recall, drill}
    assert set(recalls_visible_to(told.mill)) == {recall, drill}
    assert list(recalls_visible_to(told.farmer)) == []
    assert list(recalls_visible_to(stranger)) == []


def test_only_a_regulator_is_given_contacts(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.harvest, by=regulator)

    (seen,) = holders_of(recall, contacts=True)
    (unseen,) = holders_of(recall, contacts=False)

    assert seen.contacts == ((told.mill.user.name, told.mill.user.phone),)
    assert unseen.contacts == ()


def test_another_firm_does_not_run_a_recall(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.harvest, by=regulator)
    other = make_member(OrganisationKind.PROCESSOR, name="别的米业")

    with pytest.raises(NotYoursError):
        recalls.close(recall=recall, entry=farm.entry(farm.NOW), membership=other, at=farm.NOW)
    with pytest.raises(NotYoursError):
        recalls.set_level(
            recall=recall, level="3", entry=farm.entry(farm.NOW, uuid4()), membership=told.mill, at=farm.NOW
        )


@pytest.mark.usefixtures("log_keys")
def test_a_recall_passes_the_verifier_from_the_published_log(regulator: Membership) -> None:
    told = stories.rice()
    recall = opened(told.harvest, by=regulator)
    answered(recall, found(14900), by=told.mill)
    log.publish()

    assert list(Fsck().faults()) == []
