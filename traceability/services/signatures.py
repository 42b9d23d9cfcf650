"""The keys of actors, and what they signed."""

from traceability.errors import TraceabilityError
from traceability.ledger import leaf as leaves
from traceability.models import ActorKey


class SignatureError(TraceabilityError):
    """A record is signed by a key that is unknown, revoked or somebody else's, or the signature is false."""


def verify(leaf: leaves.Leaf) -> None:
    """Check that the actor of a leaf signed it with a living key of their own. Raises SignatureError or LeafError."""
    if leaf.sig is None:
        raise SignatureError(f"record {leaf.id}: is not signed")
    key = ActorKey.objects.filter(key_id=leaf.sig.key).select_related("owner").first()
    if key is None:
        raise SignatureError(f"record {leaf.id}: the signing key {leaf.sig.key} is not registered")
    if key.revoked:
        raise SignatureError(f"record {leaf.id}: the signing key {leaf.sig.key} is revoked")
    if str(key.owner.public_id) != leaf.actor.id:
        raise SignatureError(f"record {leaf.id}: the signing key {leaf.sig.key} belongs to somebody else")
    leaves.verify_actor_signature(leaf, bytes(key.public))
