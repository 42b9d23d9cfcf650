"""What consumers write to those who made a lot, and what these answer. Nothing of it enters the log."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_manage
from traceability import vault
from traceability.errors import RefusedError
from traceability.models import Feedback, Lot
from traceability.queries.feedback import GRAVE, UNREAD_KEPT, may_be_erased
from traceability.services.entries import check_may_write
from traceability.services.transactions import business_transaction

# A crowd that complains of one lot is heard by its first hundred voices; a machine is not heard without end.
MOST_IN_AN_HOUR = 100
# As long as a purchase can be disputed and an authority may ask; after that nobody needs to know who it was.
CONTACT_KEPT = timedelta(days=365)
_HOUR = timedelta(hours=1)
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a consumer writes: the id of the form, what it is about, the words, and how to answer where one wishes.

    `secret` is what the writer alone knows, at least 32 random bytes as text; without it nobody takes the message back.
    """

    id: UUID
    kind: str
    words: str
    contact: str = ""
    secret: str = ""


@business_transaction
def give_feedback(*, lot: Lot, message: Message, at: datetime) -> Feedback:
    """Keep what was written on a lot, sealed; the same message again is one. Raises RefusedError."""
    known = Feedback.objects.filter(pk=message.id).first()
    if known:
        return known
    if Feedback.objects.filter(lot=lot, sent_at__gt=at - _HOUR).count() >= MOST_IN_AN_HOUR:
        raise RefusedError("", "too_much_feedback")
    return Feedback.objects.create(
        pk=message.id,
        lot=lot,
        kind=message.kind,
        words=_sealed(message.words),
        contact=_sealed(message.contact) if message.contact else None,
        secret_sha256=sha256(message.secret.encode()).hexdigest() if message.secret else "",
        sent_at=at,
    )


@business_transaction
def answer_feedback(*, feedback: Feedback, answer: str, membership: Membership, at: datetime) -> Feedback:
    """Answer what was written on the party's own lot, for its writer to read. A later answer replaces an earlier one.

    Raises NotYoursError, RefusedError.
    """
    locked = _locked(feedback)
    check_may_write(membership, locked.lot.registrant)
    locked.answer, locked.answered_at, locked.answered_by = answer, at, membership.user
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    return locked


@business_transaction
def erase_feedback(*, feedback: Feedback, membership: Membership, at: datetime) -> Feedback:
    """Delete words and contact for good; that something was said and answered stays.

    What is grave stays until a regulator has read it, or for UNREAD_KEPT: it may be the maker whom it accuses.

    Raises NotYoursError, RefusedError.
    """
    locked = _locked(feedback)
    check_may_write(membership, locked.lot.registrant)
    if not may_manage(membership):
        raise RefusedError("", "owner_only")
    if not may_be_erased(locked, at=at):
        raise RefusedError("", "regulator_reads_first", days=UNREAD_KEPT.days)
    return _blanked(locked)


@business_transaction
def note_reading(*, feedback: Feedback, membership: Membership, at: datetime) -> None:
    """Note that a regulator has read what is grave; of other readers nothing is noted."""
    if acts_as(membership, OrganisationKind.REGULATOR):
        Feedback.objects.filter(pk=feedback.pk, regulator_read_at=None, kind__in=GRAVE).update(regulator_read_at=at)


@business_transaction
def withdraw_feedback(*, feedback: Feedback) -> Feedback:
    """Delete words and contact for the writer, who alone has the address that leads here."""
    return _blanked(_locked(feedback))


def forget_contacts(*, at: datetime) -> int:
    """Delete the contacts that nobody needs any more, and give how many."""
    return _outdated(at).update(contact=None)


def _outdated(at: datetime) -> QuerySet[Feedback]:
    return Feedback.objects.filter(~Q(contact=None), sent_at__lt=at - CONTACT_KEPT)


def _blanked(found: Feedback) -> Feedback:
    found.words = found.contact = None
    found.save(update_fields=["words", "contact"])
    return found


def _locked(feedback: Feedback) -> Feedback:
    return Feedback.objects.select_for_update(of=("self",)).select_related("lot__registrant").get(pk=feedback.pk)


def _sealed(text: str) -> bytes:
    return vault.seal(os.urandom(_SALT_BYTES), text)
