"""Every page there is, as somebody sees it who may open it: on a phone in Chinese, on a desk in English."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser import axe
from tests.browser.every_page import Visit, furnish, visits
from tests.factories.log import publish
from tests.factories.pages import client_of
from tests.factories.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

LOOKS = [("zh-CN", 360), ("en-US", 1280)]
# Names a folder: then each page is kept there as a picture, for people to look at.
PICTURES = os.environ.get("PAGES_FOLDER")


def test_every_page_is_open_to_everybody_and_fits(
    chromium: Browser, live_server: LiveServer, settings: Settings, story: Story, operator: Membership
) -> None:
    settings.DEMO = True
    everybody = furnish(story, operator)
    publish()
    found = list(visits(everybody))

    assert [one.name for one in found if one.url == "nowhere"] == []
    pages = [one for one in found if one.url]
    assert len(pages) > 80
    wrong = {
        f"{one.url} {language}": faults
        for language, width in LOOKS
        for one, faults in _looked_at(chromium, live_server, pages, language, width)
        if faults
    }
    assert "\n".join(f"{url}: {faults}" for url, faults in wrong.items()) == ""


def _looked_at(
    chromium: Browser, live_server: LiveServer, pages: list[Visit], language: str, width: int
) -> Iterator[tuple[Visit, list[str]]]:
    for member in {one.member for one in pages}:
        context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language)
        _log_in(context, live_server, member)
        page = context.new_page()
        for one in (one for one in pages if one.member == member):
            page.goto(f"{live_server.url}{one.url}")
            yield one, _faults(page, width)
            _keep(page, one, f"{language}-{width}")
        context.close()


def _faults(page: Page, width: int) -> list[str]:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    too_wide = [f"{wide} px wide"] if wide > width else []
    return too_wide + axe.violations(page)


def _log_in(context: BrowserContext, live_server: LiveServer, member: Membership | None) -> None:
    if member:
        session = client_of(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def _keep(page: Page, visit: Visit, look: str) -> None:
    if PICTURES:
        name = visit.name.replace(":", "-")
        page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)
