"""The cast of a demonstration, by the parties for which it acts: their log-ins have a password that everybody knows."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Provenance
from accounts.models import ApiKey, Membership, User

_MADE_UP = ~Q(organisation__provenance=Provenance.OPERATED)


def the_cast() -> QuerySet[User]:
    """List the users who act for any party that is not operated for real."""
    return User.objects.filter(Exists(_made_up_memberships()))


def without_the_cast() -> QuerySet[User]:
    """List all other users."""
    return User.objects.filter(~Exists(_made_up_memberships()))


def keys_of_real_parties() -> QuerySet[ApiKey]:
    """List the keys of machines that speak for parties that are operated for real."""
    return ApiKey.objects.exclude(_MADE_UP)


def _made_up_memberships() -> QuerySet[Membership]:
    return Membership.objects.filter(_MADE_UP, user=OuterRef("pk"))
