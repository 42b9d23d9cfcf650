import pytest

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind, Role
from accounts.models import Membership, User
from tests.factories.parties import MORNING, make_party


@pytest.mark.django_db
def test_create_superuser_may_do_everything() -> None:
    user = User.objects.create_superuser("+8613800138000", "a password")

    assert (user.is_staff, user.is_superuser, user.phone_verified) == (True, True, True)
    assert str(user) == "+8613800138000"


@pytest.mark.django_db
def test_texts_of_rows_name_them() -> None:
    user = User.objects.create_user("+8613800138000", name="王秀兰")
    household = make_party(name="王家")

    assert str(user) == "王秀兰"
    assert str(household) == "王家"
    assert str(Membership(user=user, organisation=household, role=Role.OWNER)).startswith("王秀兰 · 王家 · ")


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.django_db
def test_has_powers_waits_for_confirmation_of_some_kinds(kind: OrganisationKind) -> None:
    organisation = make_party(kind)
    organisation.confirmed_at = None
    waiting = organisation.has_powers
    organisation.confirmed_at = MORNING

    assert waiting is (kind not in KINDS_TO_CONFIRM)
    assert organisation.has_powers
