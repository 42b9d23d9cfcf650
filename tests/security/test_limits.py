"""How often one may try, by party and by address; what is refused and what is served while the cache is down."""

import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from accounts import soft_cache
from accounts.api import throttles
from accounts.models import Membership
from accounts.sms import Message
from tests.accounts.web.test_entrance import PASSWORD, code_in, make_person
from tests.factories.api import Machine
from tests.security.strangers import routes

pytestmark = pytest.mark.django_db

CLOSED = {"BACKEND": "accounts.counting_cache.CountingCache", "LOCATION": "redis://127.0.0.1:1/0"}
NOON = "2026-05-21T04:00:00Z"


@pytest.fixture(autouse=True)
def _own_limits(own_limits: None) -> None:
    """Every test here counts its own attempts."""


@pytest.fixture
def _no_cache(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHES = {"default": CLOSED}
    monkeypatch.setattr(throttles, "soft_cache", soft_cache.SoftCache())


def test_one_address_that_tries_many_numbers_is_held_up(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        tries: list[Any] = [
            client.post("/account/login/", {"login": f"1380013{number:04d}", "password": "a guess"})
            for number in range(31)
        ]

    assert {one.status_code for one in tries[:10]} == {200}
    assert tries[-1].status_code == 429


def test_an_address_that_is_held_up_does_not_lock_the_owner_of_a_number_out(client: Client) -> None:
    make_person()
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(6):
            client.post("/account/login/", {"login": "13800138000", "password": "a guess"})
        clock.shift(400)
        answer = client.post("/account/login/", {"login": "13800138000", "password": PASSWORD})

    assert answer.status_code == 302


def test_codes_by_text_message_are_limited_by_number(client: Client, texts: list[Message]) -> None:
    make_person()
    with time_machine.travel(NOON, tick=False):
        for _ in range(6):
            client.post("/account/login/code/", {"phone": "13800138000"})

    assert 1 <= len(texts) <= 3


def test_codes_are_six_random_digits(texts: list[Message]) -> None:
    make_person()
    codes = []
    for minute in range(4):
        with time_machine.travel(f"2026-05-21T0{minute}:00:00Z", tick=False):
            Client().post("/account/login/code/", {"phone": "13800138000"})
            codes.append(code_in(texts))

    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert len(set(codes)) > 1


def test_a_code_opens_once_and_only_for_the_session_that_asked(client: Client, texts: list[Message]) -> None:
    make_person()
    client.post("/account/login/code/", {"phone": "13800138000"})
    code = code_in(texts)

    other = Client().post("/account/login/code/confirm/", {"code": code})
    first = client.post("/account/login/code/confirm/", {"code": code})
    client.post("/account/logout/")
    again = client.post("/account/login/code/confirm/", {"code": code})

    assert (other.status_code, other.headers["Location"]) == (302, "/account/login/code/")
    assert (first.status_code, first.headers["Location"]) == (302, "/")
    assert (again.status_code, again.headers["Location"]) == (302, "/account/login/code/")


def test_keys_of_many_parties_at_one_address_share_its_limit(
    settings: Settings, farmer: Membership, processor: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADDRESS_RATE = 3
    settings.SECRET_KEY = uuid4().hex
    machines = [Machine(farmer), Machine(processor)]

    with time_machine.travel(NOON, tick=False):
        answers = [machines[number % 2].get("lots") for number in range(4)]
        elsewhere = machines[0].client.get("/api/v1/lots", REMOTE_ADDR="192.0.2.7")

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert elsewhere.status_code == 200


@pytest.mark.usefixtures("_no_cache")
def test_without_the_cache_nobody_gets_a_code_or_logs_in(client: Client, texts: list[Message]) -> None:
    make_person()

    answers = [
        client.post("/account/login/", {"login": "13800138000", "password": PASSWORD}),
        client.post("/account/login/code/", {"phone": "13800138000"}),
        client.post("/account/signup/", {"phone": "13900139000", "password1": PASSWORD, "name": "李"}),
    ]

    assert [one.status_code for one in answers] == [503, 503, 503]
    assert texts == []


@pytest.mark.usefixtures("_no_cache")
def test_without_the_cache_whoever_is_in_and_whoever_reads_goes_on(client: Client, farmer: Membership) -> None:
    machine = Machine(farmer)

    assert [client.get(url).status_code for url in ("/", "/find/?code=x", "/healthz")] == [200, 200, 200]
    assert machine.get("lots").status_code == 200


def test_every_part_of_the_api_has_both_limits() -> None:
    without = [
        name for name, route in routes() if route.startswith("api/") and name != "api-schema" and not _throttled(route)
    ]

    assert without == []


def _throttled(route: str) -> bool:
    url = re.sub(r"<uuid:\w+>", str(uuid4()), f"/{route}")
    url = re.sub(r"<sha256:\w+>", "0" * 64, re.sub(r"<int:\w+>", "1", re.sub(r"<(?:path|slug):\w+>", "x", url)))
    view: Any = resolve(url).func
    kinds = view.view_class.throttle_classes
    # Each counts the address, too.
    return len(kinds) == 1 and issubclass(kinds[0], throttles.Throttle) and bool(view.view_class.throttle_scope)
