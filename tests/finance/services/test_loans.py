from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Membership
from finance.enums import LoanState, PostingKind
from finance.errors import FinanceConflictError
from finance.models import Loan, LoanPosting
from finance.models.loans import delinquency_of
from finance.services import loans, retention
from tests.factories.credit import NOW, ask, asker, days, lend, make_bank, make_consent, posting, revoke
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Opening
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scorer")]

DAY = date(2026, 11, 22)
DUE = date(2027, 6, 1)


def _post(bank: Membership, said: loans.Posting, *, at: datetime = NOW) -> LoanPosting:
    return loans.post(posting=said, asker=asker(bank), at=at)


def test_a_loan_is_mirrored_from_application_to_closure(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    shown = ask(consent, bank)
    loan = lend(consent, bank, on=DAY, due_on=DUE)
    _post(bank, posting(consent, "repayment", DAY, amount_fen=1_000_000))
    _post(bank, posting(consent, "closure", DAY, amount_fen=2_000_000))

    loan.refresh_from_db()
    assert (loan.state, loan.fineract_status) == (LoanState.CLOSED, 600)
    assert (loan.amount_fen, loan.repaid_fen, loan.yearly_cost_bp) == (3_000_000, 3_000_000, 435)
    assert (loan.decided_on, loan.disbursed_on, loan.due_on, loan.closed_on) == (DAY, DAY, DUE, DAY)
    assert loan.score == shown.score.pk
    assert [one.leaf.type for one in history.of(loan.entity)] == ["loan.posted"] * 5


def test_the_same_posting_again_is_the_same_and_another_one_is_a_conflict(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    said = posting(consent, "application", DAY, amount_fen=100)

    assert _post(bank, said) == _post(bank, said)
    with pytest.raises(FinanceConflictError):
        _post(bank, posting(consent, "application", DAY, amount_fen=200, id=said.id))
    assert LoanPosting.objects.count() == 1


@pytest.mark.parametrize("kind", [kind for kind in PostingKind if kind not in {"offer", "application"}])
def test_nothing_but_an_offer_or_an_application_begins_a_loan(
    farmer: Membership, bank: Membership, kind: PostingKind
) -> None:
    with pytest.raises(RefusedError) as caught:
        _post(bank, posting(make_consent(farmer, bank), kind, DAY, amount_fen=1, days_past_due=0, due_on=DUE))

    assert caught.value.rule == "posting_out_of_order"
    assert Loan.objects.count() == 0


_AMOUNT = {"amount_fen": 3_000_000}
_OPEN: list[tuple[str, dict[str, Any]]] = [("offer", {}), ("application", _AMOUNT)]
_RUNS = [*_OPEN, ("approval", {**_AMOUNT, "yearly_cost_bp": 435}), ("disbursement", {**_AMOUNT, "due_on": DUE})]
_LATE = ("standing", {"days_past_due": 120})
# Every way through a loan's life, with where it ends, the number that Fineract has for that, and what was paid.
_LIVES: dict[str, tuple[list[tuple[str, dict[str, Any]]], LoanState, int | None, int]] = {
    "offered": ([("offer", {})], LoanState.OFFERED, None, 0),
    "not wanted": ([("offer", {}), ("withdrawal", {})], LoanState.WITHDRAWN, 400, 0),
    "asked for": (_OPEN, LoanState.SUBMITTED, 100, 0),
    "rejected": ([*_OPEN, ("rejection", {})], LoanState.REJECTED, 500, 0),
    "taken back": ([*_OPEN, ("withdrawal", {})], LoanState.WITHDRAWN, 400, 0),
    "approved": (_RUNS[:3], LoanState.APPROVED, 200, 0),
    "not drawn": ([*_RUNS[:3], ("withdrawal", {})], LoanState.WITHDRAWN, 400, 0),
    "running": ([*_RUNS, ("standing", {"days_past_due": 0})], LoanState.ACTIVE, 300, 0),
    "put off and paid": (
        [*_RUNS, _LATE, ("rescheduling", {"due_on": DUE}), ("repayment", _AMOUNT), ("closure", {})],
        LoanState.CLOSED,
        602,
        3_000_000,
    ),
    "paid": ([*_RUNS, ("repayment", _AMOUNT), ("closure", {"amount_fen": 72_300})], LoanState.CLOSED, 600, 3_072_300),
    "overpaid": ([*_RUNS, ("overpayment", {"amount_fen": 3_100_000})], LoanState.OVERPAID, 700, 3_100_000),
    "lost": ([*_RUNS, _LATE, ("write_off", {}), ("recovery", {"amount_fen": 9})], LoanState.WRITTEN_OFF, 601, 0),
}


@pytest.mark.parametrize("name", list(_LIVES))
def test_a_loan_is_followed_to_every_end(farmer: Membership, bank: Membership, name: str) -> None:
    steps, state, number, repaid = _LIVES[name]
    consent = make_consent(farmer, bank)

    made = [_post(bank, posting(consent, kind, DAY, **said)) for kind, said in steps]

    loan = made[-1].loan
    assert (loan.state, loan.fineract_status, loan.repaid_fen) == (state, number, repaid)
    assert [one.leaf.body["content_sha256"] for one in history.of(loan.entity)] == [one.content_sha256 for one in made]
    assert (loan.worst_days_past_due, loan.recovered_fen) == (120 if _LATE in steps else 0, 9 if name == "lost" else 0)
    # Nothing but what may follow is taken, and what is refused leaves nothing behind.
    for kind in PostingKind:
        if kind not in _may_follow(state):
            with pytest.raises(RefusedError, match="cannot follow"):
                _post(bank, posting(consent, kind, DAY, amount_fen=1, days_past_due=0, due_on=DUE))
    assert loan.postings.count() == len(steps)


def _may_follow(state: LoanState) -> set[str]:
    running = {"repayment", "standing", "rescheduling", "write_off", "closure", "overpayment"}
    follows = {
        LoanState.OFFERED: {"application", "withdrawal"},
        LoanState.SUBMITTED: {"approval", "rejection", "withdrawal"},
        LoanState.APPROVED: {"disbursement", "withdrawal"},
        LoanState.ACTIVE: running,
        LoanState.WRITTEN_OFF: {"recovery"},
    }
    return follows.get(state, set())


def test_every_state_is_reached() -> None:
    assert {state for _, state, _, _ in _LIVES.values()} == set(LoanState)
    assert {kind for steps, *_ in _LIVES.values() for kind, _ in steps} == set(PostingKind)


def test_arrears_are_told_and_the_worst_is_kept(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    loan = lend(consent, bank, on=DAY, due_on=DUE)
    for late in (12, 95, 0):
        _post(bank, posting(consent, "standing", DAY, days_past_due=late))

    loan.refresh_from_db()
    assert (loan.days_past_due, loan.worst_days_past_due, loan.delinquency) == (0, 95, "current")


@pytest.mark.parametrize(
    ("days", "name"),
    [(0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (61, "61-90"), (90, "61-90"), (91, "90+")],
)
def test_days_late_have_their_class(days: int, name: str) -> None:
    assert delinquency_of(days) == name


def test_a_revoked_consent_begins_no_loan_and_goes_on_with_one(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    lend(consent, bank, on=DAY, due_on=DUE)
    revoke(consent, farmer)

    _post(bank, posting(consent, "repayment", DAY, amount_fen=100))
    with pytest.raises(RefusedError) as caught:
        _post(bank, posting(consent, "application", DAY, amount_fen=100, loan_ref="L-2"))

    assert caught.value.rule == "consent_ended"


def test_another_bank_tells_of_nothing(farmer: Membership, bank: Membership) -> None:
    with pytest.raises(NotYoursError):
        _post(make_bank("另一家"), posting(make_consent(farmer, bank), "application", DAY, amount_fen=100))


def test_what_a_bank_says_lies_in_the_past_and_in_order(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    lend(consent, bank, on=DAY, due_on=DUE)

    for on, rule in ((date(2026, 11, 23), "in_the_future"), (date(2026, 11, 21), "posting_in_the_past")):
        with pytest.raises(RefusedError) as caught:
            _post(bank, posting(consent, "repayment", on, amount_fen=100))
        assert caught.value.rule == rule


def test_bad_news_is_deleted_five_years_after_it_ended_and_not_a_day_before(
    farmer: Membership, bank: Membership, operator: Membership
) -> None:
    consent = make_consent(farmer, bank)
    loan = lend(consent, bank, on=DAY, due_on=DUE)
    late = _post(bank, posting(consent, "standing", DAY, days_past_due=40), at=NOW + days(1))
    _post(bank, posting(consent, "standing", DAY, days_past_due=0), at=NOW + days(2))

    before = retention.forget_due(at=datetime(2031, 11, 21, 8, tzinfo=UTC))
    after = retention.forget_due(at=datetime(2031, 11, 22, 8, tzinfo=UTC))

    loan.refresh_from_db()
    assert (before, after, loan.worst_days_past_due) == (0, 1, 0)
    assert not LoanPosting.objects.filter(pk=late.pk).exists()
    assert not Opening.objects.filter(record_id=late.pk).exists()
    assert history.of(loan.entity)[-1].leaf.type == "personal.erased"
    assert retention.forget_due(at=datetime(2031, 11, 22, 8, tzinfo=UTC)) == 0


def test_arrears_that_go_on_are_kept(farmer: Membership, bank: Membership, operator: Membership) -> None:
    consent = make_consent(farmer, bank)
    lend(consent, bank, on=DAY, due_on=DUE)
    _post(bank, posting(consent, "standing", DAY, days_past_due=40), at=NOW + days(1))

    assert retention.forget_due(at=datetime(2040, 1, 1, tzinfo=UTC)) == 0
