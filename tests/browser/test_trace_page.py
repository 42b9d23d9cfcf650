import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories.stories import Story
from traceability.web.trace import address_of

pytestmark = [pytest.mark.browser]


def test_every_record_turns_green(live_server: LiveServer, story: Story, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    page = context.new_page()
    page.on("console", lambda m: print("console", m.text))
    page.on("pageerror", lambda m: print("error", m))
    page.goto(f"{live_server.url}{address_of(story.bag)}")
    page.wait_for_selector("[data-result]", timeout=8000)
    page.screenshot(path="/tmp/zh360.png", full_page=True)
    page2 = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
    page2.goto(f"{live_server.url}{address_of(story.bag)}?lang=en")
    page2.wait_for_selector("[data-result]", timeout=8000)
    page2.screenshot(path="/tmp/en1280.png", full_page=True)
    print(page.inner_text("main"))
    assert 0
