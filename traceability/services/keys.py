"""The public keys by which actors sign, as events of the log: a key counts from where it was added to where it was revoked."""

import base64
from datetime import datetime
from uuid import uuid4

from accounts.models import Membership
from traceability.errors import TraceabilityError
from traceability.ledger import SignatureError as BadKeyError
from traceability.ledger import leaf as leaves
from traceability.ledger.ed25519 import check_public_key
from traceability.models import ActorKey
from traceability.projections.keys import rows
from traceability.queries import history
from traceability.services import chain
from traceability.services.transactions import business_transaction


class KeyRefusedError(TraceabilityError):
    """A public key is none that a verifier may trust, or is not this person's to change."""


@business_transaction
def register_actor_key(*, public: bytes, label: str, membership: Membership, at: datetime) -> ActorKey:
    """Add a key by which a member signs for the organisation. Raises KeyRefusedError, EventError.

    Refuses malformed keys and those of small order, under which one signature fits many texts.
    """
    try:
        check_public_key(public)
    except BadKeyError as error:
        raise KeyRefusedError(str(error)) from error
    private = {"label": label} if label else {}
    body = {"public": base64.b64encode(public).decode("ascii")}
    entity = f"key:{leaves.key_id(public)}"
    _append("key.add", entity, body=body, private=private, membership=membership, at=at)
    (row,) = rows(history.of(entity))
    return ActorKey.objects.create(
        key_id=row["key_id"],
        public=row["public"],
        owner=membership.user,
        party=membership.organisation,
        label=row["label"],
    )


@business_transaction
def revoke_actor_key(*, key: ActorKey, reason: str, membership: Membership, at: datetime) -> ActorKey:
    """Take a key out of use from now on; what it signed before stays valid. Raises KeyRefusedError, EventError."""
    if key.party_id != membership.organisation_id:
        raise KeyRefusedError(f"key {key.key_id}: belongs to another organisation")
    if key.revoked:
        raise KeyRefusedError(f"key {key.key_id}: is revoked already")
    _append("key.revoke", f"key:{key.key_id}", body={"reason": reason}, private={}, membership=membership, at=at)
    ActorKey.objects.filter(pk=key.pk).update(revoked=True)
    key.refresh_from_db()
    return key


def _append(
    name: str, entity: str, *, body: dict[str, object], private: dict[str, object], membership: Membership, at: datetime
) -> None:
    actor = leaves.Actor(
        id=str(membership.user.public_id), party=str(membership.organisation.public_id), attested="account"
    )
    chain.append(chain.Record(id=uuid4(), type=name, entity=entity, time=at, actor=actor, body=body, private=private), at=at)
