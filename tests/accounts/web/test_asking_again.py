"""Whoever gives away power says again who they are: a phone left lying about unlocked is not its owner."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.models import ApiKey, Invitation, Membership
from tests.accounts.web.test_entrance import PASSWORD
from tests.factories.parties import MORNING

pytestmark = pytest.mark.django_db
KEY = {"name": "地磅", "role": "RECORDER"}
NEW_KEY = "/parties/keys/new/"
ASKED = "/account/reauthenticate/?next="


@pytest.fixture
def desk(english: Client, farmer: Membership) -> Client:
    """A browser in which an owner logged in by a password."""
    farmer.user.set_password(PASSWORD)
    farmer.user.save()
    english.force_login(farmer.user)
    return english


def asks(client: Client, url: str, said: dict[str, str]) -> str:
    """Send a form, and give where it is asked again."""
    location = client.post(url, said).headers.get("Location", "")
    assert location.startswith(ASKED)
    return location


def test_a_key_is_made_once_its_owner_has_said_who_they_are(desk: Client) -> None:
    assert desk.get(NEW_KEY).status_code == 200
    location = asks(desk, NEW_KEY, KEY)
    wrong = desk.post(location, {"password": "five words of rice"})
    assert (wrong.status_code, ApiKey.objects.count()) == (200, 0)

    page = desk.post(location, {"password": PASSWORD})

    key = ApiKey.objects.get()
    assert key.name == "地磅"
    assert f"sy_{key.prefix}_" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_nobody_is_asked_again_within_ten_minutes(desk: Client) -> None:
    with time_machine.travel(MORNING, tick=False):
        desk.post(asks(desk, NEW_KEY, KEY), {"password": PASSWORD})
    with time_machine.travel(MORNING + timedelta(minutes=9), tick=False):
        assert desk.post(NEW_KEY, KEY).status_code == 200
    with time_machine.travel(MORNING + timedelta(minutes=11), tick=False):
        asks(desk, NEW_KEY, KEY)

    assert ApiKey.objects.count() == 2


def test_roles_and_invitations_are_given_after_the_password(desk: Client, viewer: Membership) -> None:
    role = asks(desk, f"/parties/members/{viewer.pk}/role/", {"role": "OWNER"})
    viewer.refresh_from_db()
    assert viewer.role == Role.VIEWER

    assert desk.post(role, {"password": PASSWORD}).headers["Location"] == "/parties/members/"

    viewer.refresh_from_db()
    assert viewer.role == Role.OWNER


def test_somebody_is_invited_after_the_password(desk: Client) -> None:
    said = {"phone": "139 0013 9000", "role": "OWNER"}
    location = asks(desk, "/parties/members/invite/", said)
    assert not Invitation.objects.exists()

    desk.post(location, {"password": PASSWORD})

    assert Invitation.objects.get().role == Role.OWNER


def test_who_may_not_do_it_is_turned_away_and_not_asked(english: Client, viewer: Membership) -> None:
    viewer.user.set_password(PASSWORD)
    viewer.user.save()
    english.force_login(viewer.user)

    assert english.post(NEW_KEY, KEY).status_code == 403


def test_who_came_by_code_and_has_nothing_else_is_not_asked(farmers_page: Client) -> None:
    assert farmers_page.post(NEW_KEY, KEY).status_code == 200
    assert ApiKey.objects.exists()
