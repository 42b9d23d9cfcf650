"""The recall's pages held against axe in both languages, and read on a phone without a sideways scroll."""

import pytest
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser.test_accessibility import context, found
from tests.factories import farm, stories
from traceability.services import recalls
from traceability.services.recalls import Order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["context"]


@pytest.fixture
def story(log_keys: None) -> stories.Story:
    """A story of parties that are operated for real: those of a demonstration cannot log in here."""
    return stories.rice()


def addresses(told: stories.Story, regulator: Membership) -> tuple[str, ...]:
    order = Order(level="1", reason="contaminant")
    made = {"entry": farm.entry(farm.NOW), "membership": regulator, "at": farm.NOW}
    recall = recalls.open_recall(lot=told.harvest, order=order, **made)  # type: ignore[arg-type]
    lot = f"/authority/lots/{told.bag.pk}/"
    return (
        "/authority/?code=nothing",
        lot,
        f"{lot}recall/",
        f"{lot}drill/",
        f"/authority/recalls/{recall.pk}/",
        f"/authority/recalls/{recall.pk}/close/",
        "/authority/alerts/",
    )


def test_axe_finds_nothing_on_a_regulators_pages(
    context: BrowserContext, live_server: LiveServer, story: stories.Story, regulator: Membership
) -> None:
    assert found(context, live_server, regulator, *addresses(story, regulator)) == {}


def test_axe_finds_nothing_on_a_holders_pages(
    context: BrowserContext, live_server: LiveServer, story: stories.Story, regulator: Membership
) -> None:
    *_, recall, _close, _alerts = addresses(story, regulator)

    assert found(context, live_server, story.mill, "/authority/", recall, f"{recall}answer/") == {}
    assert context.pages[-1].url.endswith("/answer/")


def test_no_page_scrolls_sideways_on_a_phone(
    context: BrowserContext, live_server: LiveServer, story: stories.Story, regulator: Membership
) -> None:
    urls = addresses(story, regulator)
    found(context, live_server, regulator)
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 780})
    for url in urls:
        page.goto(f"{live_server.url}{url}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, url
        assert "/account/login" not in page.url
