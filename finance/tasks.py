"""Background work of this app, started from the task outbox or by the clock."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from finance.services import audit_check, consents, messages, monitoring, retention
from traceability.services import task_outbox


@shared_task(name="finance.expire_consents")
def expire_consents() -> None:
    """End the consents whose time is over."""
    consents.expire_due(at=timezone.now())


@shared_task(name="finance.check_queries")
def check_queries() -> None:
    """Check the books of queries against the log; what is wrong becomes a finding."""
    audit_check.report(at=timezone.now())


@shared_task(name="finance.forget_bad_news")
def forget_bad_news() -> None:
    """Delete bad news that ended five years ago."""
    retention.forget_due(at=timezone.now())


@shared_task(name=messages.TELL_OF_QUERY)
def tell_of_query(request_id: int) -> None:
    """Tell a farm that a bank has asked."""
    task_outbox.perform(request_id, lambda row: messages.deliver_query(UUID(row)), clock=timezone.now)


@shared_task(name=messages.SEND_RECEIPT)
def send_receipt(request_id: int) -> None:
    """Send a farm the receipt of its consent."""
    task_outbox.perform(request_id, lambda consent: messages.deliver_receipt(UUID(consent)), clock=timezone.now)


@shared_task(name="finance.request_card_reports")
def request_card_reports() -> None:
    """Ask for tonight's reports on the cards in use."""
    monitoring.request_reports(at=timezone.now())


@shared_task(name=monitoring.WATCH)
def watch_card(request_id: int) -> None:
    """Make the reports on a card."""
    task_outbox.perform(
        request_id, lambda asked: monitoring.watch_requested(asked, clock=timezone.now), clock=timezone.now
    )
