"""What every test of attempts and their limits needs."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from accounts.sms import MemorySender, Message


@pytest.fixture
def own_limits(settings: Settings) -> None:
    """Count attempts apart from every other test's, which may run at this moment on the same cache."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def texts() -> list[Message]:
    """The text messages of this test."""
    MemorySender.outbox.clear()
    return MemorySender.outbox
