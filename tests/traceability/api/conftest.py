import pytest

from accounts.models import Membership
from tests.factories.epcis import Partner


@pytest.fixture
def partner(processor: Membership) -> Partner:
    return Partner(processor)
