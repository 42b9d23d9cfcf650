"""Signing up and looking around as a person does, on a phone and at a desk, in both languages, without any script."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.sms import MemorySender

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: ViewportSize = {"width": 360, "height": 760}
DESK: ViewportSize = {"width": 1280, "height": 860}
WORDS = {
    "zh-CN": {"menu": "菜单", "parties": "主体", "register": "登记主体", "wrong": "这一项要填。"},
    "en": {
        "menu": "Menu",
        "parties": "Parties",
        "register": "Register an organisation",
        "wrong": "This field is required.",
    },
}
ADDRESSES = (
    "/",
    "/find/?code=PJ1",
    "/parties/",
    "/parties/new/",
    "/parties/members/",
    "/parties/members/invite/",
    "/parties/keys/new/",
    "/parties/me/",
    "/parties/me/password/",
    "/nothing/",
)
# What a thumb hits: everything but links inside a sentence, and the small links of frame and foot.
TARGETS = (
    "main button, main input:not([type=hidden]), main select, main .rows > li > a, main a.button, .menu a, .menu button"
)


@pytest.fixture(autouse=True)
def _own_limits(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
    MemorySender.outbox.clear()


@pytest.fixture(params=[("zh-CN", PHONE), ("zh-CN", DESK), ("en", PHONE), ("en", DESK)], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    language, viewport = request.param
    context = chromium.new_context(
        base_url=live_server.url, viewport=viewport, locale=language, java_script_enabled=False
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert faults == []


def words(page: Page) -> dict[str, str]:
    return WORDS["zh-CN" if page.locator("html").get_attribute("lang") == "zh-Hans" else "en"]


def is_phone(page: Page) -> bool:
    return page.viewport_size == PHONE


def sign_up(page: Page) -> None:
    page.goto("/account/signup/")
    page.locator("[name=name]").fill("王秀兰")
    page.locator("[name=phone]").fill("138 0013 8000")
    page.locator("[name=password1]").fill("four words of rice")
    page.locator("main form button").click()
    (code,) = re.findall(r"\b[0-9]{6}\b", MemorySender.outbox[-1].text)
    page.locator("[name=code]").fill(code)
    page.locator("main form button").first.click()


def check_fits(page: Page) -> None:
    found = page.evaluate("""() => [...document.querySelectorAll("body *")]
        .filter((one) => one.clientWidth > 1 && one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => one.outerHTML)""")
    assert found == []


def check_targets(page: Page) -> None:
    found = page.evaluate(
        """(targets) => [...document.querySelectorAll(targets)]
        .filter((one) => !["checkbox", "radio"].includes(one.type))
        .filter((one) => one.offsetHeight > 0 && one.offsetHeight < 48)
        .map((one) => one.outerHTML)""",
        TARGETS,
    )
    assert found == []


def test_a_person_signs_up_and_finds_every_page(page: Page) -> None:
    sign_up(page)
    expect(page.locator("h1")).to_have_text(re.compile("王秀兰"))

    for address in ADDRESSES:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        check_fits(page)
        check_targets(page)


def test_the_menu_opens_without_a_script(page: Page) -> None:
    sign_up(page)
    menu, link = page.locator("#menu"), page.locator("#menu a[href='/parties/']")
    if is_phone(page):
        expect(menu).to_be_hidden()
        page.get_by_role("link", name=words(page)["menu"], exact=True).click()

    expect(menu).to_be_visible()
    link.click()

    expect(page.locator("h1")).to_have_text(words(page)["parties"])


def test_the_first_key_leads_past_the_frame(page: Page) -> None:
    sign_up(page)
    page.goto("/parties/")

    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name=words(page)["register"])).to_be_focused()


def test_what_is_wrong_stands_beside_its_field(page: Page) -> None:
    sign_up(page)
    page.goto("/parties/new/")

    page.locator("main form button").click()

    for name in ("name", "credit_code", "division_code"):
        field = page.locator(f"[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(words(page)["wrong"])))
    check_fits(page)
