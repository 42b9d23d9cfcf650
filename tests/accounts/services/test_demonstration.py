from dataclasses import replace
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from accounts.enums import OrganisationKind, Provenance, Role
from accounts.errors import NotADemonstrationError, OtherCastError
from accounts.models import Membership, Organisation, User
from accounts.services.demonstration import Party, Person, cast_member, cast_party, cast_person
from tests.factories.parties import MORNING, make_party, make_user

pytestmark = pytest.mark.django_db

PERSON = Person(public_id=uuid4(), phone="+8613000000001", name="王秀兰")
PARTY = Party(public_id=uuid4(), kind=OrganisationKind.HOUSEHOLD, name="王秀兰家", provenance=Provenance.GENERATED)


@pytest.fixture(autouse=True)
def _demonstration(settings: Settings) -> None:
    settings.DEMO = True


def test_person_is_made_once_with_the_pseudonym_that_was_chosen() -> None:
    made = [cast_person(PERSON, password_hash="a hash") for _ in range(2)]

    assert made[0] == made[1]
    user = User.objects.get()
    assert (user.public_id, user.name, user.password, user.is_staff) == (PERSON.public_id, "王秀兰", "a hash", False)


def test_number_of_somebody_else_is_not_taken() -> None:
    cast_person(PERSON, password_hash="a hash")

    with pytest.raises(OtherCastError):
        cast_person(replace(PERSON, public_id=uuid4()), password_hash="a hash")


def test_party_is_made_once_and_says_what_it_is() -> None:
    made = [cast_party(PARTY, at=MORNING) for _ in range(2)]

    assert made[0] == made[1]
    party = Organisation.objects.get()
    assert (party.provenance, party.name, party.registered_at) == (Provenance.GENERATED, "王秀兰家", MORNING)


def test_party_that_would_pass_for_real_is_refused() -> None:
    with pytest.raises(NotADemonstrationError):
        cast_party(replace(PARTY, provenance=Provenance.OPERATED), at=MORNING)


def test_nobody_is_put_into_a_real_party() -> None:
    with pytest.raises(NotADemonstrationError):
        cast_member(user=make_user(), organisation=make_party(), role=Role.OWNER)

    assert not Membership.objects.exists()


def test_member_keeps_the_role_in_which_it_was_made() -> None:
    user, party = cast_person(PERSON, password_hash="a hash"), cast_party(PARTY, at=MORNING)
    cast_member(user=user, organisation=party, role=Role.OWNER)

    again = cast_member(user=user, organisation=party, role=Role.VIEWER)

    assert again.role == Role.OWNER


def test_without_a_demonstration_nothing_is_made(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(NotADemonstrationError):
        cast_person(PERSON, password_hash="a hash")
    with pytest.raises(NotADemonstrationError):
        cast_party(PARTY, at=MORNING)
