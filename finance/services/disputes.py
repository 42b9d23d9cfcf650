"""What a farm holds to be wrong: answered by the operator within 20 days (条例, art. 25), and shown until then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from finance.enums import ConsentState, DisputeState, NoticeKind, QueryOutcome
from finance.models import AuditRow, BankNotice, Consent, Dispute
from finance.services import scoring
from orders.access import check_owns, check_records
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Receipt
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

ANSWER_IN = timedelta(days=20)
# Banks that asked within so many days are told of a correction.
TOLD = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is wrong: a figure of the score, or a record that it rests on; and how."""

    text: str
    feature: str = ""
    record_id: UUID | None = None
    score: UUID | None = None


@business_transaction
def open_dispute(*, doubt: Doubt, entry: Entry, membership: Membership, at: datetime) -> Dispute:
    """Open a dispute of the own farm's. Raises NotYoursError, RefusedError, EventError."""
    check_records(membership)
    known = Dispute.objects.filter(pk=entry.id, subject=membership.organisation_id).first()
    if known:
        return known
    _check_about(doubt, membership)
    dispute = Dispute(
        pk=entry.id,
        subject=membership.organisation,
        score=doubt.score,
        feature=doubt.feature,
        record_id=doubt.record_id,
        text=doubt.text,
        opened_by=membership.user,
        opened_at=at,
        due_on=entry.day + ANSWER_IN,
        state=DisputeState.OPEN,
    )
    record = str(doubt.record_id) if doubt.record_id else None
    private = members(feature=doubt.feature, record=record, text=doubt.text)
    body = members(due_on=dispute.due_on)
    say("dispute.opened", dispute.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    dispute.save(force_insert=True)
    return dispute


@business_transaction
def withdraw(*, dispute: Dispute, entry: Entry, membership: Membership, at: datetime) -> Dispute:
    """Take a dispute back. Raises NotYoursError, RefusedError, EventError."""
    check_owns(membership, dispute.subject)
    locked = _open(dispute, entry)
    if locked.state == DisputeState.OPEN:
        _end(locked, DisputeState.WITHDRAWN, entry=entry, membership=membership, at=at)
    return locked


@business_transaction
def answer_dispute(  # noqa: PLR0913 - the answer, and what it says
    *, dispute: Dispute, state: DisputeState, answer: str, entry: Entry, membership: Membership, at: datetime
) -> Dispute:
    """Answer a dispute, as the operator. Where the farm was right the score is made anew, and banks are told.

    What was wrong is corrected before, by a correction of its record. Raises NotYoursError, RefusedError, EventError.
    """
    if not acts_as(membership, OrganisationKind.OPERATOR):
        raise NotYoursError(f"dispute {dispute.pk}: is not answered by this party")
    check_records(membership)
    locked = _open(dispute, entry)
    if locked.state != DisputeState.OPEN:
        return locked
    locked.answer, locked.answered_by = answer, membership.user
    if state == DisputeState.UPHELD:
        locked.new_score = _score_anew(locked, entry=entry, membership=membership, at=at)
        _tell_banks(locked, at=at)
    _end(locked, state, entry=entry, membership=membership, at=at)
    return locked


def _check_about(doubt: Doubt, membership: Membership) -> None:
    if not doubt.feature and doubt.record_id is None:
        raise RefusedError("", "dispute_about_nothing")
    if doubt.record_id and not Receipt.objects.filter(record_id=doubt.record_id).exists():
        raise RefusedError("/record_id", "dispute_unknown_record")
    same = Dispute.objects.filter(subject=membership.organisation_id, state=DisputeState.OPEN)
    if same.filter(feature=doubt.feature, record_id=doubt.record_id).exists():
        raise RefusedError("", "dispute_open_already")


def _open(dispute: Dispute, entry: Entry) -> Dispute:
    """Lock a dispute that is open, or that this same entry has ended. Raises RefusedError."""
    locked = Dispute.objects.select_for_update(of=("self",)).select_related("subject").get(pk=dispute.pk)
    if locked.state != DisputeState.OPEN and not entry.is_known:
        raise RefusedError("", "dispute_over")
    return locked


def _end(dispute: Dispute, state: DisputeState, *, entry: Entry, membership: Membership, at: datetime) -> None:
    score = f"score:{dispute.new_score}" if dispute.new_score else None
    body, private = members(state=str(state), score=score), members(answer=dispute.answer)
    say("dispute.ended", dispute.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    dispute.state, dispute.answered_at = state, at
    dispute.save()


def _score_anew(dispute: Dispute, *, entry: Entry, membership: Membership, at: datetime) -> UUID | None:
    """Make the score anew under the consent that lives longest; None where the farm has none that lives."""
    living = Consent.objects.filter(subject=dispute.subject, state=ConsentState.GRANTED, expires_at__gt=at)
    consent = living.select_related("subject", "recipient").order_by("-expires_at").first()
    if consent is None:
        return None
    own = Entry(id=entry.id_of("score"), time=at)
    made = scoring.compute(subject=dispute.subject, consent=consent, membership=membership, entry=own, at=at)
    found: UUID = made.pk
    return found


def _tell_banks(dispute: Dispute, *, at: datetime) -> None:
    asked = AuditRow.objects.filter(
        consent__subject=dispute.subject, outcome=QueryOutcome.ANSWERED, at__gte=at - TOLD
    ).exclude(asker=dispute.subject)
    for consent in Consent.objects.filter(queries__in=asked).distinct():
        BankNotice.objects.create(
            bank_id=consent.recipient_id, consent=consent, kind=NoticeKind.CORRECTED, cause=dispute.pk, created_at=at
        )
