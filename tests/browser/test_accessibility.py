"""Every page that is not a part of some area's own tests, held against axe in both languages, light and dark."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser import axe
from tests.factories.pages import client_of
from tests.factories.stories import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Who = Callable[[Story], Membership | None]
LOOKS = [("zh-CN", "light", 360), ("en-US", "dark", 1280)]


@pytest.fixture(params=LOOKS, ids=["zh-light-360", "en-dark-1280"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language, scheme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language, color_scheme=scheme)
    yield context
    context.close()


@pytest.fixture(autouse=True)
def demonstration(settings: Settings) -> None:
    """Let the people of a generated story log in."""
    settings.DEMO = True


def found(context: BrowserContext, live_server: LiveServer, member: Membership | None, *urls: str) -> dict[str, object]:
    """Give what axe finds, by address, for somebody who is logged in or for a stranger."""
    if member:
        session = client_of(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    wrong: dict[str, object] = {}
    for url in urls:
        answer = page.goto(f"{live_server.url}{url}")
        assert answer is not None
        assert answer.status < 500
        # Not another page in its place, such as the one for logging in.
        assert page.url == f"{live_server.url}{url}"
        if faults := axe.violations(page):
            wrong[url] = faults
    return wrong


def test_pages_for_everybody(context: BrowserContext, live_server: LiveServer, story: Story) -> None:
    urls = ("/", "/account/login/", "/account/signup/", "/account/login/code/", "/nowhere/", f"/trace/{uuid4()}")

    assert found(context, live_server, None, *urls) == {}


def test_pages_of_the_parties(context: BrowserContext, live_server: LiveServer, story: Story) -> None:
    urls = ("/", "/parties/", "/parties/new/", "/parties/members/", "/parties/members/invite/", "/parties/keys/new/")

    assert found(context, live_server, story.mill, *urls, "/parties/me/", "/parties/me/password/") == {}


def test_pages_of_the_farm(context: BrowserContext, live_server: LiveServer, story: Story) -> None:
    season = f"/seasons/{story.season.pk}/"
    urls = ("/plots/", "/plots/new/", f"/plots/{story.plot.pk}/", season, f"{season}harvest/")
    operations = ("irrigated", "fertilised", "sprayed", "observed", "tended", "photographed", "sown", "transplanted")

    assert found(context, live_server, story.farmer, *urls, *(f"{season}log/{one}/" for one in operations)) == {}


def test_pages_of_the_operator(
    context: BrowserContext, live_server: LiveServer, story: Story, operator: Membership
) -> None:
    assert found(context, live_server, operator, "/operator/log/", "/") == {}


def test_a_picture_without_words_is_found(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content("<!doctype html><html lang=en><title>x</title><main><h1>x</h1><img src='data:,'></main>")

    assert [one.partition(":")[0] for one in axe.violations(page)] == ["image-alt"]
