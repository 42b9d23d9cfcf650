from collections.abc import Iterator

import pytest
import time_machine

from accounts.models import Membership
from tests.factories import farm
from tests.factories.api import Machine


@pytest.fixture
def autumn() -> Iterator[None]:
    """Endpoints read the clock: after the harvest that these tests tell of."""
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def machine(farmer: Membership) -> Machine:
    return Machine(farmer)
