from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest

from accounts.enums import Role
from accounts.models import Membership
from tests.factories import farm
from tests.factories.parties import make_user
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Feedback, Lot
from traceability.queries.feedback import (
    UNREAD_KEPT,
    contact_of,
    feedback_by_secret,
    feedback_for,
    open_feedback,
    words_of,
)
from traceability.services import feedback as services
from traceability.services.feedback import (
    CONTACT_KEPT,
    Message,
    answer_feedback,
    erase_feedback,
    forget_contacts,
    give_feedback,
    note_reading,
    withdraw_feedback,
)

pytestmark = [pytest.mark.django_db]

WORDS = "米里有石子"
CONTACT = "13800000000"


@pytest.fixture
def lot(farmer: Membership) -> Lot:
    return farm.make_lot(farmer)


def write(lot: Lot, *, kind: str = "QUALITY", contact: str = CONTACT) -> Feedback:
    return give_feedback(lot=lot, message=Message(id=uuid4(), kind=kind, words=WORDS, contact=contact), at=farm.NOW)


def test_words_and_contact_are_sealed(lot: Lot) -> None:
    write(lot)

    kept = Feedback.objects.get()
    assert (words_of(kept), contact_of(kept)) == (WORDS, CONTACT)
    for token in (kept.words, kept.contact):
        assert token
        assert WORDS.encode() not in bytes(token)
        assert CONTACT.encode() not in bytes(token)


def test_nothing_personal_is_needed(lot: Lot) -> None:
    kept = write(lot, contact="")

    assert (kept.contact, contact_of(kept)) == (None, "")


def test_nothing_of_it_enters_the_log(lot: Lot) -> None:
    before = farm.footprint()

    write(lot)

    assert farm.footprint() == before


def test_the_same_message_again_is_one(lot: Lot) -> None:
    message = Message(id=uuid4(), kind="QUALITY", words=WORDS)

    for _press in range(2):
        give_feedback(lot=lot, message=message, at=farm.NOW)

    assert Feedback.objects.count() == 1


def test_beyond_so_many_in_an_hour_nothing_is_taken_in(lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_IN_AN_HOUR", 2)
    write(lot)
    write(lot)

    with pytest.raises(RefusedError) as caught:
        write(lot)

    assert caught.value.rule == "too_much_feedback"
    Feedback.objects.update(sent_at=farm.NOW - timedelta(hours=1))
    assert write(lot).pk


def test_it_goes_to_whoever_registered_the_lot(lot: Lot, farmer: Membership, stranger: Membership) -> None:
    kept = write(lot)

    assert list(feedback_for(farmer)) == [kept]
    assert list(feedback_for(stranger)) == []
    assert (open_feedback(farmer).count(), open_feedback(stranger).count()) == (1, 0)


@pytest.mark.parametrize(("kind", "seen"), [("SAFETY", 1), ("COPY", 1), ("QUALITY", 0), ("PRAISE", 0)])
def test_a_regulator_reads_what_is_grave(lot: Lot, regulator: Membership, kind: str, seen: int) -> None:
    write(lot, kind=kind)

    assert feedback_for(regulator).count() == seen
    assert open_feedback(regulator).count() == 0


def test_who_waits_for_confirmation_as_a_regulator_reads_nothing(lot: Lot, regulator: Membership) -> None:
    write(lot, kind="SAFETY")
    regulator.organisation.confirmed_at = None

    assert feedback_for(regulator).count() == 0


def test_what_waits_stands_before_what_is_answered(lot: Lot, farmer: Membership) -> None:
    old, new = write(lot), write(lot)

    answer_feedback(feedback=new, answer="谢谢", membership=farmer, at=farm.NOW)

    assert list(feedback_for(farmer)) == [old, new]


def test_an_answer_names_who_gave_it(lot: Lot, farmer: Membership) -> None:
    kept = answer_feedback(feedback=write(lot), answer="已换货", membership=farmer, at=farm.NOW)

    assert (kept.answer, kept.answered_at, kept.answered_by) == ("已换货", farm.NOW, farmer.user)
    assert open_feedback(farmer).count() == 0


def test_a_stranger_and_a_regulator_answer_nothing(lot: Lot, stranger: Membership, regulator: Membership) -> None:
    kept = write(lot, kind="SAFETY")

    for other in (stranger, regulator):
        with pytest.raises(NotYoursError):
            answer_feedback(feedback=kept, answer="不", membership=other, at=farm.NOW)
        with pytest.raises(NotYoursError):
            erase_feedback(feedback=kept, membership=other, at=farm.NOW)


def test_a_viewer_answers_nothing(lot: Lot, viewer: Membership) -> None:
    with pytest.raises(RefusedError, match="you may look at these records"):
        answer_feedback(feedback=write(lot), answer="不", membership=viewer, at=farm.NOW)


def test_an_owner_erases_words_and_contact(lot: Lot, farmer: Membership) -> None:
    erased = erase_feedback(feedback=write(lot), membership=farmer, at=farm.NOW)

    assert (erased.words, erased.contact, words_of(erased)) == (None, None, "")
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("kind", ["SAFETY", "COPY"])
def test_what_is_grave_stays_until_a_regulator_has_read_it(
    lot: Lot, farmer: Membership, regulator: Membership, kind: str
) -> None:
    kept = write(lot, kind=kind)
    note_reading(feedback=kept, membership=farmer, at=farm.NOW)

    with pytest.raises(RefusedError, match="the food authority reads this first"):
        erase_feedback(feedback=kept, membership=farmer, at=farm.NOW + UNREAD_KEPT - timedelta(seconds=1))
    note_reading(feedback=kept, membership=regulator, at=farm.NOW)

    assert erase_feedback(feedback=kept, membership=farmer, at=farm.NOW).words is None


def test_what_nobody_reads_for_a_month_may_be_erased(lot: Lot, farmer: Membership) -> None:
    erased = erase_feedback(feedback=write(lot, kind="SAFETY"), membership=farmer, at=farm.NOW + UNREAD_KEPT)

    assert erased.words is None


def test_of_the_writers_secret_only_the_hash_is_kept(lot: Lot) -> None:
    message = Message(id=uuid4(), kind="QUALITY", words=WORDS, secret="s" * 43)

    kept = give_feedback(lot=lot, message=message, at=farm.NOW)

    assert kept.secret_sha256 == sha256(b"s" * 43).hexdigest()
    assert list(feedback_by_secret("s" * 43)) == [kept]
    assert [list(feedback_by_secret(one)) for one in ("", str(kept.pk), kept.secret_sha256)] == [[], [], []]


def test_a_recorder_erases_nothing(lot: Lot, farmer: Membership) -> None:
    recorder = Membership.objects.create(user=make_user("帮手"), organisation=farmer.organisation, role=Role.RECORDER)

    with pytest.raises(RefusedError, match="only an owner"):
        erase_feedback(feedback=write(lot), membership=recorder, at=farm.NOW)


def test_who_wrote_takes_it_back(lot: Lot) -> None:
    kept = withdraw_feedback(feedback=write(lot))

    assert (kept.words, kept.contact) == (None, None)


def test_contacts_are_forgotten_after_a_year_and_words_stay(lot: Lot) -> None:
    kept = write(lot)

    assert forget_contacts(at=farm.NOW + CONTACT_KEPT) == 0
    assert forget_contacts(at=farm.NOW + CONTACT_KEPT + timedelta(seconds=1)) == 1
    kept.refresh_from_db()
    assert (kept.contact, words_of(kept)) == (None, WORDS)
