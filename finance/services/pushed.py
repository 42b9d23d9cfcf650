"""Authorization requests that clients push, and what farmers answer (RFC 9126)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from finance.models import BankClient, PushedRequest
from finance.oauth import Detail

PREFIX = "urn:ietf:params:oauth:request_uri:"
LASTS = timedelta(seconds=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a client asks for."""

    redirect_uri: str
    code_challenge: str
    details: tuple[Detail, ...]
    state: str = ""
    dpop_jkt: str = ""


def push(*, client: BankClient, asked: Pushed, random: str, at: datetime) -> str:
    """Keep a request and give the address by which the farmer's browser names it.

    `random` must hold at least 128 random bits.
    """
    # What is over is of no use to anybody; a busy day would leave thousands.
    PushedRequest.objects.filter(expires_at__lt=at - timedelta(hours=1)).delete()
    PushedRequest.objects.create(
        reference_hash=_hash(random),
        client=client,
        redirect_uri=asked.redirect_uri,
        state=asked.state,
        code_challenge=asked.code_challenge,
        dpop_jkt=asked.dpop_jkt,
        details=[one.members() for one in asked.details],
        expires_at=at + LASTS,
    )
    return f"{PREFIX}{random}"


def pushed_at(request_uri: str, *, client_id: str, at: datetime) -> PushedRequest | None:
    """Find a client's request that is not over and was not answered; None where there is none."""
    if not request_uri.startswith(PREFIX):
        return None
    found = PushedRequest.objects.select_related("client__application", "client__organisation")
    return found.filter(
        reference_hash=_hash(request_uri.removeprefix(PREFIX)),
        client__application__client_id=client_id,
        client__revoked_at=None,
        expires_at__gt=at,
        grant=None,
    ).first()


@transaction.atomic
def take(pushed: PushedRequest) -> bool:
    """Lock a request for its one answer, inside the caller's transaction; False where it was answered meanwhile."""
    return PushedRequest.objects.select_for_update().filter(pk=pushed.pk, grant=None).exists()


def _hash(random: str) -> bytes:
    return hashlib.sha256(random.encode()).digest()
