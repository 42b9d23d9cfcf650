"""Telling holders of a recall: on their pages at once, and by e-mail and webhook where they want it."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import Membership, Organisation
from accounts.queries.memberships import may_manage
from traceability.errors import RefusedError
from traceability.models import AlertRoute, Notice, Recall
from traceability.services import task_outbox, webhooks

DELIVER = "traceability.deliver_notice"


def tell(recall: Recall, party_ids: Collection[int], *, at: datetime) -> None:
    """Note whom a recall concerns, once each, and ask for delivery, inside the caller's transaction."""
    Notice.objects.bulk_create(
        [Notice(organisation_id=pk, recall=recall, created_at=at) for pk in sorted(party_ids)], ignore_conflicts=True
    )
    for pk in Notice.objects.filter(recall=recall, mailed_at=None, posted_at=None).values_list("pk", flat=True):
        task_outbox.request(DELIVER, pk, at=at)


def mark_read(*, recall: Recall, membership: Membership, at: datetime) -> None:
    """Note that somebody of the party has seen the recall's page."""
    Notice.objects.filter(recall=recall, organisation=membership.organisation_id, read_at=None).update(read_at=at)


def deliver(notice_id: int, *, at: datetime) -> None:
    """Send a notice where its party wants it. Safe to run twice: what has arrived is not sent again.

    Raises WebhookError or what the mail server's client raises; the outbox then tries again.
    """
    notice = Notice.objects.select_related("recall__lot", "recall__party").get(pk=notice_id)
    route = AlertRoute.objects.filter(organisation=notice.organisation_id).first()
    if route is None:
        return
    # Each by itself: a dead webhook must not send the mail again and again.
    if route.email and notice.mailed_at is None:
        _mail(notice, route.email)
        Notice.objects.filter(pk=notice_id).update(mailed_at=at)
    if route.webhook_url and notice.posted_at is None:
        webhooks.post(route.webhook_url, message_of(notice), secret=webhooks.secret_of(notice.organisation), at=at)
        Notice.objects.filter(pk=notice_id).update(posted_at=at)


def message_of(notice: Notice) -> dict[str, object]:
    """Give what a webhook is sent: names, numbers, and where to answer; no personal data."""
    recall = notice.recall
    return {
        "type": "suyuan/recall/v1",
        "notice": str(notice.pk),
        "recall": str(recall.pk),
        "level": recall.level,
        "reason": recall.reason,
        "opened_at": recall.opened_at.isoformat(),
        "lot": {"epc": recall.lot.epc, "code": recall.lot.code, "gtin": recall.lot.gtin},
        "lots": recall.lots_count,
        "page": reverse("authority:recall", args=[recall.pk]),
    }


@transaction.atomic
def set_route(*, email: str, webhook_url: str, membership: Membership) -> AlertRoute:
    """Set where a party hears of recalls. Raises RefusedError for who may not, or for a webhook that leads inside."""
    if not may_manage(membership):
        raise RefusedError("", "owner_only")
    if webhook_url:
        webhooks.check_address(webhook_url)
    party: Organisation = membership.organisation
    return AlertRoute.objects.update_or_create(
        organisation=party, defaults={"email": email, "webhook_url": webhook_url}
    )[0]


def _mail(notice: Notice, to: str) -> None:
    # To Chinese firms first; the page that the link leads to speaks both languages.
    with override("zh-hans"):
        recall = notice.recall
        subject = gettext("Recall of %(lot)s: look at your stock now") % {"lot": recall.lot}
        text = gettext("%(party)s recalls %(lot)s and all that was made of it. Keep it back and answer here: %(page)s")
        body = text % {
            "party": recall.party,
            "lot": recall.lot,
            "page": f"https://{settings.LOG_ORIGIN.partition('/')[0]}{reverse('authority:recall', args=[recall.pk])}",
        }
    send_mail(subject, body, None, [to])
