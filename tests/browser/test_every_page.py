"""Every page there is, as somebody sees it who may open it: on a phone in Chinese, on a desk in English."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.enums import OrganisationKind, Provenance
from accounts.models import Membership
from tests.browser import axe
from tests.browser.every_page import Visit, furnish, visits
from tests.factories import stories
from tests.factories.log import publish
from tests.factories.pages import client_of
from tests.factories.parties import make_member

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [("zh-CN", 360), ("en-US", 1280)]
# Those of whom some page is: `furnish` gives them in this order, and last nobody in particular.
PEOPLE = ["farmer", "mill", "laboratory", "regulator", "shop", "bank", "operator", "anybody"]
# Names a folder: then each page is kept there as a picture, for people to look at.
PICTURES = os.environ.get("PAGES_FOLDER")


@dataclass(frozen=True)
class Site:
    """A server whose world all tests here look at, and what there is to see, by who may open it."""

    url: str
    pages: Mapping[str, list[Visit]]


@pytest.fixture(scope="module")
def site(shared_log: None) -> Iterator[Site]:
    with override_settings(DEMO=True):
        told = stories.rice(provenance=Provenance.GENERATED)
        stories.signed_photo(told.season, told.farmer)
        everybody = furnish(told, make_member(OrganisationKind.OPERATOR, name="平台运营方"))
        publish()
        found = list(visits(everybody))
        names = dict(zip(everybody, PEOPLE, strict=True))
        server = LiveServer("localhost")
        yield Site(server.url, {who: [one for one in found if names[one.member] == who] for who in PEOPLE})
        server.stop()


def test_somebody_can_open_each_page(site: Site) -> None:
    found = [one for pages in site.pages.values() for one in pages]

    assert [one.name for one in found if one.url == "nowhere"] == []
    assert sum(bool(one.url) for one in found) > 80


@pytest.mark.parametrize(("language", "width"), LOOKS)
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_open_to_everybody_and_fits(
    chromium: Browser, site: Site, who: str, language: str, width: int
) -> None:
    pages = [one for one in site.pages[who] if one.url]

    wrong = {one.url: faults for one, faults in _looked_at(chromium, site, pages, language, width) if faults}

    assert "\n".join(f"{url}: {faults}" for url, faults in wrong.items()) == ""


def _looked_at(
    chromium: Browser, site: Site, pages: list[Visit], language: str, width: int
) -> Iterator[tuple[Visit, list[str]]]:
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language)
    if pages:
        _log_in(context, site, pages[0].member)
    page = context.new_page()
    for one in pages:
        page.goto(f"{site.url}{one.url}")
        yield one, _faults(page, width)
        _keep(page, one, f"{language}-{width}")
    context.close()


def _faults(page: Page, width: int) -> list[str]:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    too_wide = [f"{wide} px wide"] if wide > width else []
    return too_wide + axe.violations(page)


def _log_in(context: BrowserContext, site: Site, member: Membership | None) -> None:
    if member:
        session = client_of(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])


def _keep(page: Page, visit: Visit, look: str) -> None:
    if PICTURES:
        name = visit.name.replace(":", "-")
        page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)
