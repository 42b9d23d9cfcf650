from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of


@pytest.fixture(autouse=True)
def autumn() -> Iterator[None]:
    """Pages read the clock: after the harvest that these tests tell of."""
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def desk(processor: Membership) -> Client:
    return client_of(processor)
