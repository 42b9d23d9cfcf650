from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.sms import Message
from tests.accounts.web.test_entrance import PASSWORD, code_in, log_in, make_person

pytestmark = pytest.mark.django_db
NEW = "another four words"
URL = "/parties/me/password/"


def test_a_new_password_after_the_old_one_logs_other_devices_out(english: Client) -> None:
    make_person()
    other = Client()
    log_in(english)
    log_in(other)

    page = english.post(URL, {"old": PASSWORD, "new": NEW}, follow=True).content.decode()

    assert "The new password holds from now on." in page
    assert User.objects.get().check_password(NEW)
    assert english.get("/parties/me/").status_code == 200
    assert other.get("/parties/me/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("not it", NEW, "The password is wrong."),
        (PASSWORD, "12345678", "This password is too common."),
        ("", NEW, "This field is required."),
    ],
)
def test_a_new_password_is_refused(english: Client, old: str, new: str, rule: str) -> None:
    make_person()
    log_in(english)

    page = english.post(URL, {"old": old, "new": new}).content.decode()

    assert rule in page
    assert User.objects.get().check_password(PASSWORD)


def test_who_came_by_code_needs_no_old_password_for_ten_minutes(english: Client, texts: list[Message]) -> None:
    with time_machine.travel("2026-05-21T04:00:00Z", tick=False) as clock:
        make_person()
        english.post("/account/login/code/", {"phone": "13800138000"})
        english.post("/account/login/code/confirm/", {"code": code_in(texts)})

        assert 'name="old"' not in english.get(URL).content.decode()
        clock.shift(timedelta(minutes=11))
        assert 'name="old"' in english.get(URL).content.decode()
        clock.shift(timedelta(minutes=-10))
        english.post(URL, {"new": NEW})

    assert User.objects.get().check_password(NEW)


def test_the_old_password_is_tried_so_often_and_no_more(english: Client) -> None:
    make_person()
    log_in(english)

    answers = [english.post(URL, {"old": f"guess {number}", "new": NEW}).status_code for number in range(5)]
    last = english.post(URL, {"old": PASSWORD, "new": NEW})

    assert (answers, last.status_code) == ([200] * 5, 429)
    assert User.objects.get().check_password(PASSWORD)
