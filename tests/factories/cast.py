"""A small cast for every test of access: those who may, and the one who may not."""

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from tests.factories.parties import make_member, make_user


@pytest.fixture
def farmer(db: None) -> Membership:
    return make_member(OrganisationKind.HOUSEHOLD, name="王家")


@pytest.fixture
def viewer(farmer: Membership) -> Membership:
    """Somebody who may look at the farmer's records and not add to them."""
    return Membership.objects.create(user=make_user("看客"), organisation=farmer.organisation, role=Role.VIEWER)


@pytest.fixture
def processor(db: None) -> Membership:
    return make_member(OrganisationKind.PROCESSOR, name="盘锦米业")


@pytest.fixture
def laboratory(db: None) -> Membership:
    return make_member(OrganisationKind.LABORATORY, name="辽宁检测中心")


@pytest.fixture
def regulator(db: None) -> Membership:
    return make_member(OrganisationKind.REGULATOR, name="大洼区市场监管局")


@pytest.fixture
def operator(db: None) -> Membership:
    return make_member(OrganisationKind.OPERATOR, name="平台运营方")


@pytest.fixture
def stranger(db: None) -> Membership:
    """A farmer like the other, to whom nothing of the other's exists."""
    return make_member(OrganisationKind.HOUSEHOLD, name="李家")
