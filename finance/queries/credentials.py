"""Certificates as they are found: by their random id, by farm, and the positions that were taken back."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from finance.models import Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A certificate as its farm sees it: what the signed document says, and whether it still counts."""

    credential: Credential
    said: dict[str, Any]
    as_of: datetime
    is_over: bool

    @property
    def counts(self) -> bool:
        """Whether a bank that checks it now finds it in force."""
        return self.credential.revoked_at is None and not self.is_over


def held(credential: Credential, *, at: datetime) -> Held:
    """Read a certificate."""
    said = json.loads(credential.document)["credentialSubject"]
    as_of, is_over = datetime.fromisoformat(said["asOf"]), credential.valid_until <= at
    return Held(credential=credential, said=said, as_of=as_of, is_over=is_over)


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
