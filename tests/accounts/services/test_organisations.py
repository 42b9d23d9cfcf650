from datetime import UTC, datetime

import pytest

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind, Role
from accounts.errors import (
    AlreadyConfirmedError,
    AlreadyRegisteredError,
    CreditCodeError,
    DivisionCodeError,
    KindError,
    NotAllowedError,
)
from accounts.models import Organisation
from accounts.queries import organisations as queries
from accounts.services.organisations import (
    Registration,
    confirm_organisation,
    register_household,
    register_organisation,
)
from tests.factories.parties import make_user

NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def registration(
    kind: OrganisationKind = OrganisationKind.COOPERATIVE,
    *,
    credit_code: str = "91350100M000100Y43",
    division_code: str = "211104105203",
) -> Registration:
    return Registration(kind=kind, name="大洼合作社", credit_code=credit_code, division_code=division_code)


def test_register_household_makes_its_person_the_owner() -> None:
    user = make_user("王秀兰")

    membership = register_household(user=user, at=NOON)

    assert (membership.user, membership.role) == (user, Role.OWNER)
    assert membership.organisation.kind == OrganisationKind.HOUSEHOLD
    assert membership.organisation.name == "王秀兰家"
    assert membership.organisation.registered_at == NOON


def test_register_organisation_makes_its_registrant_the_owner() -> None:
    user = make_user()

    membership = register_organisation(user=user, said=registration(credit_code="91350100m000100y43"), at=NOON)

    organisation = membership.organisation
    assert (membership.user, membership.role) == (user, Role.OWNER)
    assert (organisation.kind, organisation.name) == (OrganisationKind.COOPERATIVE, "大洼合作社")
    assert (organisation.credit_code, organisation.division_code) == ("91350100M000100Y43", "211104105203")
    assert organisation.has_powers


@pytest.mark.parametrize("kind", sorted(KINDS_TO_CONFIRM))
def test_register_organisation_gives_no_powers_to_a_kind_on_which_others_rely(kind: OrganisationKind) -> None:
    organisation = register_organisation(user=make_user(), said=registration(kind), at=NOON).organisation

    assert not organisation.has_powers
    assert list(queries.with_powers(kind)) == []
    assert list(queries.waiting()) == [organisation]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (registration(OrganisationKind.HOUSEHOLD), KindError),
        (registration(credit_code="91350100M000100Y44"), CreditCodeError),
        (registration(credit_code=""), CreditCodeError),
        (registration(division_code="2111"), DivisionCodeError),
    ],
)
def test_register_organisation_refuses_bad_input(said: Registration, error: type[Exception]) -> None:
    with pytest.raises(error):
        register_organisation(user=make_user(), said=said, at=NOON)

    assert not Organisation.objects.exists()


def test_register_organisation_refuses_a_code_twice() -> None:
    first = register_organisation(user=make_user(), said=registration(), at=NOON)

    with pytest.raises(AlreadyRegisteredError):
        register_organisation(user=make_user(), said=registration(OrganisationKind.PROCESSOR), at=NOON)

    assert list(Organisation.objects.all()) == [first.organisation]


def test_confirm_organisation_gives_powers() -> None:
    organisation = register_organisation(
        user=make_user(), said=registration(OrganisationKind.BANK), at=NOON
    ).organisation
    operator = make_user("运营")
    operator.is_staff = True

    confirmed = confirm_organisation(organisation=organisation, by=operator, at=NOON)

    assert (confirmed.confirmed_at, confirmed.confirmed_by) == (NOON, operator)
    assert confirmed.has_powers
    assert list(queries.with_powers(OrganisationKind.BANK)) == [organisation]
    assert list(queries.waiting()) == []


def test_confirm_organisation_is_the_operators_alone() -> None:
    membership = register_organisation(user=make_user(), said=registration(OrganisationKind.BANK), at=NOON)

    with pytest.raises(NotAllowedError):
        confirm_organisation(organisation=membership.organisation, by=membership.user, at=NOON)

    membership.organisation.refresh_from_db()
    assert membership.organisation.confirmed_at is None


def test_confirm_organisation_refuses_to_do_it_twice() -> None:
    organisation = register_organisation(
        user=make_user(), said=registration(OrganisationKind.BANK), at=NOON
    ).organisation
    operator = make_user()
    operator.is_staff = True
    confirm_organisation(organisation=organisation, by=operator, at=NOON)

    with pytest.raises(AlreadyConfirmedError):
        confirm_organisation(organisation=organisation, by=operator, at=NOON)
