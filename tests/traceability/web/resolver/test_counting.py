from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.factories import farm, stories
from tests.factories.codes import make_bags
from tests.factories.log import publish
from traceability.models import BagCode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
BROWSER = {"User-Agent": PHONE, "Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}


@pytest.fixture
def bag() -> BagCode:
    cache.clear()
    story = stories.rice()
    publish()
    return make_bags(story.bag, by=story.mill, count=1)[0]


def address(bag: BagCode) -> str:
    return f"/01/{bag.gtin}/21/{bag.serial}"


def scans(bag: BagCode) -> int:
    bag.refresh_from_db()
    return bag.scans


def test_a_person_who_opens_the_page_is_counted(bag: BagCode) -> None:
    page = Client(headers=BROWSER).get(address(bag)).content.decode()

    assert scans(bag) == 1
    assert "You are the first to scan this bag" in page


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
        {"User-Agent": "WeChat-Preview"},
        {"User-Agent": "curl/8.0"},
        {"Accept": "application/linkset+json"},
        {"Accept": "application/json"},
        {"Accept": "*/*"},
        {"Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Dest": "image"},
    ],
)
def test_machines_are_not_counted(bag: BagCode, headers: dict[str, str]) -> None:
    Client(headers=BROWSER | headers).get(address(bag))

    assert scans(bag) == 0


def test_asking_for_the_headers_or_the_links_is_no_scan(bag: BagCode) -> None:
    client = Client(headers=BROWSER)

    client.head(address(bag))
    client.get(f"{address(bag)}?linkType=all")

    assert scans(bag) == 0


def test_one_browser_counts_once_in_ten_minutes(bag: BagCode) -> None:
    client = Client(headers=BROWSER)
    with time_machine.travel(farm.NOW, tick=False) as clock:
        client.get(address(bag))
        clock.shift(timedelta(minutes=9))
        page = client.get(address(bag)).content.decode()
        assert scans(bag) == 1
        assert "You are the first to scan this bag" in page

        clock.shift(timedelta(minutes=2))
        page = client.get(address(bag)).content.decode()

    assert scans(bag) == 2
    assert "Scans of this bag: 2" in page


def test_who_drops_the_cookie_counts_once_from_one_address(bag: BagCode) -> None:
    with time_machine.travel(farm.NOW, tick=False):
        for number in range(30):
            Client(headers=BROWSER, REMOTE_ADDR="192.0.2.99").get(address(bag), {"n": number})
    assert scans(bag) == 1

    keys = cache._cache.get_client().keys("*")  # type: ignore[attr-defined]
    assert not any(b"192.0.2.99" in key for key in keys)
    Client(headers=BROWSER, REMOTE_ADDR="192.0.2.98").get(address(bag))
    assert scans(bag) == 2


def test_the_cookie_is_of_one_bag_and_tells_nothing(bag: BagCode) -> None:
    client = Client(headers=BROWSER)
    client.get(address(bag))

    cookie = client.cookies["bag"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        address(bag),
        600,
        True,
        "Lax",
    )
    assert cookie.value.startswith("seen:")


def test_a_cookie_of_another_bag_or_an_altered_one_counts_again(bag: BagCode) -> None:
    other = make_bags(bag.batch.lot, by=bag.batch.lot.registrant.memberships.get(), count=1)[0]
    client = Client(headers=BROWSER)
    client.get(address(bag))
    seen = client.cookies["bag"].value

    for number, value in enumerate((seen, seen[:-1] + "x", "seen")):
        client.cookies["bag"] = value
        client.get(address(other), REMOTE_ADDR=f"192.0.2.{number}")

    assert scans(other) == 3


def test_a_copied_code_warns_its_readers(bag: BagCode) -> None:
    with time_machine.travel(farm.NOW, tick=False):
        places = [f"192.0.2.{number}" for number in range(7)]
        pages = [Client(headers=BROWSER, REMOTE_ADDR=one).get(address(bag)).content.decode() for one in places]

    assert "This code looks copied" not in pages[5]
    assert "This code looks copied" in pages[6]
    assert "Scans so far: 7" in pages[6]
