import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories.api import Machine
from tests.factories.pages import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/", "/parties/me/", "/plots/", "/credit/", "/market/", "/parties/members/"])
def test_pages_of_members_are_kept_by_no_cache(farmer: Membership, url: str) -> None:
    answer = client_of(farmer).get(url)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_answers_to_machines_are_kept_by_no_cache(farmer: Membership) -> None:
    answer = Machine(farmer).get("lots")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_what_anybody_may_read_may_be_kept(client: Client) -> None:
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
