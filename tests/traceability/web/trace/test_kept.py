"""A page that was made a moment ago is given again, and never one that would be another now."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import soft_cache
from accounts.models import Organisation
from tests.factories import farm, stories
from tests.factories.log import publish
from traceability.web.trace import kept, views

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
ADDRESS = f"/01/{stories.GTIN}/10/{stories.CODE}"


@pytest.fixture(autouse=True)
def _pages_are_kept(settings: Settings) -> None:
    settings.PAGE_SECONDS = 30
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def told() -> stories.Story:
    story = stories.rice()
    publish()
    return story


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The stories of which pages were made."""
    found: list[Any] = []
    make = views._page

    def watched(request: Any, story: Any, *rest: Any) -> Any:
        found.append(story)
        return make(request, story, *rest)

    monkeypatch.setattr(views, "_page", watched)
    return found


def test_the_same_page_is_made_once_for_all_processes(told: stories.Story, made: list[Any]) -> None:
    # Each client is a process of its own in this: it has its own handler, and that its own middleware.
    first = Client().get(ADDRESS)
    again = Client().get(ADDRESS)

    assert len(made) == 1
    assert again.content == first.content
    assert {name: again[name] for name in ("ETag", "Cache-Control", "Vary", "Content-Type")} == {
        name: first[name] for name in ("ETag", "Cache-Control", "Vary", "Content-Type")
    }
    assert Client().get(ADDRESS, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(made) == 1


def test_a_recall_that_comes_while_a_page_is_made_makes_it_old(
    told: stories.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = views._page

    def slow(*args: Any) -> Any:
        page = make(*args)
        monkeypatch.setattr(views, "_page", make)
        farm.recall(told.bag, by=told.mill)
        return page

    monkeypatch.setattr(views, "_page", slow)
    before = Client().get(f"{ADDRESS}?lang=en").content.decode()

    assert "Recalled: do not eat it" not in before
    assert "Recalled: do not eat it" in Client().get(f"{ADDRESS}?lang=en").content.decode()


def test_each_language_and_each_host_has_its_own(client: Client, told: stories.Story, made: list[Any]) -> None:
    pages = {
        client.get(ADDRESS, headers={"Accept-Language": "zh-hans"}).content,
        client.get(ADDRESS, headers={"Accept-Language": "en"}).content,
        client.get(f"{ADDRESS}?lang=en").content,
        client.get(ADDRESS, headers={"Accept-Language": "en", "Host": "other.example"}).content,
    }

    assert (len(pages), len(made)) == (4, 4)


def test_a_new_record_of_anything_upstream_shows_at_once(client: Client, told: stories.Story, made: list[Any]) -> None:
    client.get(ADDRESS)
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")

    waiting = client.get(ADDRESS)
    publish()
    published = client.get(ADDRESS)

    assert len(made) == 3
    assert len({waiting.content, published.content}) == 2


def test_a_recall_shows_at_once(client: Client, told: stories.Story, made: list[Any]) -> None:
    client.get(f"{ADDRESS}?lang=en")
    farm.recall(told.bag, by=told.mill)

    assert "Recalled: do not eat it" in client.get(f"{ADDRESS}?lang=en").content.decode()
    assert len(made) == 2


def test_what_no_record_tells_shows_when_the_page_is_made_anew(
    client: Client, told: stories.Story, settings: Settings
) -> None:
    before = client.get(ADDRESS).content
    Organisation.objects.filter(pk=told.mill.organisation_id).update(name="新厂名")
    assert client.get(ADDRESS).content == before

    settings.PAGE_SECONDS = 0

    assert "新厂名" in client.get(ADDRESS).content.decode()


class Down:
    """A cache that nobody reaches."""

    def get(self, *_arguments: object) -> None:
        raise OSError("no route")

    set = get


def test_it_is_made_where_the_cache_is_down(
    told: stories.Story, monkeypatch: pytest.MonkeyPatch, made: list[Any]
) -> None:
    monkeypatch.setattr(soft_cache, "cache", Down())
    monkeypatch.setattr(kept, "soft_cache", soft_cache.SoftCache())

    assert [Client().get(ADDRESS).status_code for _ in range(2)] == [200, 200]
    assert len(made) == 2
