"""Inviting people by phone number; they join when they say yes, and nobody learns whether a number has an account."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import phones
from accounts.enums import Role
from accounts.errors import AlreadyMemberError, NotAllowedError, NotYoursError
from accounts.models import Invitation, Membership, User
from accounts.queries.memberships import may_manage, members_of
from accounts.sms import sender


@transaction.atomic
def invite(*, by: Membership, phone: str, role: Role, at: datetime) -> Invitation:
    """Invite whoever has this number, and tell them by text once it is certain.

    Raises NotAllowedError, PhoneNumberError, AlreadyMemberError.
    """
    if not may_manage(by):
        raise NotAllowedError
    number = phones.parse(phone)
    if members_of(by.organisation).filter(user__phone=number).exists():
        raise AlreadyMemberError
    invitation = _create(Invitation(organisation=by.organisation, phone=number, role=role, invited_by=by.user), at=at)
    text = _("%(organisation)s invites you to Suyuan. Log in with this number to answer.")
    message = text % {"organisation": by.organisation.name}
    transaction.on_commit(lambda: sender().send(phone=number, text=message))
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Make the invited person a member and drop the invitation. Raises NotYoursError."""
    locked = _addressed_to(invitation, user)
    membership, _made = Membership.objects.get_or_create(
        user=user, organisation=locked.organisation, defaults={"role": locked.role}
    )
    locked.delete()
    return membership


@transaction.atomic
def decline_invitation(*, invitation: Invitation, user: User) -> None:
    """Drop an invitation by the one who was invited. Raises NotYoursError."""
    _addressed_to(invitation, user).delete()


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Membership) -> None:
    """Drop an invitation by an owner of the organisation. Raises NotYoursError, NotAllowedError."""
    if invitation.organisation_id != by.organisation_id:
        raise NotYoursError
    if not may_manage(by):
        raise NotAllowedError
    invitation.delete()


def _create(invitation: Invitation, *, at: datetime) -> Invitation:
    invitation.invited_at = at
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyMemberError from error
    return invitation


def _addressed_to(invitation: Invitation, user: User) -> Invitation:
    mine = Invitation.objects.select_related("organisation").select_for_update(of=("self",))
    found = mine.filter(pk=invitation.pk, phone=user.phone).first() if user.phone_verified else None
    if found is None:
        raise NotYoursError
    return found
