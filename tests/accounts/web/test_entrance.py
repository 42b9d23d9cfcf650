import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import Membership, User
from accounts.sms import Message
from tests.factories.parties import make_user

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

PASSWORD = "four words of rice"
NEW = {"name": "王秀兰", "phone": "138 0013 8000", "password1": PASSWORD}
pytestmark = pytest.mark.django_db


def code_in(texts: list[Message]) -> str:
    found = re.search(r"\b[0-9]{6}\b", texts[-1].text)
    assert found is not None
    return found[0]


def sign_up(client: Client, **said: str) -> str:
    return client.post("/account/signup/", {**NEW, **said}).headers.get("Location", "")


def log_in(client: Client, password: str = PASSWORD, phone: str = "13800138000") -> "tuple[int, str]":
    response = client.post("/account/login/", {"login": phone, "password": password})
    return response.status_code, response.content.decode()


def change_phone(client: Client, phone: str, password: str = PASSWORD) -> "_MonkeyPatchedWSGIResponse":
    """Ask for another number, and answer who it is."""
    location = client.post("/account/phone/change/", {"phone": phone}).headers["Location"]
    assert location.startswith("/account/reauthenticate/?next=")
    return client.post(location, {"password": password})


def is_logged_in(client: Client) -> bool:
    return client.get("/parties/").status_code == 200


def make_person() -> User:
    return User.objects.create_user("+8613800138000", PASSWORD, name="王秀兰")


def test_signing_up_proves_the_number_and_gives_a_household(english: Client, texts: list[Message]) -> None:
    assert sign_up(english) == "/account/phone/verify/"
    assert not is_logged_in(english)

    response = english.post("/account/phone/verify/", {"code": code_in(texts)})

    user = User.objects.get()
    assert response.headers["Location"] == "/"
    assert (user.phone, user.phone_verified, user.name) == ("+8613800138000", True, "王秀兰")
    assert user.check_password(PASSWORD)
    assert [one.organisation.name for one in Membership.objects.filter(user=user)] == ["王秀兰's household"]
    assert is_logged_in(english)


def test_signing_up_again_leads_back_to_where_the_code_is_typed(english: Client, texts: list[Message]) -> None:
    sign_up(english)

    assert sign_up(english) == "/account/phone/verify/"
    english.post("/account/phone/verify/", {"code": code_in(texts)})

    assert len(texts) == 1
    assert is_logged_in(english)


def test_signing_up_elsewhere_within_half_a_minute_says_to_wait(english: Client, texts: list[Message]) -> None:
    sign_up(Client(REMOTE_ADDR="10.0.0.2"))

    response = english.post("/account/signup/", NEW)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")
    assert "Wait a minute, then try again." in response.content.decode()
    assert len(texts) == 1


def test_an_account_that_is_only_begun_opens_nothing(english: Client, texts: list[Message]) -> None:
    sign_up(english)
    other = Client()

    assert "手机号或密码不正确。" in log_in(other)[1]
    other.post("/account/login/code/", {"phone": "13800138000"})

    # The code of the sign-up is all that was ever sent.
    assert len(texts) == 1
    assert not Membership.objects.exists()


def test_who_begins_with_anothers_number_holds_nothing_when_its_owner_comes(texts: list[Message]) -> None:
    squatter, owner = Client(), Client(REMOTE_ADDR="10.0.0.2")
    sign_up(squatter, password1="password of a thief")
    first = code_in(texts)

    with time_machine.travel(timedelta(seconds=31)):
        sign_up(owner)
        squatter.post("/account/phone/verify/", {"code": first})
        assert not is_logged_in(squatter)
        owner.post("/account/phone/verify/", {"code": code_in(texts)})

    user = User.objects.get()
    assert is_logged_in(owner)
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("wrong", ["000000", "", "１２３４５６"])
def test_a_code_can_be_tried_three_times(english: Client, texts: list[Message], wrong: str) -> None:
    sign_up(english)
    right = code_in(texts)
    if right == wrong:
        pytest.skip("one in a million")

    for _ in range(3):
        english.post("/account/phone/verify/", {"code": wrong or "x"})
    english.post("/account/phone/verify/", {"code": right})

    assert not is_logged_in(english)
    assert User.objects.get().phone_verified is False


def test_a_code_is_good_for_180_seconds(english: Client, texts: list[Message]) -> None:
    with time_machine.travel("2026-05-21T04:00:00Z", tick=False) as clock:
        sign_up(english)
        clock.shift(timedelta(seconds=181))
        english.post("/account/phone/verify/", {"code": code_in(texts)})

        assert not is_logged_in(english)


def test_signing_up_with_a_number_that_has_an_account_shows_nothing_of_it(texts: list[Message]) -> None:
    make_person()
    known, unknown = Client(), Client(REMOTE_ADDR="10.0.0.2")

    answers = [sign_up(known), sign_up(unknown, phone="13900139000")]
    pages = [client.get("/account/phone/verify/").content.decode() for client in (known, unknown)]

    assert answers == ["/account/phone/verify/"] * 2
    private = re.compile(r'13[89][ 0-9]+|value="\w{64}"')
    assert private.sub("", pages[0]) == private.sub("", pages[1])
    assert texts[0] == Message("+8613800138000", "【溯源】这个手机号已有账号。请用密码或验证码登录。")
    assert User.objects.filter(phone="+8613800138000").get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"phone": "12345"}, "This is no mobile number."),
        ({"password1": "12345678"}, "This password is too common."),
        ({"password1": "short"}, "at least 8 characters"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_signing_up_says_what_is_wrong_beside_the_field(english: Client, said: dict[str, str], rule: str) -> None:
    page = english.post("/account/signup/", {**NEW, **said}).content.decode()
    (field,) = said

    assert rule in page
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert f'id="id_{field}_error"' in page
    assert not User.objects.exists()


@pytest.mark.parametrize("phone", ["13800138000", "138 0013 8000", "+86 138 0013 8000"])
def test_logging_in_by_number_and_password(english: Client, phone: str) -> None:
    make_person()

    assert log_in(english, phone=phone)[0] == 302
    assert is_logged_in(english)


def test_logging_in_changes_the_session_key(english: Client) -> None:
    make_person()
    english.get("/account/login/")
    session = english.session
    session["seed"] = "planted by somebody else"
    session.save()
    planted = session.session_key
    english.cookies = SimpleCookie({"sessionid": planted or ""})

    log_in(english)

    assert english.cookies["sessionid"].value != planted
    assert Client(headers={"Cookie": f"sessionid={planted}"}).get("/parties/").status_code == 302


def test_a_wrong_password_and_an_unknown_number_read_alike(english: Client) -> None:
    make_person()

    wrong, unknown = log_in(english, "not the password"), log_in(english, phone="13900139000")

    assert wrong[0] == unknown[0] == 200
    assert "The phone number or the password is wrong." in wrong[1]
    assert "The phone number or the password is wrong." in unknown[1]


def test_the_password_of_one_number_cannot_be_guessed_at_length(english: Client) -> None:
    make_person()
    for _ in range(5):
        log_in(english, "a guess")

    assert "Too many attempts." in log_in(english)[1]
    assert not is_logged_in(english)


def test_a_closed_account_does_not_open(english: Client) -> None:
    user = make_person()
    user.is_active = False
    user.save()

    log_in(english)

    assert not is_logged_in(english)


@pytest.mark.parametrize(("remember", "age"), [("on", 180 * 24 * 3600), ("", None)])
def test_only_ones_own_phone_stays_logged_in_for_a_season(english: Client, remember: str, age: int | None) -> None:
    make_person()

    english.post("/account/login/", {"login": "13800138000", "password": PASSWORD, "remember": remember})

    assert (english.cookies["sessionid"]["max-age"] or None) == age


def test_logging_in_by_code(english: Client, texts: list[Message]) -> None:
    make_person()

    response = english.post("/account/login/code/", {"phone": "13800138000"})
    assert response.headers["Location"] == "/account/login/code/confirm/"
    english.post("/account/login/code/confirm/", {"code": code_in(texts)})

    assert is_logged_in(english)
    assert texts[0].phone == "+8613800138000"
    assert "is your code for Suyuan, good for 3 minutes." in texts[0].text


def test_asking_for_a_code_shows_nothing_of_who_has_an_account(texts: list[Message]) -> None:
    make_person()
    known, unknown = Client(), Client(REMOTE_ADDR="10.0.0.2")

    locations = [
        client.post("/account/login/code/", {"phone": phone}).headers["Location"]
        for client, phone in ((known, "13800138000"), (unknown, "13900139000"))
    ]
    pages = [client.get("/account/login/code/confirm/") for client in (known, unknown)]

    assert locations == ["/account/login/code/confirm/"] * 2
    assert [page.status_code for page in pages] == [200, 200]
    assert [one.phone for one in texts] == ["+8613800138000"]


def test_a_login_code_can_be_tried_three_times(english: Client, texts: list[Message]) -> None:
    make_person()
    english.post("/account/login/code/", {"phone": "13800138000"})

    for _ in range(3):
        english.post("/account/login/code/confirm/", {"code": "x"})
    english.post("/account/login/code/confirm/", {"code": code_in(texts)})

    assert not is_logged_in(english)


def test_logging_in_does_not_lead_to_other_sites(english: Client) -> None:
    make_person()

    response = english.post(
        "/account/login/?next=https://evil.example/", {"login": "13800138000", "password": PASSWORD}
    )

    assert response.headers["Location"] == "/"


def test_logging_out_takes_a_post(english: Client) -> None:
    english.force_login(make_person())

    english.get("/account/logout/")
    assert is_logged_in(english)
    english.post("/account/logout/")

    assert not is_logged_in(english)


def test_changing_the_number_asks_for_the_password_and_a_code(english: Client, texts: list[Message]) -> None:
    make_person()
    log_in(english)

    change_phone(english, "139 0013 9000")
    assert User.objects.get().phone == "+8613800138000"
    english.post("/account/phone/verify/", {"code": code_in(texts)})

    assert texts[-1].phone == "+8613900139000"
    assert User.objects.get().phone == "+8613900139000"


def test_changing_the_number_to_anothers_changes_nothing(english: Client, texts: list[Message]) -> None:
    make_person()
    other = make_user()
    log_in(english)

    change_phone(english, other.phone)
    page = english.post("/account/phone/verify/", {"code": code_in(texts)}).content.decode()

    assert "This number cannot be used." in page
    assert set(User.objects.values_list("phone", flat=True)) == {"+8613800138000", other.phone}


def test_changing_the_number_takes_the_right_password(english: Client, texts: list[Message]) -> None:
    make_person()
    log_in(english)

    page = change_phone(english, "139 0013 9000", password="not it").content.decode()

    assert "The password is wrong." in page
    assert texts == []


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_up_with_one_number_at_once_make_one_account(texts: list[Message]) -> None:
    together = threading.Barrier(2)

    def begin(address: str) -> int:
        together.wait(10)
        try:
            return Client(REMOTE_ADDR=address).post("/account/signup/", NEW).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(begin, ["10.0.0.2", "10.0.0.3"]))

    # The second is told to verify, too, or to wait for the half minute between two messages to one number.
    assert answers <= {302, 429}
    assert User.objects.count() == 1
    assert {one.phone for one in texts} == {"+8613800138000"}
