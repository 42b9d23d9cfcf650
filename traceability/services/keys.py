"""The public keys by which actors sign: events of the log say from where on, and up to where, each counts."""

import base64
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Membership
from traceability.errors import TraceabilityError
from traceability.ledger import SignatureError as BadKeyError
from traceability.ledger import possession
from traceability.ledger.ed25519 import check_public_key, verify_signature
from traceability.ledger.leaf import key_id
from traceability.models import ActorKey
from traceability.services import chain
from traceability.services.entries import Entry, Saying, actor_of, check_may_write, check_time, members, record_of
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A raw public key, its signature of `possession_statement`, and what its owner calls the device."""

    public: bytes
    proof: bytes
    label: str = ""


class KeyRefusedError(TraceabilityError):
    """A public key is none that a verifier may trust, or is out of use already."""


@business_transaction
def register_actor_key(*, entry: Entry, key: NewKey, membership: Membership, at: datetime) -> ActorKey:
    """Add a key by which a member signs for the organisation.

    Refuses malformed keys, those of small order, under which one signature fits many texts, and those that the member
    does not show to hold. Raises KeyRefusedError, RefusedError, EventError, ChainConflictError.
    """
    check_may_write(membership, membership.organisation)
    check_time(entry, at=at)
    body = {
        "public": base64.b64encode(key.public).decode("ascii"),
        "proof": base64.b64encode(key.proof).decode("ascii"),
    }
    try:
        check_public_key(key.public)
        # Or a name could be put over another's key, and later over what that key signs.
        verify_signature(key.public, key.proof, possession_statement(key.public, membership))
    except BadKeyError as error:
        raise KeyRefusedError(str(error)) from error
    entity = f"key:{key_id(key.public)}"
    saying = Saying(body=body, private=members(label=key.label))
    chain.append(record_of("key.add", entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([entity])
    return ActorKey.objects.get(pk=key_id(key.public))


def possession_statement(public: bytes, membership: Membership) -> bytes:
    """Return the bytes that a new key must sign before a member may register it: docs/protocol.md, section 4."""
    actor = actor_of(membership)
    return possession.statement(log=settings.LOG_ORIGIN, actor=actor.id, party=actor.party, public=public)


@business_transaction
def revoke_actor_key(*, key: ActorKey, entry: Entry, reason: str, membership: Membership, at: datetime) -> ActorKey:
    """Take a key out of use from now on; what it signed before stays valid.

    Raises KeyRefusedError, NotYoursError, RefusedError, EventError.
    """
    check_may_write(membership, key.party)
    check_time(entry, at=at)
    if key.revoked and not entry.is_known:
        raise KeyRefusedError(f"key {key.key_id}: is revoked already")
    entity = f"key:{key.key_id}"
    saying = Saying(body={"reason": reason})
    chain.append(record_of("key.revoke", entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([entity])
    key.refresh_from_db()
    return key
