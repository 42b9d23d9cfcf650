from collections.abc import Iterator

import pytest
import time_machine

from accounts.models import Membership
from tests.factories import farm
from tests.factories.epcis import Partner
from tests.factories.phones import Phone
from traceability.models import Season


@pytest.fixture
def partner(processor: Membership) -> Partner:
    return Partner(processor)


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def season(farmer: Membership) -> Season:
    return farm.make_season(farmer)


@pytest.fixture
def phone(farmer: Membership) -> Phone:
    return Phone(farmer).register()
