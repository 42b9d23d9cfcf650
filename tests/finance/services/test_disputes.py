import pytest

from accounts.models import Membership
from finance.enums import DisputeState, NoticeKind
from finance.models import BankNotice, Dispute
from finance.services import disputes
from finance.services.disputes import Doubt
from tests.factories.credit import NOW, Scorer, ask, days, entry, make_consent
from traceability.errors import NotYoursError, RefusedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scorer")]


def _open(farmer: Membership, **said: str) -> Dispute:
    doubt = Doubt(text="暴雨封路，不是我晚。", feature=said.get("feature", "on_time_rate"))
    return disputes.open_dispute(doubt=doubt, entry=entry(), membership=farmer, at=NOW)


def _answer(dispute: Dispute, state: DisputeState, by: Membership) -> Dispute:
    return disputes.answer_dispute(
        dispute=dispute, state=state, answer="核实属实", entry=entry(), membership=by, at=NOW + days(3)
    )


def test_a_dispute_is_due_in_twenty_days_and_shows_in_answers(farmer: Membership, bank: Membership) -> None:
    dispute = _open(farmer)

    assert (dispute.due_on - NOW.date()).days == 20
    assert ask(make_consent(farmer, bank), bank).disputed
    with pytest.raises(RefusedError, match="being looked at already"):
        _open(farmer)


def test_a_farm_that_was_right_is_scored_anew_and_its_banks_are_told(
    farmer: Membership, bank: Membership, operator: Membership, scorer: Scorer
) -> None:
    consent = make_consent(farmer, bank)
    first = ask(consent, bank)
    ended = _answer(_open(farmer), DisputeState.UPHELD, operator)

    again = ask(consent, bank, at=NOW + days(3))
    notice = BankNotice.objects.get()
    assert ended.state == DisputeState.UPHELD
    assert ended.new_score in scorer.made
    assert (notice.bank, notice.kind, notice.cause) == (bank.organisation, NoticeKind.CORRECTED, ended.pk)
    assert again.score is not first.score
    assert not again.disputed


def test_a_dispute_that_was_rejected_changes_no_score(
    farmer: Membership, bank: Membership, operator: Membership, scorer: Scorer
) -> None:
    ask(make_consent(farmer, bank), bank)
    ended = _answer(_open(farmer), DisputeState.REJECTED, operator)

    assert ended.new_score is None
    assert len(scorer.made) == 1
    assert BankNotice.objects.count() == 0
    with pytest.raises(RefusedError, match="answered already"):
        _answer(ended, DisputeState.UPHELD, operator)


def test_only_the_operator_answers_and_only_the_farm_withdraws(
    farmer: Membership, stranger: Membership, bank: Membership, operator: Membership
) -> None:
    dispute = _open(farmer)

    for member in (farmer, stranger, bank):
        with pytest.raises(NotYoursError):
            _answer(dispute, DisputeState.UPHELD, member)
    for member in (stranger, operator):
        with pytest.raises(NotYoursError):
            disputes.withdraw(dispute=dispute, entry=entry(), membership=member, at=NOW)
    assert disputes.withdraw(dispute=dispute, entry=entry(), membership=farmer, at=NOW).state == "dropped"


def test_a_dispute_is_about_something_that_is_there(farmer: Membership) -> None:
    for doubt in (Doubt(text="不对"), Doubt(text="不对", record_id=entry().id)):
        with pytest.raises(RefusedError):
            disputes.open_dispute(doubt=doubt, entry=entry(), membership=farmer, at=NOW)
