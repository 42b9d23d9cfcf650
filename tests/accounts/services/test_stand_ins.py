import pytest

from accounts.enums import Role
from accounts.errors import AlreadyHelperError, NotAllowedError, NotYoursError, PhoneNumberError
from accounts.models import Membership
from accounts.queries.stand_ins import farms_helped_by, helpers_of, may_log_for
from accounts.services.stand_ins import allow_number, allow_party, revoke_helper
from tests.factories.parties import MORNING, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def farmer() -> Membership:
    return make_member(name="王家")


@pytest.fixture
def technician() -> Membership:
    return make_member(name="合作社", role=Role.RECORDER)


def test_a_farm_allows_a_party_and_takes_it_back(farmer: Membership, technician: Membership) -> None:
    helper = allow_party(party=technician.organisation, by=farmer, at=MORNING)

    assert may_log_for(technician, farmer.organisation)
    assert list(farms_helped_by(technician)) == [farmer.organisation]

    revoke_helper(helper=helper, by=farmer, at=MORNING)
    assert not may_log_for(technician, farmer.organisation)
    assert list(helpers_of(farmer.organisation)) == []


def test_a_number_counts_only_for_who_has_proven_to_have_it(farmer: Membership, technician: Membership) -> None:
    allow_number(phone=technician.user.phone, by=farmer, at=MORNING)
    assert may_log_for(technician, farmer.organisation)

    technician.user.phone_verified = False
    technician.user.save()
    assert not may_log_for(technician, farmer.organisation)


def test_consent_is_one_way(farmer: Membership, technician: Membership) -> None:
    allow_party(party=technician.organisation, by=farmer, at=MORNING)

    assert not may_log_for(farmer, technician.organisation)


def test_a_viewer_of_the_helper_may_not_log(farmer: Membership, technician: Membership) -> None:
    allow_party(party=technician.organisation, by=farmer, at=MORNING)
    technician.role = Role.VIEWER
    technician.save()

    assert not may_log_for(technician, farmer.organisation)


def test_only_an_owner_of_the_farm_allows_and_takes_back(farmer: Membership, technician: Membership) -> None:
    helper = allow_party(party=technician.organisation, by=farmer, at=MORNING)

    with pytest.raises(NotAllowedError):
        allow_party(party=farmer.organisation, by=technician, at=MORNING)
    with pytest.raises(NotYoursError):
        revoke_helper(helper=helper, by=technician, at=MORNING)
    farmer.role = Role.RECORDER
    with pytest.raises(NotAllowedError):
        revoke_helper(helper=helper, by=farmer, at=MORNING)


def test_the_same_is_not_allowed_twice_and_nobody_allows_themselves(farmer: Membership, technician: Membership) -> None:
    helper = allow_number(phone="13800138000", by=farmer, at=MORNING)

    with pytest.raises(AlreadyHelperError):
        allow_number(phone="138 0013 8000", by=farmer, at=MORNING)
    with pytest.raises(AlreadyHelperError):
        allow_party(party=farmer.organisation, by=farmer, at=MORNING)
    revoke_helper(helper=helper, by=farmer, at=MORNING)
    again = allow_number(phone="13800138000", by=farmer, at=MORNING)

    assert list(helpers_of(farmer.organisation)) == [again]


def test_a_number_must_be_one(farmer: Membership) -> None:
    with pytest.raises(PhoneNumberError):
        allow_number(phone="12", by=farmer, at=MORNING)
