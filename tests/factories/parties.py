"""People and their parties."""

from datetime import UTC, datetime
from itertools import count

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind, Role
from accounts.models import Membership, Organisation, User

MORNING = datetime(2026, 5, 21, 0, 30, tzinfo=UTC)
_numbers = count(13800000000)


def make_user(name: str = "王秀兰") -> User:
    # Without a password, as who logs in by code: nobody is asked for it again before something weighty.
    return User.objects.create_user(f"+86{next(_numbers)}", name=name, phone_verified=True)


def make_party(kind: OrganisationKind = OrganisationKind.HOUSEHOLD, *, name: str = "王家") -> Organisation:
    confirmed_at = MORNING if kind in KINDS_TO_CONFIRM else None
    return Organisation.objects.create(kind=kind, name=name, confirmed_at=confirmed_at)


def make_member(
    kind: OrganisationKind = OrganisationKind.HOUSEHOLD, *, name: str = "王家", role: Role = Role.OWNER
) -> Membership:
    """Make a party of its own and somebody who acts for it."""
    return Membership.objects.create(user=make_user(f"{name}的人"), organisation=make_party(kind, name=name), role=role)


def colleague_of(member: Membership, *, role: Role = Role.RECORDER) -> Membership:
    """Make somebody else who acts for the same party."""
    return Membership.objects.create(user=make_user("同事"), organisation=member.organisation, role=role)
