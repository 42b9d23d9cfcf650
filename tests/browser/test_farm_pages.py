"""A season on a phone, from the plot to the lot, in a real browser and without any script of ours."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOUNDARY = farm.boundary_bytes().decode()
NAMELESS = """() => [
  ...[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(one => !one.labels.length && !one.ariaLabel),
  ...[...document.querySelectorAll('button, a')]
    .filter(one => !one.textContent.trim() && !one.ariaLabel && !one.querySelector('img[alt]')),
].map(one => one.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('main input, main select, main .button, .operations a')]
  .filter(one => !['hidden', 'checkbox', 'radio'].includes(one.type))
  .filter(one => one.getBoundingClientRect().height < 47.5).map(one => one.outerHTML)"""


@pytest.fixture(params=["zh-CN", "en-US"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale=request.param)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, farmer: Membership) -> Page:
    session = client_of(farmer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/plots/")
    return page


def check_page(page: Page) -> None:
    """Nothing is wider than the phone, nothing is without a name, nothing is too small for a thumb."""
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL) == []


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"main {name}").click()
    check_page(page)


def fill(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        box = page.locator(f"main [name={name}]")
        box.select_option(text) if box.evaluate("one => one.tagName") == "SELECT" else box.fill(text)
    press(page, "form .button")


def test_a_farmer_goes_from_the_plot_to_the_lot(page: Page) -> None:
    check_page(page)

    press(page, "a[href='/plots/new/']")
    fill(page, number="DW-0417", name="东大方", declared_value="38.6", division_code=farm.VILLAGE, boundary=BOUNDARY)
    expect(page.locator("h1")).to_have_text("东大方")
    expect(page.locator("svg.plot-shape path")).to_be_visible()

    press(page, "a[href$='/seasons/new/']")
    page.locator("[name=crop][value=rice]").check()
    fill(page, variety="盐丰47", day="2026-04-20")
    press(page, "a[href$='/log/sprayed/']")
    fill(page, product="三环唑", dose_value="20", target="稻瘟病", phi_days="30", day="2026-09-10")
    expect(page.locator(".steps > li")).to_have_count(2)

    press(page, "a[href$='/harvest/']")
    fill(page, amount_value="21400", amount_unit="kg", day="2026-09-28")
    expect(page.locator("#id_interval_reason_error")).to_be_visible()
    expect(page.locator("[name=amount_value]")).to_have_value("21400")
    fill(page, interval_reason="台风要来了")

    expect(page).to_have_url(re.compile(r"/lots/[0-9a-f-]{36}/$"))
    expect(page.locator(".facts")).to_contain_text("21,400")


def test_every_form_of_the_growth_log_fits_a_phone(page: Page, live_server: LiveServer, farmer: Membership) -> None:
    season = farm.make_season(farmer)

    for operation in ("irrigated", "fertilised", "observed", "tended", "photographed", "sown", "transplanted"):
        page.goto(f"{live_server.url}/seasons/{season.pk}/log/{operation}/")
        check_page(page)


def test_the_desks_fit_a_phone_too(
    page: Page, live_server: LiveServer, farmer: Membership, laboratory: Membership
) -> None:
    lot = farm.make_lot(farmer)
    sample = farm.make_sample(lot, by=farmer, laboratory=laboratory)

    for url in (
        "/plant/runs/new/",
        "/lots/",
        f"/lots/{lot.pk}/",
        f"/plant/lots/{lot.pk}/ship/",
        f"/records/{sample.pk}/correct/",
    ):
        page.goto(f"{live_server.url}{url}")
        check_page(page)
