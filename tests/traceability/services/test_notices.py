from typing import Any

import pytest
from django.core import mail

from accounts.models import Membership
from tests.factories import farm, stories
from traceability.errors import RefusedError
from traceability.models import Notice
from traceability.services import notices, recalls, webhooks
from traceability.services.webhooks import WebhookError

pytestmark = pytest.mark.django_db
HOOK = "https://hooks.example.cn/r"


@pytest.fixture
def notice(regulator: Membership) -> Notice:
    told = stories.rice()
    order = recalls.Order(level="1", reason="contaminant", note="not for others")
    recalls.open_recall(lot=told.bag, order=order, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW)
    return Notice.objects.select_related("organisation").get()


def member(notice: Notice) -> Membership:
    return notice.organisation.memberships.get()


def test_who_named_no_address_is_told_on_the_pages_alone(notice: Notice) -> None:
    notices.deliver(notice.pk, at=farm.NOW)

    notice.refresh_from_db()
    assert (notice.mailed_at, notice.posted_at, mail.outbox) == (None, None, [])


def test_a_dead_webhook_does_not_send_the_mail_again(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    notices.set_route(email="a@example.cn", webhook_url=HOOK, membership=member(notice))

    def dead(*_args: Any, **_options: Any) -> None:
        raise WebhookError("nobody there")

    monkeypatch.setattr(webhooks, "post", dead)
    for _ in range(2):
        with pytest.raises(WebhookError):
            notices.deliver(notice.pk, at=farm.NOW)

    assert [one.to for one in mail.outbox] == [["a@example.cn"]]
    assert "召回" in mail.outbox[0].subject


def test_a_webhook_is_called_once_with_what_a_machine_needs(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    notices.set_route(email="", webhook_url=HOOK, membership=member(notice))
    sent: list[Any] = []
    monkeypatch.setattr(webhooks, "post", lambda url, message, **how: sent.append((url, message, how)))

    for _ in range(2):
        notices.deliver(notice.pk, at=farm.NOW)

    ((url, message, how),) = sent
    assert (url, how["secret"]) == (HOOK, webhooks.secret_of(notice.organisation))
    assert message["lot"]["code"] == stories.CODE
    assert message["page"] == f"/authority/recalls/{notice.recall_id}/"
    assert "not for others" not in str(message)


def test_only_an_owner_sets_the_addresses(notice: Notice, viewer: Membership) -> None:
    with pytest.raises(RefusedError):
        notices.set_route(email="a@example.cn", webhook_url="", membership=viewer)
