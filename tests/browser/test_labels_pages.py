"""The labels' room and the pages behind codes, in a real browser: axe finds nothing, a phone shows all of it."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import axe
from tests.factories import farm
from tests.factories.codes import make_bags
from tests.factories.pages import client_of
from tests.factories.stories import Story
from traceability.models import BagCode
from traceability.services.scans import count_scan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
WIDTHS = (360, 1280)
# A folder for those who want to look at the pages themselves.
SHOTS = os.environ.get("SUYUAN_SHOTS", "")


@pytest.fixture(params=["zh-CN", "en-US"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(chromium: Browser, language: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale=language, user_agent=PHONE)
    yield context
    context.close()


@pytest.fixture
def bags(story: Story) -> list[BagCode]:
    cache.clear()
    found = make_bags(story.bag, by=story.mill, count=4)
    for minutes in range(8):
        count_scan(code=found[1], at=farm.NOW + timedelta(minutes=minutes))
    return found


def check(context: BrowserContext, url: str, name: str, *, status: int = 200) -> str:
    """Open a page once, for each time counts, and hold it against axe at each width; give its words."""
    page = context.new_page()
    page.set_viewport_size({"width": WIDTHS[0], "height": 780})
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == status
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 780})
        if SHOTS:
            look = f"{page.evaluate('navigator.language')}-{width}"
            page.screenshot(path=Path(SHOTS) / f"{name}-{look}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe.violations(page) == []
    return page.inner_text("main")


def test_the_labels_room(
    context: BrowserContext, live_server: LiveServer, story: Story, bags: list[BagCode], settings: Settings
) -> None:
    # Who is made up logs in at demonstrations only.
    settings.DEMO = True
    session = client_of(story.mill).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    batch = bags[0].batch_id

    assert bags[1].serial in check(context, f"{live_server.url}/labels/", "home")
    check(context, f"{live_server.url}/labels/lots/{story.bag.pk}/bags/", "bags")
    assert bags[3].serial in check(context, f"{live_server.url}/labels/batches/{batch}/", "batch")
    check(context, f"{live_server.url}/labels/?paper=a4-3x8&count=9999", "refused")


def test_pages_behind_codes(
    context: BrowserContext, live_server: LiveServer, language: str, story: Story, bags: list[BagCode]
) -> None:
    product = f"{live_server.url}/01/{story.bag.gtin}"
    first, copied = ("第一个", "疑似") if language == "zh-CN" else ("first to scan", "looks copied")

    check(context, product, "product")
    assert first in check(context, f"{product}/21/{bags[0].serial}", "bag")
    assert copied in check(context, f"{product}/21/{bags[1].serial}", "copied")
    check(context, f"{live_server.url}/01/06901234567893", "malformed", status=400)
    check(context, f"{product}/21/NOPE", "unknown", status=404)
