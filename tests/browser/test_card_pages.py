"""The operator's scorecards in a real browser: held against axe, and as wide as the window."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from finance.models import Scorecard
from finance.services import monitoring, training
from finance.services.levels import Correction, overlay
from tests.browser import axe
from tests.factories import lending, scored
from tests.factories.credit import make_bank
from tests.factories.pages import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]
LOOKS = [("zh-CN", "light"), ("en-US", "dark")]
WIDTHS = (360, 1280)
# Where somebody wants to look at the pages: a folder for their pictures.
PICTURES = os.environ.get("PAGES_FOLDER")


@pytest.fixture
def watched(operator: Membership, farmer: Membership) -> Scorecard:
    expert = lending.lend(400, operator=operator, bank=make_bank(), farmer=farmer, shock=1.0)
    monitoring.watch(expert, day=lending.TODAY, at=lending.NOW)
    monitoring.log_rule(at=lending.NOW)
    card, about = training.train(on=lending.TODAY)
    correction = Correction(
        points=-20,
        since=lending.TODAY,
        until=lending.TODAY + timedelta(days=200),
        owner="信贷办公室",
        reason="辽河秋涝，收成少三成",
    )
    entry = scored.entry(lending.NOW)
    overlay(card=expert, correction=correction, entry=scored.entry(lending.NOW), membership=operator, at=lending.NOW)
    training.register_trained(card=card, about=about, entry=entry, membership=operator, at=lending.NOW)
    return expert


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    made = {
        language: chromium.new_context(locale=language, color_scheme=scheme)  # type: ignore[arg-type]
        for language, scheme in LOOKS
    }
    yield made
    for context in made.values():
        context.close()


def test_card_pages_fit_and_axe_finds_nothing(
    contexts: dict[str, BrowserContext], live_server: LiveServer, watched: Scorecard, operator: Membership
) -> None:
    trained = Scorecard.objects.get(kind="blend")
    pages = {"all": "", "expert": f"{watched.pk}/", "blend": f"{trained.pk}/", "correct": f"{watched.pk}/correct/"}
    session = client_of(operator).cookies["sessionid"].value
    wrong = []
    for language, context in contexts.items():
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        for name, path in pages.items():
            page.goto(f"{live_server.url}/operator/cards/{path}")
            wrong += [(f"{name}-{language}-{width}", found) for width, found in _at_each_width(page) if found]
            _keep(page, f"{name}-{language}")

    assert wrong == []


def _at_each_width(page: Page) -> Iterator[tuple[int, list[str]]]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 780})
        wide: int = page.evaluate("document.documentElement.scrollWidth")
        yield width, ([f"{wide} px wide"] if wide > width else []) + axe.violations(page)


def _keep(page: Page, look: str) -> None:
    for width in WIDTHS if PICTURES else ():
        page.set_viewport_size({"width": width, "height": 780})
        page.screenshot(path=Path(str(PICTURES)) / f"cards-{look}-{width}.png", full_page=True)
