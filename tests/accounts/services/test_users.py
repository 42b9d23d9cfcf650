from datetime import UTC, datetime

import pytest

from accounts.enums import OrganisationKind
from accounts.errors import PhoneTakenError
from accounts.models import Membership, User
from accounts.services.users import make_way, prove_phone
from tests.factories.parties import make_user

NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def begun(phone: str = "+8613900139000") -> User:
    """Somebody who has begun to sign up and not typed the code yet."""
    return User.objects.create_user(phone, "a password", name="赵", phone_verified=False)


def test_prove_phone_gives_a_household_with_the_first_number() -> None:
    user = prove_phone(user=begun(), phone="+8613900139000", at=NOON)

    membership = Membership.objects.get(user=user)
    assert user.phone_verified
    assert (membership.organisation.kind, membership.organisation.name) == (OrganisationKind.HOUSEHOLD, "赵家")


def test_prove_phone_changes_the_number_and_nothing_else() -> None:
    user = prove_phone(user=begun(), phone="+8613900139000", at=NOON)

    prove_phone(user=user, phone="+8613700137000", at=NOON)

    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == ("+8613700137000", True)
    assert Membership.objects.filter(user=user).count() == 1


def test_prove_phone_refuses_a_number_that_another_has_proven() -> None:
    other, user = make_user(), make_user()

    with pytest.raises(PhoneTakenError):
        prove_phone(user=user, phone=other.phone, at=NOON)

    user.refresh_from_db()
    assert user.phone != other.phone


def test_prove_phone_takes_a_number_from_whoever_never_proved_it() -> None:
    squatter, user = begun(), make_user()

    prove_phone(user=user, phone="+8613900139000", at=NOON)

    user.refresh_from_db()
    assert user.phone == "+8613900139000"
    assert not User.objects.filter(pk=squatter.pk).exists()


def test_make_way_leaves_those_who_have_proven_their_number() -> None:
    user = make_user()

    make_way(phone=user.phone)

    assert User.objects.get() == user
