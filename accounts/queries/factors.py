"""Who has to prove themselves by more than a password or a text message."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import Membership, User

_STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user: User) -> bool:
    """Tell whether an app or a passkey stands beside the user's password."""
    return bool(Authenticator.objects.filter(user=user, type__in=_STRONG).exists())


def must_have_factor(*, user: User, membership: Membership | None) -> bool:
    """Tell whether whoever acts so must have one: by the kind of the party, or as staff where any kind must."""
    kinds = settings.SECOND_FACTOR_KINDS
    acts_as = membership.organisation.kind if membership else None
    return bool(kinds) and (user.is_staff or acts_as in kinds)


def owes_factor(*, user: User, membership: Membership | None) -> bool:
    """Tell whether the user has to set one up before anything else."""
    return must_have_factor(user=user, membership=membership) and not has_factor(user)
