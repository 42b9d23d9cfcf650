"""The key of a person's own device, added once: who brings it shows that the device has the secret half."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Membership
from traceability.errors import RefusedError
from traceability.ledger import SignatureError, canonicalize
from traceability.ledger.ed25519 import check_public_key, verify_signature
from traceability.models import ActorKey
from traceability.services.entries import Entry
from traceability.services.keys import register_actor_key

_DOMAIN = b"suyuan/key/v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A public key, its signature of the claim to be its member's, and what the member calls the device."""

    public: bytes
    proof: bytes
    label: str


def add_signing_key(*, entry: Entry, key: NewKey, membership: Membership, at: datetime) -> ActorKey:
    """Add a key that has signed for itself. Raises RefusedError and what `register_actor_key` raises."""
    try:
        check_public_key(key.public)
        verify_signature(key.public, key.proof, claim_to_sign(key.public, membership))
    except SignatureError as error:
        raise RefusedError("/proof", "key_not_proven") from error
    return register_actor_key(entry=entry, public=key.public, label=key.label, membership=membership, at=at)


def claim_to_sign(public: bytes, membership: Membership) -> bytes:
    """Give what the key signs: a proof made for one log, person and party is none for another."""
    claim = {
        "actor": str(membership.user.public_id),
        "log": settings.LOG_ORIGIN,
        "party": str(membership.organisation.public_id),
        "public": b64encode(public).decode("ascii"),
    }
    return _DOMAIN + canonicalize(claim)
