import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from accounts.queries.memberships import (
    acting_membership,
    acts_as,
    chosen_membership,
    may_manage,
    may_record,
    members_of,
    membership_for,
    memberships_of,
    organisations_of,
)
from tests.factories.parties import make_party


def also(membership: Membership, kind: OrganisationKind, role: Role = Role.OWNER) -> Membership:
    return Membership.objects.create(user=membership.user, organisation=make_party(kind), role=role)


def test_organisations_of_lists_ones_own_oldest_first(farmer: Membership, stranger: Membership) -> None:
    second = also(farmer, OrganisationKind.COOPERATIVE)

    assert list(organisations_of(farmer.user)) == [farmer.organisation, second.organisation]
    assert list(memberships_of(farmer.user)) == [farmer, second]
    assert list(organisations_of(stranger.user)) == [stranger.organisation]


@pytest.mark.django_db
def test_strangers_who_are_not_logged_in_have_none() -> None:
    assert list(memberships_of(AnonymousUser())) == []
    assert list(organisations_of(AnonymousUser())) == []


def test_membership_for_finds_ones_own_only(farmer: Membership, stranger: Membership) -> None:
    assert membership_for(farmer.user, farmer.organisation) == farmer
    assert membership_for(stranger.user, farmer.organisation) is None


def test_members_of_lists_one_organisations(farmer: Membership, viewer: Membership, stranger: Membership) -> None:
    assert list(members_of(farmer.organisation)) == [farmer, viewer]


def test_chosen_membership_is_the_chosen_or_the_oldest(farmer: Membership, stranger: Membership) -> None:
    second = also(farmer, OrganisationKind.COOPERATIVE)

    def chosen(organisation_id: object) -> Membership | None:
        return chosen_membership(user=farmer.user, organisation_id=organisation_id)

    assert chosen(second.organisation_id) == second
    assert chosen(None) == farmer
    assert chosen(stranger.organisation_id) == farmer
    assert chosen("nonsense") == farmer
    assert chosen_membership(user=AnonymousUser(), organisation_id=second.organisation_id) is None


def test_acting_membership_of_a_request_without_one_is_none() -> None:
    assert acting_membership(RequestFactory().get("/")) is None


@pytest.mark.parametrize(
    ("role", "records", "manages"),
    [(Role.OWNER, True, True), (Role.RECORDER, True, False), (Role.VIEWER, False, False)],
)
def test_roles_say_how_far_a_member_may_go(farmer: Membership, role: Role, records: bool, manages: bool) -> None:  # noqa: FBT001
    member = also(farmer, OrganisationKind.PROCESSOR, role)

    assert (may_record(member), may_manage(member)) == (records, manages)


def test_an_organisation_that_waits_for_confirmation_has_no_powers(laboratory: Membership) -> None:
    assert may_record(laboratory)
    assert acts_as(laboratory, OrganisationKind.LABORATORY, OrganisationKind.REGULATOR)

    laboratory.organisation.confirmed_at = None

    assert not may_record(laboratory)
    assert not acts_as(laboratory, OrganisationKind.LABORATORY)
    assert may_manage(laboratory)


def test_acts_as_looks_at_the_kind(farmer: Membership) -> None:
    assert acts_as(farmer, OrganisationKind.HOUSEHOLD)
    assert not acts_as(farmer, OrganisationKind.PROCESSOR)
    assert not acts_as(None, OrganisationKind.HOUSEHOLD)
