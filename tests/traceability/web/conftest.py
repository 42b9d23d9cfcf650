from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import farm


@pytest.fixture
def autumn() -> Iterator[None]:
    """Pages read the clock: after the harvest that these tests tell of."""
    with time_machine.travel(farm.NOW, tick=False):
        yield
