import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.enums import KeyRole, OrganisationKind, Role
from accounts.errors import LastOwnerError, NotAllowedError, NotYoursError
from accounts.models import Membership
from accounts.services.keys import create_key
from accounts.services.memberships import change_role, remove_member
from tests.factories.parties import make_member, make_user

NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)


def join(membership: Membership, role: Role) -> Membership:
    return Membership.objects.create(user=make_user(), organisation=membership.organisation, role=role)


def test_change_role_by_an_owner(farmer: Membership, viewer: Membership) -> None:
    changed = change_role(member=viewer, role=Role.RECORDER, by=farmer, at=NOON)

    assert changed == viewer
    viewer.refresh_from_db()
    assert viewer.role == Role.RECORDER


def test_change_role_is_the_owners_alone(farmer: Membership, viewer: Membership) -> None:
    with pytest.raises(NotAllowedError):
        change_role(member=viewer, role=Role.OWNER, by=viewer, at=NOON)

    viewer.refresh_from_db()
    assert viewer.role == Role.VIEWER


def test_change_role_of_another_organisations_member_finds_nobody(viewer: Membership, stranger: Membership) -> None:
    with pytest.raises(NotYoursError):
        change_role(member=viewer, role=Role.OWNER, by=stranger, at=NOON)


def test_change_role_keeps_the_last_owner(farmer: Membership) -> None:
    with pytest.raises(LastOwnerError):
        change_role(member=farmer, role=Role.RECORDER, by=farmer, at=NOON)

    farmer.refresh_from_db()
    assert farmer.role == Role.OWNER


def test_change_role_lets_an_owner_step_down_beside_another(farmer: Membership) -> None:
    join(farmer, Role.OWNER)

    change_role(member=farmer, role=Role.VIEWER, by=farmer, at=NOON)

    farmer.refresh_from_db()
    assert farmer.role == Role.VIEWER


def test_remove_member_by_an_owner(farmer: Membership, viewer: Membership) -> None:
    remove_member(member=viewer, by=farmer, at=NOON)

    assert list(Membership.objects.filter(organisation=farmer.organisation)) == [farmer]


def test_remove_member_lets_anybody_leave(farmer: Membership, viewer: Membership) -> None:
    remove_member(member=viewer, by=viewer, at=NOON)

    assert list(Membership.objects.filter(organisation=farmer.organisation)) == [farmer]


def test_remove_member_refuses_others(farmer: Membership, viewer: Membership, stranger: Membership) -> None:
    with pytest.raises(NotAllowedError):
        remove_member(member=farmer, by=viewer, at=NOON)
    with pytest.raises(NotYoursError):
        remove_member(member=farmer, by=stranger, at=NOON)

    assert Membership.objects.filter(organisation=farmer.organisation).count() == 2


def test_remove_member_keeps_the_last_owner(farmer: Membership) -> None:
    with pytest.raises(LastOwnerError):
        remove_member(member=farmer, by=farmer, at=NOON)


def test_remove_member_stops_the_keys_that_they_made(farmer: Membership) -> None:
    other = join(farmer, Role.OWNER)
    theirs, _ = create_key(by=other, name="秤", role=KeyRole.RECORDER, random=bytes(37), at=NOON)
    mine, _ = create_key(by=farmer, name="秤", role=KeyRole.RECORDER, random=bytes([1] * 37), at=NOON)

    remove_member(member=other, by=farmer, at=NOON)

    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.revoked_at, mine.revoked_at) == (NOON, None)


@pytest.mark.parametrize(("role", "stopped"), [(Role.VIEWER, NOON), (Role.RECORDER, None), (Role.OWNER, None)], ids=str)
def test_change_role_stops_the_keys_of_who_may_only_look(
    farmer: Membership, role: Role, stopped: datetime | None
) -> None:
    other = join(farmer, Role.OWNER)
    theirs, _ = create_key(by=other, name="秤", role=KeyRole.RECORDER, random=bytes(37), at=NOON)
    mine, _ = create_key(by=farmer, name="秤", role=KeyRole.RECORDER, random=bytes([1] * 37), at=NOON)

    change_role(member=other, role=role, by=farmer, at=NOON)

    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.revoked_at, mine.revoked_at) == (stopped, None)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_step_down_at_once_leave_one() -> None:
    first = make_member(OrganisationKind.COOPERATIVE)
    second = join(first, Role.OWNER)
    refused: list[Membership] = []
    together = threading.Barrier(2)

    def step_down(owner: Membership) -> None:
        together.wait(10)
        try:
            change_role(member=owner, role=Role.VIEWER, by=owner, at=NOON)
        except LastOwnerError:
            refused.append(owner)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[owner]) for owner in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refused) == 1
    assert list(Membership.objects.filter(role=Role.OWNER)) == refused
