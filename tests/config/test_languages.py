import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def language_of(client: Client, url: str = "/", **headers: str) -> str:
    return client.get(url, headers=headers).headers["Content-Language"]


def test_chinese_comes_first(client: Client) -> None:
    page = client.get("/").content.decode()

    assert language_of(client) == "zh-hans"
    assert '<html lang="zh-Hans">' in page
    assert "从田头到餐桌" in page


def test_the_browsers_wish_is_heard(client: Client) -> None:
    wish = {"Accept-Language": "en-GB,en;q=0.9"}

    assert language_of(client, **wish) == "en"
    assert '<html lang="en">' in client.get("/", headers=wish).content.decode()


def test_a_choice_is_kept_and_stands_over_the_browsers_wish(client: Client) -> None:
    assert language_of(client, "/?lang=en") == "en"
    assert language_of(client) == "en"
    assert language_of(client, "/?lang=zh-hans", **{"Accept-Language": "en"}) == "zh-hans"
    assert language_of(client, **{"Accept-Language": "en"}) == "zh-hans"


@pytest.mark.parametrize("wish", ["xx", "", "zh-hans'--", "../en"])
def test_a_language_that_we_do_not_speak_is_passed_over(client: Client, wish: str) -> None:
    response = client.get("/", {"lang": wish})

    assert response.headers["Content-Language"] == "zh-hans"
    assert "django_language" not in response.cookies


def test_the_switch_keeps_the_address(client: Client) -> None:
    page = client.get("/find/", {"code": "PJ 1&2", "lang": "en"}).content.decode()

    assert '<a href="?code=PJ+1%262&amp;lang=zh-hans" lang="zh-Hans" hreflang="zh-Hans">中文</a>' in page
    assert '<a href="?code=PJ+1%262&amp;lang=en" lang="en" hreflang="en" aria-current="true">English</a>' in page


def test_caches_learn_what_the_language_depends_on(client: Client) -> None:
    by_wish, by_address = client.get("/find/"), client.get("/find/?lang=en")

    assert by_wish.headers["Vary"] == "Accept-Language, Cookie"
    assert "Accept-Language" not in by_address.headers.get("Vary", "")
