from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Membership
from accounts.sms import MemorySender, Message


@pytest.fixture(autouse=True)
def _own_limits(settings: Settings) -> None:
    """Count attempts apart from every other test's, which may run at this moment on the same cache."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def texts() -> list[Message]:
    """The text messages of this test."""
    MemorySender.outbox.clear()
    return MemorySender.outbox


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
