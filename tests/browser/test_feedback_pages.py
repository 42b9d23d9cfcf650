"""What consumers wrote, on the desk of whoever made the lot, held against axe."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser import axe
from tests.factories import farm
from tests.factories.pages import client_of
from traceability.services.feedback import Message, answer_feedback, give_feedback

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("zh-CN", "light", 360), ("en-US", "dark", 1280)]


@pytest.fixture(params=LOOKS, ids=["zh-light-360", "en-dark-1280"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language, scheme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language, color_scheme=scheme)
    yield context
    context.close()


def test_axe_finds_nothing_on_the_desk(context: BrowserContext, live_server: LiveServer, farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    for kind in ("SAFETY", "PRAISE"):
        message = Message(id=uuid4(), kind=kind, words="有异味", contact="13800000000")
        kept = give_feedback(lot=lot, message=message, at=farm.NOW)
    answer_feedback(feedback=kept, answer="谢谢", membership=farmer, at=farm.NOW)
    session = client_of(farmer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    found: dict[str, Any] = {}

    for path in ("/feedback/", f"/feedback/{kept.pk}/"):
        page.goto(f"{live_server.url}{path}")
        # Not the page on which one logs in.
        assert page.url == f"{live_server.url}{path}"
        found |= {path: faults} if (faults := axe.violations(page)) else {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    assert found == {}
