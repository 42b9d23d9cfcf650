"""Sessions: hard to guess, over when they are left, over when an account is closed."""

import re
from http.cookies import SimpleCookie

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts.models import Membership
from tests.factories.pages import client_of

pytestmark = pytest.mark.django_db


def test_keys_of_sessions_are_long_and_all_different() -> None:
    keys = {SessionStore()._get_new_session_key() for _ in range(50)}  # type: ignore[attr-defined]

    assert len(keys) == 50
    # 32 characters of 36 are 165 bits.
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)


def test_a_session_that_was_left_opens_nothing(farmer: Membership) -> None:
    client, thief = client_of(farmer), Client()
    thief.cookies = SimpleCookie(client.cookies)
    assert thief.get("/parties/me/").status_code == 200

    client.post("/account/logout/")

    assert thief.get("/parties/me/").status_code == 302
    assert client.get("/parties/me/").status_code == 302


def test_closing_an_account_ends_its_sessions(farmer: Membership) -> None:
    client = client_of(farmer)
    farmer.user.is_active = False
    farmer.user.save()

    assert client.get("/parties/me/").status_code == 302


@pytest.mark.parametrize("url", ["/", "/parties/me/", "/plots/", "/credit/", "/market/"])
def test_every_page_of_a_member_offers_to_log_out(farmer: Membership, url: str) -> None:
    page = client_of(farmer).get(url).content.decode()

    assert '<form method="post" action="/account/logout/"' in page
