import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from accounts.enums import OrganisationKind
from accounts.models import Membership, User
from accounts.sms import Message
from tests.accounts.web.test_entrance import PASSWORD, code_in, is_logged_in, log_in, make_person
from tests.factories.pages import client_of
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db

APP, FACTORS, CODES = "/account/factors/app/", "/account/factors/", "/account/factors/codes/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-05-21T04:00:00Z", tick=False) as clock:
        yield clock


def digits(key: str) -> str:
    """Reckon what an app shows now (RFC 6238 with the defaults that every app has)."""
    counter = int(time.time() // 30).to_bytes(8)
    mac = hmac.digest(base64.b32decode(key), counter, hashlib.sha1)
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF) % 10**6:06}"


def prove(client: Client, url: str) -> Any:
    """Open a page that asks who it is, and tell it."""
    location = client.get(url).headers["Location"]
    assert location.startswith("/account/reauthenticate/?next=")
    client.post(location, {"password": PASSWORD})
    return client.get(url)


def set_up(client: Client, clock: time_machine.Traveller) -> str:
    """Set up an app, half a minute before anything else happens, and give its key."""
    page = prove(client, APP).content.decode()
    key: str
    (key,) = re.findall(r'<p class="mono">([A-Z2-7]{32})</p>', page)
    answer = client.post(APP, {"code": digits(key)})
    assert answer.headers["Location"] == CODES
    clock.shift(timedelta(seconds=30))
    return key


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r"\b[0-9]{8}\b", client.get(CODES).content.decode())


def test_an_app_is_set_up_by_its_first_code_and_other_devices_are_logged_out(
    english: Client, clock: time_machine.Traveller
) -> None:
    make_person()
    log_in(english)
    other = Client()
    log_in(other)

    key = set_up(english, clock)
    page = english.get(FACTORS).content.decode()

    assert "In use since May 21, 2026." in page
    assert "10 codes are left." in page
    assert is_logged_in(english)
    assert not is_logged_in(other)
    # The key lies encrypted.
    assert key not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_a_wrong_first_code_sets_nothing_up(english: Client) -> None:
    make_person()
    log_in(english)
    prove(english, APP)

    page = english.post(APP, {"code": "000000"}).content.decode()

    assert "This was not accepted." in page
    assert not Authenticator.objects.exists()


def test_the_password_alone_opens_nothing_once_an_app_is_set_up(english: Client, clock: time_machine.Traveller) -> None:
    make_person()
    log_in(english)
    key = set_up(english, clock)
    other = Client(headers={"Accept-Language": "en"})

    answer = other.post("/account/login/", {"login": "13800138000", "password": PASSWORD})
    assert answer.headers["Location"] == FACTORS + "login/"
    assert not is_logged_in(other)
    wrong = other.post(FACTORS + "login/", {"code": "000000"}).content.decode()
    assert "This was not accepted." in wrong
    other.post(FACTORS + "login/", {"code": digits(key)})

    assert is_logged_in(other)


def test_a_text_message_alone_opens_nothing_once_an_app_is_set_up(
    english: Client, texts: list[Message], clock: time_machine.Traveller
) -> None:
    make_person()
    log_in(english)
    set_up(english, clock)
    other = Client()

    other.post("/account/login/code/", {"phone": "13800138000"})
    answer = other.post("/account/login/code/confirm/", {"code": code_in(texts)})

    assert answer.headers["Location"] == FACTORS + "login/"
    assert not is_logged_in(other)


def test_a_code_of_an_app_opens_once_and_for_half_a_minute(english: Client, clock: time_machine.Traveller) -> None:
    make_person()
    log_in(english)
    key = set_up(english, clock)
    code = digits(key)
    first, again, late = Client(), Client(), Client()
    for client in (first, again, late):
        log_in(client)

    first.post(FACTORS + "login/", {"code": code})
    again.post(FACTORS + "login/", {"code": code})
    clock.shift(timedelta(seconds=31))
    late.post(FACTORS + "login/", {"code": code})

    assert [is_logged_in(client) for client in (first, again, late)] == [True, False, False]


def test_codes_of_an_app_cannot_be_guessed_at_length(english: Client, clock: time_machine.Traveller) -> None:
    make_person()
    log_in(english)
    key = set_up(english, clock)
    other = Client(headers={"Accept-Language": "en"})
    log_in(other)

    for guess in range(5):
        other.post(FACTORS + "login/", {"code": f"{guess:06}"})
    page = other.post(FACTORS + "login/", {"code": digits(key)}).content.decode()

    assert "Too many attempts." in page
    assert not is_logged_in(other)


def test_each_recovery_code_opens_once(english: Client, clock: time_machine.Traveller) -> None:
    make_person()
    log_in(english)
    set_up(english, clock)
    codes = recovery_codes(english)
    first, again = Client(), Client()
    for client in (first, again):
        log_in(client)
        client.post(FACTORS + "login/", {"code": codes[0]})

    assert len(set(codes)) == 10
    assert [is_logged_in(first), is_logged_in(again)] == [True, False]
    assert recovery_codes(english) == codes[1:]


def test_new_recovery_codes_end_the_old_ones(english: Client, clock: time_machine.Traveller) -> None:
    make_person()
    log_in(english)
    set_up(english, clock)
    old = recovery_codes(english)

    english.post(CODES + "new/")
    file = english.get(CODES + "file/")

    assert not set(old) & set(recovery_codes(english))
    assert re.findall(r"^[0-9]{8}$", file.content.decode(), re.MULTILINE) == recovery_codes(english)
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert "no-store" in file.headers["Cache-Control"]


def test_taking_the_app_away_asks_who_it_is(english: Client, clock: time_machine.Traveller) -> None:
    make_person()
    log_in(english)
    set_up(english, clock)
    clock.shift(timedelta(minutes=11))

    prove(english, APP + "remove/")
    english.post(APP + "remove/")

    # With the last factor the codes go, too.
    assert not Authenticator.objects.exists()


@pytest.fixture
def _required(settings: Settings) -> None:
    settings.SECOND_FACTOR_KINDS = frozenset({"BANK", "OPERATOR", "REGULATOR"})


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("kind", [OrganisationKind.BANK, OrganisationKind.OPERATOR, OrganisationKind.REGULATOR])
def test_whom_many_rely_on_sets_up_a_factor_before_anything_else(kind: OrganisationKind) -> None:
    member = make_member(kind, name="大家")
    client = client_of(member)

    page, program = client.get("/parties/members/"), client.get("/api/v1/lots")

    assert (page.status_code, page.headers["Location"]) == (302, FACTORS)
    assert (program.status_code, program.json()["title"]) == (403, "You may not do this")
    assert "Set up an app or a passkey before you go on" in client.get(FACTORS).content.decode()
    assert client.get("/parties/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_staff_set_up_a_factor_before_they_enter_the_desk(farmer: Membership) -> None:
    User.objects.filter(pk=farmer.user_id).update(is_staff=True)

    assert client_of(farmer).get("/admin/").headers["Location"] == FACTORS


@pytest.mark.usefixtures("_required")
def test_who_has_a_factor_goes_on(english: Client, clock: time_machine.Traveller) -> None:
    member = make_member(OrganisationKind.BANK, name="农商行")
    member.user.set_password(PASSWORD)
    member.user.save()
    log_in(english, phone=member.user.phone)

    set_up(english, clock)

    assert english.get("/parties/members/").status_code == 200


@pytest.mark.usefixtures("_required")
def test_farmers_need_none(farmer: Membership) -> None:
    assert client_of(farmer).get("/parties/members/").status_code == 200
