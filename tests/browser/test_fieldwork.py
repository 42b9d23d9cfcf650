"""The farmer's app on a phone, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of
from traceability.models import Season

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def season(farmer: Membership, log_keys: None) -> Season:
    plot = farm.make_plot(farmer, name="东大方", boundary=farm.boundary_bytes())
    season = farm.make_season(farmer, plot)
    farm.log(season, "irrigated", by=farmer, water_m3="30", typed={"value": "30", "unit": "m3"})
    return season


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, farmer: Membership) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    session = client_of(farmer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context
    context.close()


def visit(phone: BrowserContext, server: LiveServer) -> Page:
    """Open the app, and wait until it works without a network."""
    page = phone.new_page()
    page.goto(f"{server.url}/fields/")
    expect(page.locator(".plot").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    return page


def test_a_routine_entry_takes_two_taps_and_no_network(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    visit(phone, live_server).close()
    phone.set_offline(True)
    page = phone.new_page()
    page.goto(f"{live_server.url}/fields/")

    page.locator("[href='#growth.irrigated']").click()
    page.locator(".save .button").click()
    expect(page.locator("[data-badge]")).to_have_text("待上传 1")
    phone.set_offline(False)

    expect(page.locator("[data-badge]")).to_have_text("都已上传")
    leaf = farm.say(season.entity)
    assert leaf.body["typed"] == {"value": "30", "unit": "m3"}
    assert (leaf.actor.attested, leaf.sig is not None) == ("device", True)
