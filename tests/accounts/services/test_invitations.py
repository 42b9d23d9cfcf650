from datetime import UTC, datetime

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.enums import Role
from accounts.errors import AlreadyMemberError, NotAllowedError, NotYoursError, PhoneNumberError
from accounts.models import Invitation, Membership
from accounts.queries.invitations import invitations_of, invitations_to
from accounts.services.invitations import accept_invitation, decline_invitation, invite, withdraw_invitation
from accounts.sms import Message
from tests.factories.parties import make_user

NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)


def invited(farmer: Membership, phone: str, role: Role = Role.RECORDER) -> Invitation:
    return invite(by=farmer, phone=phone, role=role, at=NOON)


def test_invite_tells_the_number_once_it_is_certain(
    farmer: Membership,
    texts: list[Message],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(farmer, "139 0013 9000")
        assert texts == []

    assert (invitation.phone, invitation.role, invitation.invited_at) == ("+8613900139000", Role.RECORDER, NOON)
    assert texts == [Message("+8613900139000", "【溯源】王家邀请您加入。请用本手机号登录后答复。")]


def test_invite_is_the_owners_alone(viewer: Membership) -> None:
    with pytest.raises(NotAllowedError):
        invited(viewer, "13900139000")

    assert not Invitation.objects.exists()


def test_invite_refuses_a_bad_number(farmer: Membership) -> None:
    with pytest.raises(PhoneNumberError):
        invited(farmer, "139")


def test_invite_refuses_members_and_whoever_is_invited(farmer: Membership, viewer: Membership) -> None:
    invited(farmer, "13900139000")

    with pytest.raises(AlreadyMemberError):
        invited(farmer, "13900139000", Role.OWNER)
    with pytest.raises(AlreadyMemberError):
        invited(farmer, viewer.user.phone)

    assert [(one.phone, one.role) for one in invitations_of(farmer.organisation)] == [("+8613900139000", Role.RECORDER)]


def test_accept_invitation_makes_a_member_with_the_offered_role(farmer: Membership) -> None:
    guest = make_user()
    invitation = invited(farmer, guest.phone, Role.VIEWER)

    membership = accept_invitation(invitation=invitation, user=guest)

    assert (membership.user, membership.organisation, membership.role) == (guest, farmer.organisation, Role.VIEWER)
    assert not Invitation.objects.exists()


def test_accept_invitation_refuses_another_and_whoever_has_not_proven_the_number(
    farmer: Membership, stranger: Membership
) -> None:
    guest = make_user()
    invitation = invited(farmer, guest.phone)

    with pytest.raises(NotYoursError):
        accept_invitation(invitation=invitation, user=stranger.user)
    guest.phone_verified = False
    with pytest.raises(NotYoursError):
        accept_invitation(invitation=invitation, user=guest)

    assert list(invitations_to(guest)) == []
    assert list(invitations_to(stranger.user)) == []
    assert list(Membership.objects.filter(organisation=farmer.organisation)) == [farmer]


def test_accept_invitation_refuses_one_that_was_withdrawn_meanwhile(farmer: Membership) -> None:
    guest = make_user()
    invitation = invited(farmer, guest.phone)
    Invitation.objects.all().delete()

    with pytest.raises(NotYoursError):
        accept_invitation(invitation=invitation, user=guest)


def test_decline_invitation_is_for_whoever_was_invited(farmer: Membership, stranger: Membership) -> None:
    guest = make_user()
    invitation = invited(farmer, guest.phone)

    with pytest.raises(NotYoursError):
        decline_invitation(invitation=invitation, user=stranger.user)
    assert list(invitations_to(guest)) == [invitation]
    decline_invitation(invitation=invitation, user=guest)

    assert list(invitations_to(guest)) == []


def test_withdraw_invitation_is_for_owners(farmer: Membership, viewer: Membership, stranger: Membership) -> None:
    invitation = invited(farmer, "13900139000")

    with pytest.raises(NotAllowedError):
        withdraw_invitation(invitation=invitation, by=viewer)
    with pytest.raises(NotYoursError):
        withdraw_invitation(invitation=invitation, by=stranger)
    assert list(invitations_of(farmer.organisation)) == [invitation]
    withdraw_invitation(invitation=invitation, by=farmer)

    assert list(invitations_of(farmer.organisation)) == []
