"""Second factors in a real browser, whose authenticator is a virtual one (by the DevTools protocol)."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser import axe

PASSWORD = "four words of rice"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_limits(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture(params=[("zh-CN", 360), ("en", 1280)], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    language, width = request.param
    # A passkey belongs to a name: browsers make none for a number.
    site = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=site, viewport={"width": width, "height": 760}, locale=language)
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def give_device(context: BrowserContext, page: Page) -> None:
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def log_in(page: Page) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill("13800138000")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form").first.locator("button").click()


def log_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main form button").click()


def check(page: Page) -> None:
    expect(page.locator("h1")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert wide <= page.viewport_size["width"]
    assert axe.violations(page) == []


def add_passkey(page: Page) -> None:
    page.goto("/account/factors/passkeys/add/")
    # Before this, the password once more.
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.locator("[name=name]").fill("我的手机")
    check(page)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/account/factors/codes/")


def test_a_passkey_is_made_and_logs_in_alone(page: Page, tmp_path: Path) -> None:
    User.objects.create_user("+8613800138000", PASSWORD, name="王秀兰")
    give_device(page.context, page)
    log_in(page)
    add_passkey(page)
    check(page)
    codes = re.findall(r"\b[0-9]{8}\b", page.locator("main").inner_text())
    page.goto("/account/factors/")
    check(page)
    expect(page.locator("main")).to_contain_text("我的手机")
    log_out(page)

    page.goto("/account/login/")
    check(page)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(re.compile(r":\d+/$"))

    expect(page.locator("h1")).to_be_visible()
    page.goto("/parties/me/sessions/")
    check(page)
    assert len(codes) == 10
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_a_passkey_stands_beside_the_password(page: Page) -> None:
    User.objects.create_user("+8613800138000", PASSWORD, name="王秀兰")
    give_device(page.context, page)
    log_in(page)
    add_passkey(page)
    log_out(page)

    log_in(page)
    page.wait_for_url("**/account/factors/login/")
    check(page)
    # Whatever else is asked for, this step comes first.
    page.goto("/parties/me/")
    page.wait_for_url("**/account/factors/login/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(re.compile(r":\d+/$"))

    page.goto("/parties/me/")
    expect(page.locator("h1")).to_be_visible()


def test_an_app_is_set_up_by_a_picture(page: Page) -> None:
    User.objects.create_user("+8613800138000", PASSWORD, name="王秀兰")
    log_in(page)
    page.goto("/account/factors/app/")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()

    picture = page.locator("main img")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    check(page)
