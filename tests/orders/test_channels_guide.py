"""The guide for shops: its example is run as it stands, and its signature is the one that it says."""

import io
import os
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership
from orders.models import Channel, PresaleOffer, PresaleOrder
from orders.services.channels import new_secret
from orders.webhook import sign
from tests.factories import farm, market

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "channels.md"


class Opened(io.BytesIO):
    """An answer as `urlopen` gives it."""

    status = 0


def open_in_process(request: urllib.request.Request, timeout: int) -> Opened:
    """Hand the request to the project instead of the network."""
    assert timeout
    body = request.data
    assert isinstance(body, bytes)
    headers = {name.lower(): value for name, value in request.header_items() if name.lower() != "content-type"}
    answer: Any = Client(headers=headers).post(request.selector, body, content_type="application/json")
    opened = Opened(answer.content)
    opened.status = answer.status_code
    if answer.status_code >= 400:
        raise urllib.error.HTTPError(request.full_url, answer.status_code, "refused", Message(), opened)
    return opened


@pytest.fixture
def channel(processor: Membership) -> Channel:
    return market.make_channel(processor)


@pytest.fixture
def offer(processor: Membership) -> PresaleOffer:
    product = market.make_product()
    last = datetime(2027, 1, 1, tzinfo=UTC)
    return market.make_offer(processor, product, window=market.window(product, 2), cutoff_at=last)


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **environment: str) -> str:
    """Run the guide's example, and give what it prints."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setattr(urllib.request, "urlopen", open_in_process)
    for name, value in environment.items():
        monkeypatch.setitem(os.environ, name, value)
    with time_machine.travel(farm.NOW, tick=False):
        exec(compile(code, str(GUIDE), "exec"), {"__name__": "__main__"})  # noqa: S102 - our own guide
    return capsys.readouterr().out


@pytest.mark.django_db
def test_the_example_places_an_order_once_and_a_wrong_key_none(
    processor: Membership,
    channel: Channel,
    offer: PresaleOffer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = new_secret(channel=channel, membership=processor)
    said = {"SUYUAN": "https://suyuan.example", "CHANNEL": channel.code, "OFFER": str(offer.pk)}

    printed = [run(monkeypatch, capsys, **said, CHANNEL_KEY=key) for _ in range(2)]

    assert [one.split()[0] for one in printed] == ["201", "200"]
    order = PresaleOrder.objects.get()
    assert (order.external_id, order.buyer, order.lines.get().offer) == ("2026-000123", "李女士", offer)
    wrong = "whsec_" + key[-4:].rjust(44, "A")
    assert run(monkeypatch, capsys, **said, CHANNEL_KEY=wrong).split()[0] == "403"


def test_the_signature_in_the_guide_is_right() -> None:
    rows = dict(re.findall(r"^\| `?([a-z-]+)`? \| `(.*)` \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    body = rows["body"].encode()
    seconds = int(rows["webhook-timestamp"])

    assert rows["webhook-signature"] == sign(body, message_id=rows["webhook-id"], seconds=seconds, secret=rows["key"])
