"""Who belongs to an organisation: roles change and members leave, but an owner always remains."""

from datetime import datetime

from django.db import transaction

from accounts.enums import Role
from accounts.errors import LastOwnerError, NotAllowedError, NotYoursError
from accounts.models import ApiKey, Membership, Organisation
from accounts.queries.memberships import may_manage, members_of


@transaction.atomic
def change_role(*, member: Membership, role: Role, by: Membership, at: datetime) -> Membership:
    """Give a member another role; the keys of one who may only look from now on stop.

    Whoever made a key has seen its secret, and could record with it what the role forbids. Raises NotAllowedError,
    NotYoursError, LastOwnerError.
    """
    _check_authority(member=member, by=by)
    locked = _locked(member)
    if role != Role.OWNER:
        _check_another_owner(locked)
    locked.role = role
    locked.save(update_fields=["role"])
    if role == Role.VIEWER:
        _stop_keys(locked, at)
    return locked


@transaction.atomic
def remove_member(*, member: Membership, by: Membership, at: datetime) -> None:
    """End a membership, one's own or, as an owner, another's; the keys that the member made stop too.

    Whoever made a key has seen its secret, so it would outlive the membership. Raises NotAllowedError, NotYoursError,
    LastOwnerError.
    """
    if member.pk != by.pk:
        _check_authority(member=member, by=by)
    locked = _locked(member)
    _check_another_owner(locked)
    _stop_keys(locked, at)
    locked.delete()


def _check_authority(*, member: Membership, by: Membership) -> None:
    if member.organisation_id != by.organisation_id:
        raise NotYoursError
    if not may_manage(by):
        raise NotAllowedError


def _locked(member: Membership) -> Membership:
    # Two owners who step down at the same moment would each see the other: the organisation's row lets one pass first.
    Organisation.objects.select_for_update().get(pk=member.organisation_id)
    return Membership.objects.select_related("organisation", "user").get(pk=member.pk)


def _stop_keys(member: Membership, at: datetime) -> None:
    keys = ApiKey.objects.filter(organisation_id=member.organisation_id, created_by_id=member.user_id)
    keys.filter(revoked_at=None).update(revoked_at=at)


def _check_another_owner(member: Membership) -> None:
    others = members_of(member.organisation).filter(role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise LastOwnerError
