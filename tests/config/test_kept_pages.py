"""A page that was answered a moment ago is answered again as it was, before anything but its ground is looked at."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from config import kept_pages
from tests.factories import farm, stories
from tests.factories.log import publish
from tests.factories.pages import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
ADDRESS = f"/01/{stories.GTIN}/10/{stories.CODE}"
# The ground, all of it.
AGAIN = 1


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
def asked() -> Iterator[list[str]]:
    """The statements that were sent."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


def get(client: Client, asked: list[str], path: str = ADDRESS, **headers: str) -> tuple[Any, int]:
    """Ask, and give the answer and how many statements it took."""
    asked.clear()
    answer = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer, len(asked)


def said(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name != "X-Request-ID"}


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_it_is_the_whole_answer_again(client: Client, told: stories.Story, asked: list[str], encoding: str) -> None:
    first, _ = get(client, asked, accept_encoding=encoding)
    again, statements = get(client, asked, accept_encoding=encoding)

    assert (again.status_code, again.content, said(again)) == (200, first.content, said(first))
    assert statements == AGAIN
    assert first["X-Request-ID"] != again["X-Request-ID"]
    assert "Content-Security-Policy" in again.headers


def test_whoever_has_it_is_told_that_it_is_the_same(client: Client, told: stories.Story, asked: list[str]) -> None:
    first, _ = get(client, asked, accept_encoding="br")
    unchanged, statements = get(client, asked, accept_encoding="br", if_none_match=first["ETag"])

    assert (unchanged.status_code, unchanged.content, statements) == (304, b"", AGAIN)
    assert unchanged["ETag"] == first["ETag"]
    assert unchanged["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "Content-Encoding" not in unchanged


@pytest.mark.parametrize(
    "other",
    [
        {"accept": "application/json"},
        {"accept_language": "en"},
        {"cookie": "django_language=en"},
        {"host": "other.example"},
        {"accept_encoding": "gzip"},
        {"cookie": "sessionid=of-nobody"},
        {"authorization": "Bearer of-nobody"},
    ],
)
def test_who_says_something_else_is_answered_by_the_whole_stack(
    client: Client, told: stories.Story, asked: list[str], other: dict[str, str]
) -> None:
    first, _ = get(client, asked)
    second, statements = get(client, asked, **other)

    assert second.status_code == 200
    assert statements > AGAIN
    assert said(second) != said(first) or "authorization" in other or "sessionid" in other.get("cookie", "")


def test_who_is_logged_in_is_answered_by_the_whole_stack(told: stories.Story, asked: list[str]) -> None:
    farmer = client_of(told.farmer)
    get(farmer, asked)

    assert get(farmer, asked)[1] > AGAIN


def test_a_new_record_and_a_recall_show_at_once(client: Client, told: stories.Story, asked: list[str]) -> None:
    address = f"{ADDRESS}?lang=en"
    first, _ = get(client, asked, address)
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")
    waiting, _ = get(client, asked, address)
    publish()
    published, _ = get(client, asked, address)
    farm.recall(told.bag, by=told.mill)
    recalled, _ = get(client, asked, address)

    assert len({one.content for one in (first, waiting, published, recalled)}) == 4
    assert "Recalled: do not eat it" in recalled.content.decode()


def test_nothing_is_given_again_for_longer_than_the_setting_says(
    client: Client, told: stories.Story, asked: list[str]
) -> None:
    get(client, asked)
    with time_machine.travel(time.time() + 31):
        assert get(client, asked)[1] > AGAIN


def test_where_the_look_fails_the_whole_stack_answers(client: Client, told: stories.Story) -> None:
    first = client.get(ADDRESS)
    failed: list[str] = []

    def fail_once(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not failed:
            failed.append(sql)
            raise OperationalError("gone")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail_once):
        answer = client.get(ADDRESS)

    assert "ledger_checkpoint" in failed[0]
    assert (answer.status_code, answer.content) == (200, first.content)


def test_the_oldest_goes_where_there_are_too_many(
    client: Client, told: stories.Story, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pages, "_MOST_KEPT", 2)
    for language in ("zh", "en", "de"):
        get(client, asked, accept_language=language)

    assert [get(client, asked, accept_language=one)[1] == AGAIN for one in ("de", "en", "zh")] == [True, True, False]
