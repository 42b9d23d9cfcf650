import pytest
from django.test import Client

from accounts.models import Membership


@pytest.fixture(autouse=True)
def _own_limits(own_limits: None) -> None:
    """Every test here counts its own attempts."""


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def farmers_page(english: Client, farmer: Membership) -> Client:
    """A browser in which the farmer is logged in."""
    english.force_login(farmer.user)
    return english


@pytest.fixture
def strangers_page(stranger: Membership) -> Client:
    """A browser in which somebody else is logged in."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(stranger.user)
    return client


@pytest.fixture
def viewers_page(viewer: Membership) -> Client:
    """A browser in which a member who may only look is logged in."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(viewer.user)
    return client
