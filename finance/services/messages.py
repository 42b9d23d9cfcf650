"""Text messages to farmers: a consent was given, a bank asked. Asked for in the transaction, sent by a worker."""

from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from accounts.enums import Role
from accounts.models import Membership, Organisation
from accounts.sms import sender
from finance.models import AuditRow, Consent
from traceability.services import task_outbox

TELL_OF_QUERY = "finance.tell_of_query"
SEND_RECEIPT = "finance.send_receipt"


def tell_of_query(row: AuditRow, *, at: datetime) -> None:
    """Ask for a message about a query, inside the caller's transaction."""
    task_outbox.request(TELL_OF_QUERY, row.pk, at=at)


def send_receipt(consent: Consent, *, at: datetime) -> None:
    """Ask for the receipt of a consent by message, inside the caller's transaction."""
    task_outbox.request(SEND_RECEIPT, consent.pk, at=at)


def deliver_query(row_id: UUID) -> None:
    """Tell a farm's owners that a bank has asked for the first time."""
    row = AuditRow.objects.select_related("asker", "consent__subject").get(pk=row_id)
    if row.consent is None:
        return
    with override(row.consent.language):
        text = gettext("%(bank)s asked about your farm on %(day)s, as you allowed. To stop it: Suyuan, “Credit”.")
        _send(row.consent.subject, text % {"bank": row.asker.name, "day": _day(row.at)})


def deliver_receipt(consent_id: UUID) -> None:
    """Send a farm's owners the receipt of a consent."""
    consent = Consent.objects.select_related("subject", "recipient").get(pk=consent_id)
    with override(consent.language):
        text = gettext(
            "You allowed %(bank)s to ask about your farm until %(day)s, %(count)s times at most. Reference %(number)s. "
            "To take it back: Suyuan, “Credit”."
        )
        said = {
            "bank": consent.recipient.name,
            "day": _last_day(consent),
            "count": consent.max_queries,
        }
        _send(consent.subject, text % {**said, "number": str(consent.pk)[:8]})


def send_code(consent: Consent, code: str) -> None:
    """Send the farm's owners the code by which one of them gives a consent. Raises OSError where the network fails."""
    with override(consent.language):
        text = gettext(
            "Code %(code)s. Only tell it to whoever writes this down for you: with it you allow %(bank)s to ask about "
            "your farm until %(day)s."
        )
        said = {"code": code, "bank": consent.recipient.name, "day": _last_day(consent)}
        _send(consent.subject, text % said)


def _send(farm: Organisation, text: str) -> None:
    owners = Membership.objects.filter(organisation=farm, role=Role.OWNER).select_related("user")
    for owner in owners:
        sender().send(phone=owner.user.phone, text=text)


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")


def _last_day(consent: Consent) -> str:
    return date_format(consent.last_day, "SHORT_DATE_FORMAT")
