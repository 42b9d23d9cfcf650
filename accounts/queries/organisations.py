"""Organisations by what they are and whether the operator has confirmed it."""

from django.db.models import Q, QuerySet

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind
from accounts.models import Organisation

_HAS_POWERS = ~Q(kind__in=KINDS_TO_CONFIRM) | Q(confirmed_at__isnull=False)


def with_powers(kind: OrganisationKind) -> QuerySet[Organisation]:
    """List the organisations that may act as this kind, by name: of some kinds only those that are confirmed."""
    return Organisation.objects.filter(_HAS_POWERS, kind=kind).order_by("name", "pk")


def waiting() -> QuerySet[Organisation]:
    """List the organisations that wait for the operator's confirmation, the longest waiting first."""
    return Organisation.objects.exclude(_HAS_POWERS).order_by("registered_at", "pk")
