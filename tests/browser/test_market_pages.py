"""A grower's day on an old phone: a small screen, a slow net, no script."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.factories import farm, market
from tests.factories.pages import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
# A village at the edge of a cell: 400 ms there and back, 50 kB a second.
EDGE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
HEIGHT = 780


@pytest.fixture
def season(
    transactional_db: None, log_keys: None, farmer: Membership, processor: Membership, operator: Membership
) -> market.Season:
    return market.furnish(farmer, processor, operator)


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, season: market.Season, farmer: Membership) -> Page:
    context = chromium.new_context(
        viewport={"width": 360, "height": HEIGHT}, locale="zh-CN", java_script_enabled=False, base_url=live_server.url
    )
    session = client_of(farmer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    net = context.new_cdp_session(page)
    net.send("Network.enable")
    net.send("Network.emulateNetworkConditions", EDGE)
    return page


def test_the_first_screen_says_what_is_sold_to_whom_and_when_the_money_comes(phone: Page) -> None:
    phone.goto("/market/growing/")

    for words in ("1,240.00", "2026年10月16日 就该到账", "盘锦稻谷 · 盘锦米业"):
        box = phone.get_by_text(words).first.bounding_box()
        assert box, words
        assert box["y"] + box["height"] <= HEIGHT, words
    phone.context.close()


def test_a_grower_picks_what_was_sold_in_three_taps(phone: Page, season: market.Season, farmer: Membership) -> None:
    farm.make_lot(farmer, season.firm.supply.plan.season)
    phone.goto("/market/growing/")

    phone.get_by_text("200 公斤 ×").click()
    phone.get_by_role("link", name="备货").click()
    expect(phone.get_by_label("多少")).to_have_value("200")
    phone.get_by_role("button", name="备货").click()

    # The page comes slowly on such a net.
    expect(phone.get_by_text("已记录。")).to_be_visible()
    expect(phone.get_by_role("link", name="发货")).to_be_visible()
    season.firm.refresh_from_db()
    assert season.firm.state == "picked"
    phone.context.close()
