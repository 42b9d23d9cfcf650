"""Loans, mirrored from what banks say. The platform decides nothing, holds no money and takes no fee."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from finance.enums import ConsentState, LoanState, PostingKind, QueryOutcome
from finance.errors import FinanceConflictError
from finance.models import AuditRow, Consent, Loan, LoanPosting, Referral
from finance.services.audit import Asker
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger import canonicalize
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

_K, _S = PostingKind, LoanState
# What may be said in which state; None stands for a loan that was not told of before.
_FROM: dict[PostingKind, frozenset[LoanState | None]] = {
    _K.OFFER: frozenset({None}),
    _K.APPLICATION: frozenset({None, _S.OFFERED}),
    _K.APPROVAL: frozenset({_S.SUBMITTED}),
    _K.REJECTION: frozenset({_S.SUBMITTED}),
    _K.WITHDRAWAL: frozenset({_S.OFFERED, _S.SUBMITTED, _S.APPROVED}),
    _K.DISBURSEMENT: frozenset({_S.APPROVED}),
    _K.REPAYMENT: frozenset({_S.ACTIVE}),
    _K.STANDING: frozenset({_S.ACTIVE}),
    _K.RESCHEDULING: frozenset({_S.ACTIVE}),
    _K.WRITE_OFF: frozenset({_S.ACTIVE}),
    _K.RECOVERY: frozenset({_S.WRITTEN_OFF}),
    _K.CLOSURE: frozenset({_S.ACTIVE}),
    _K.OVERPAYMENT: frozenset({_S.ACTIVE}),
}
BEGINS = tuple(kind for kind in PostingKind if None in _FROM[kind])
_TO: dict[PostingKind, LoanState] = {
    _K.OFFER: _S.OFFERED,
    _K.APPLICATION: _S.SUBMITTED,
    _K.APPROVAL: _S.APPROVED,
    _K.REJECTION: _S.REJECTED,
    _K.WITHDRAWAL: _S.WITHDRAWN,
    _K.DISBURSEMENT: _S.ACTIVE,
    _K.WRITE_OFF: _S.WRITTEN_OFF,
    _K.CLOSURE: _S.CLOSED,
    _K.OVERPAYMENT: _S.OVERPAID,
}
_PAID = frozenset({_K.CLOSURE, _K.OVERPAYMENT})
_ENDS = frozenset({_K.REJECTION, _K.WITHDRAWAL, _K.WRITE_OFF}) | _PAID
_DECIDES = frozenset({_K.APPROVAL, _K.REJECTION})
_WITH_AMOUNT = frozenset({_K.APPLICATION, _K.APPROVAL, _K.DISBURSEMENT, _K.REPAYMENT, _K.RECOVERY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One thing that a bank says of a loan, under an id of its own. `signature` is the bank's, over what it sent."""

    id: UUID
    consent_ref: UUID
    loan_ref: str
    kind: PostingKind
    on: date
    amount_fen: int | None = None
    days_past_due: int | None = None
    due_on: date | None = None
    yearly_cost_bp: int | None = None
    signature: str = ""

    @property
    def content_sha256(self) -> str:
        """The hash of what is said, without the signature over it."""
        said = {name: _plain(value) for name, value in asdict(self).items() if name != "signature"}
        return hashlib.sha256(canonicalize(said)).hexdigest()


@business_transaction
def post(*, posting: Posting, asker: Asker, at: datetime) -> LoanPosting:
    """Take what a bank says of a loan; the same posting again is the same posting.

    The consent by which the bank knows the farm names the loan's farm: postings go on when it has ended, because what
    was lent is still owed. Raises NotYoursError, FinanceConflictError, RefusedError, EventError.
    """
    consent = _consent(posting, asker)
    loan = _locked(posting, asker, consent)
    known = LoanPosting.objects.filter(pk=posting.id).select_related("loan").first()
    if known:
        return _the_same(known, posting, asker)
    _check(posting, loan, consent, at=at)
    if loan is None:
        loan = _begin(posting, asker, consent)
    _say(posting, loan, consent, asker, at=at)
    _apply(posting, loan)
    loan.save()
    made = LoanPosting.objects.create(
        pk=posting.id,
        loan=loan,
        kind=posting.kind,
        on=posting.on,
        amount_fen=posting.amount_fen,
        days_past_due=posting.days_past_due,
        due_on=posting.due_on,
        yearly_cost_bp=posting.yearly_cost_bp,
        content_sha256=posting.content_sha256,
        signature=posting.signature,
        told_at=at,
    )
    Referral.objects.filter(consent=consent, loan=None).update(loan=loan)
    return made


def may_follow(loan: Loan) -> tuple[PostingKind, ...]:
    """Name what can be said of a loan as it stands."""
    return tuple(kind for kind in PostingKind if LoanState(loan.state) in _FROM[kind])


def _plain(value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _consent(posting: Posting, asker: Asker) -> Consent:
    given = Consent.objects.exclude(state=ConsentState.DRAFT).filter(recipient=asker.organisation)
    found = given.select_for_update(of=("self",)).select_related("subject").filter(pk=posting.consent_ref).first()
    if found is None or found.subject_id == asker.organisation.pk:
        raise NotYoursError(f"consent {posting.consent_ref}: is not there for this asker")
    return found


def _locked(posting: Posting, asker: Asker, consent: Consent) -> Loan | None:
    loan = Loan.objects.select_for_update().filter(bank=asker.organisation, loan_ref=posting.loan_ref).first()
    if loan and loan.subject_id != consent.subject_id:
        raise RefusedError("/consent", "loan_of_another_consent")
    return loan


def _the_same(known: LoanPosting, posting: Posting, asker: Asker) -> LoanPosting:
    if known.content_sha256 != posting.content_sha256 or known.loan.bank_id != asker.organisation.pk:
        raise FinanceConflictError("/id", "posting_id_used")
    return known


def _check(posting: Posting, loan: Loan | None, consent: Consent, *, at: datetime) -> None:
    state = LoanState(loan.state) if loan else None
    if state not in _FROM[posting.kind]:
        raise RefusedError("/kind", "posting_out_of_order", state=loan.get_state_display() if loan else "–")
    # A consent that was taken back or is over begins nothing new.
    if loan is None and consent.state not in {ConsentState.GRANTED, ConsentState.EXHAUSTED}:
        raise RefusedError("/consent", "consent_ended", state=consent.get_state_display())
    if posting.on > day_in_china(at):
        raise RefusedError("/on", "in_the_future")
    if loan and posting.on < loan.told_on:
        raise RefusedError("/on", "posting_in_the_past", day=loan.told_on.isoformat())
    if posting.kind in _WITH_AMOUNT and not posting.amount_fen:
        raise RefusedError("/amount_fen", "not_positive")
    if posting.kind == _K.STANDING and posting.days_past_due is None:
        raise RefusedError("/days_past_due", "missing_member", name="days_past_due")
    if posting.kind in {_K.DISBURSEMENT, _K.RESCHEDULING} and posting.due_on is None:
        raise RefusedError("/due_on", "missing_member", name="due_on")


def _begin(posting: Posting, asker: Asker, consent: Consent) -> Loan:
    return Loan(
        pk=Entry(id=posting.id, time=consent.prepared_at).id_of("loan"),
        bank=asker.organisation,
        subject=consent.subject,
        loan_ref=posting.loan_ref,
        consent=consent,
        told_on=posting.on,
    )


def _apply(posting: Posting, loan: Loan) -> None:
    loan.state, loan.told_on = _TO.get(posting.kind, loan.state), posting.on
    loan.due_on = posting.due_on or loan.due_on
    loan.yearly_cost_bp = posting.yearly_cost_bp or loan.yearly_cost_bp
    if posting.kind in _DECIDES:
        loan.decided_on, loan.score = posting.on, _last_score(loan)
    if posting.kind in _ENDS:
        loan.closed_on = posting.on
    _count(posting, loan)
    if posting.days_past_due is not None:
        loan.days_past_due = posting.days_past_due
        loan.worst_days_past_due = max(loan.worst_days_past_due, posting.days_past_due)


def _count(posting: Posting, loan: Loan) -> None:
    """Take up amounts, and what follows from each kind for the loan's dates."""
    fen = posting.amount_fen or 0
    if posting.kind in {_K.APPLICATION, _K.APPROVAL, _K.DISBURSEMENT}:
        loan.amount_fen = fen
    if posting.kind == _K.DISBURSEMENT:
        loan.disbursed_on = posting.on
    if posting.kind == _K.RESCHEDULING:
        loan.rescheduled = True
    if posting.kind == _K.RECOVERY:
        loan.recovered_fen += fen
    if posting.kind == _K.REPAYMENT or posting.kind in _PAID:
        loan.repaid_fen += fen
    if posting.kind in _PAID:
        loan.days_past_due = 0


def _last_score(loan: Loan) -> UUID | None:
    """Give the score that the bank was shown last before it decided."""
    shown = AuditRow.objects.filter(
        consent__subject=loan.subject_id, asker=loan.bank_id, outcome=QueryOutcome.ANSWERED, score__isnull=False
    )
    return shown.order_by("-at").values_list("score", flat=True).first()


def _say(posting: Posting, loan: Loan, consent: Consent, asker: Asker, *, at: datetime) -> None:
    private = members(
        kind=str(posting.kind),
        on=posting.on,
        loan_ref=posting.loan_ref,
        consent=str(consent.pk),
        amount_fen=posting.amount_fen,
        days_past_due=posting.days_past_due,
        due_on=posting.due_on,
        yearly_cost_bp=posting.yearly_cost_bp,
    )
    entry = Entry(id=posting.id, time=at)
    body = members(content_sha256=posting.content_sha256)
    say("loan.posted", loan.entity, entry=entry, membership=asker.membership, at=at, body=body, private=private)
