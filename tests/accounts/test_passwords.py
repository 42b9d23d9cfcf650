import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.passwords import ContextWordsValidator
from accounts.web.fields import new_password_field, password_field
from config.settings import base


def codes(password: str) -> list[str]:
    try:
        validate_password(password, User(phone="+8613800138000", name="王秀兰"))
    except ValidationError as error:
        return [str(one.code) for one in error.error_list]
    return []


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("x7$kq2z", ["password_too_short"]),
        ("password1", ["password_too_common", "password_of_the_place"]),
        ("iloveyou1", ["password_too_common"]),
        ("eightchr", []),
        ("没有任何规则的密码也行", []),
        ("aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbb cccccccccccccccc dddddddddddddddd", []),
        ("  spaces stay  ", []),
    ],
)
def test_what_production_asks_of_a_password(password: str, found: list[str]) -> None:
    assert codes(password) == found


@pytest.mark.parametrize("password", ["Suyuan2026!", "liaoning-2026", "PanjinDandong1", "溯源溯源12345", "mima.mima.8"])
def test_words_of_the_place_are_no_passwords(password: str) -> None:
    assert "password_of_the_place" in codes(password)


@pytest.mark.parametrize("password", ["suyuan and four more words", "1357924680", "panjin rice at dawn"])
def test_words_of_the_place_may_stand_in_a_longer_one(password: str) -> None:
    ContextWordsValidator().validate(password)


def test_fields_mask_and_let_paste() -> None:
    fields = (password_field("Password"), new_password_field())

    assert [one.widget.input_type for one in fields] == ["password", "password"]
    assert [one.widget.attrs["autocomplete"] for one in fields] == ["current-password", "new-password"]
    assert all("onpaste" not in one.widget.attrs for one in fields)


def test_a_password_is_taken_as_it_was_typed() -> None:
    assert [one.clean("  Four Words  ") for one in (password_field("x"), new_password_field())] == [
        "  Four Words  "
    ] * 2


def test_passwords_are_kept_by_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS

    assert identify_hasher(make_password("four words of a test")).algorithm == "argon2"
    assert live.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.django_db
def test_signing_up_asks_the_same(client: Client) -> None:
    sent = {"phone": "13800138000", "password1": "Suyuan2026!", "name": "王"}

    page = client.post("/account/signup/", sent, headers={"accept-language": "en"}).content.decode()

    assert "it is a word of this place with digits" in page
    assert not User.objects.exists()
