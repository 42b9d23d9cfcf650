"""Certificates as they are found: by their random id, by farm, and the positions that were taken back."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from finance.models import Credential


def certificate(credential_id: UUID) -> Credential | None:
    """Find a certificate by the id in its QR code."""
    return Credential.objects.filter(pk=credential_id).first()


def certificates_of(farm: Organisation) -> QuerySet[Credential]:
    """List a farm's certificates, the newest first."""
    own = Credential.objects.filter(subject=farm).select_related("consent__recipient")
    return own.order_by("-issued_at", "pk")


def revoked_positions(number: int) -> list[int]:
    """Give the positions of a list that were taken back."""
    gone = Credential.objects.filter(list_number=number, revoked_at__isnull=False)
    return sorted(gone.values_list("position", flat=True))
